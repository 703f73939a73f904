#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/retry_delay.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/nodes/node_group.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// What AWS is reached by. All that it refers to outlives the group.
struct AwsWorld {
  /// For this group alone. It sends to every server that a request names, and its connections are
  /// verified with the system's authorities.
  HttpClient& client;
  const Clock& clock;
  const StopRequest& stop;
  std::function<WallTime()> wall_time;
  std::function<double()> random;  ///< From [0, 1).
  /// A variable of the environment.
  std::function<std::optional<std::string>(std::string_view)> environment;
  /// The whole text of a file; empty where it can't be read.
  std::function<std::optional<std::string>(const std::filesystem::path&)> read_file;
  /// Three attempts at each call (botocore's standard mode).
  RetryPolicy retry = {
      .retries = 2, .base = std::chrono::seconds(1), .cap = std::chrono::seconds(20)};
};

struct AwsGroupPlace {
  std::string name;
  /// Empty: AWS_REGION, AWS_DEFAULT_REGION, the profile's, or where this machine itself runs.
  std::optional<std::string> region = {};
  /// Looks give the members' private addresses and launch times, which takes a call of EC2 more
  /// (the permission ec2:DescribeInstances). Whether a look without them is an error; else it
  /// leaves out what EC2 doesn't tell.
  bool needs_addresses = false;
};

/// An AWS Auto Scaling group, by the Query API of 2011-01-01. Its bounds are never changed, its own
/// cool-down is not waited for. The permissions autoscaling:DescribeAutoScalingGroups,
/// SetDesiredCapacity, TerminateInstanceInAutoScalingGroup and DescribeScalingActivities are
/// needed; ec2:DescribeInstances only as AwsGroupPlace says.
///
/// Who signs is found as AWS's programs do it: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
/// AWS_SESSION_TOKEN; a file of such variables (AWS_ENV_FILE); the profile in ~/.aws/credentials
/// and
/// ~/.aws/config (AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE); the container's
/// server (AWS_CONTAINER_CREDENTIALS_FULL_URI or RELATIVE_URI); the machine's role, by IMDSv2
/// (AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT). AWS_ENDPOINT_URL_AUTO_SCALING,
/// AWS_ENDPOINT_URL_EC2 and AWS_ENDPOINT_URL name other servers, without a path. Mistakes in these
/// are ErrorKind::usage.
std::unique_ptr<NodeGroup> make_aws_node_group(AwsGroupPlace place, AwsWorld world);

}  // namespace scale_fleet
