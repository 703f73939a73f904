#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nodes/aws_account.hpp"
#include "nodes/aws_reply.hpp"
#include "nodes/request_line.hpp"
#include "scale_fleet/nodes/aws_node_group.hpp"

namespace scale_fleet {

/// A call of AWS's Query API.
struct AwsCall {
  std::string service;  ///< `autoscaling`, `ec2`
  std::string version;  ///< Of the API: `2011-01-01`.
  std::string action;
  std::vector<std::pair<std::string, std::string>> parameters;
  /// Whether doing it twice is as good as once: then it is repeated where the reply is unclear.
  bool is_repeatable = true;
};

using AwsReply = tl::expected<std::string, AwsFailure>;

/// Signs calls, sends them, and repeats them where that is right.
class AwsCaller {
 public:
  /// Both outlive it.
  AwsCaller(const AwsWorld& world, RequestLine& line, std::optional<std::string> region)
      : world_(world), line_(line), account_(world, line, std::move(region)) {}

  /// The body of a success. Where there is none after the attempts that the world's policy allows,
  /// why; an error of ErrorKind::usage, unavailable or interrupted, where nothing could be sent.
  /// Where it isn't repeatable, an unclear reply is returned for the caller to look.
  Result<AwsReply> call(const AwsCall& call);

  /// The pause before repetition number `repetition` (1: the first).
  void pause_before(int repetition, std::optional<Duration> retry_after);

  int attempts() const { return world_.retry.retries + 1; }

  bool has_to_stop() const { return line_.has_to_stop(); }

  /// `eu-west-1`; `its region` while that isn't known.
  std::string display_region();

 private:
  Result<HttpRequest> signed_request(const AwsCall& call);

  const AwsWorld& world_;
  RequestLine& line_;
  AwsAccount account_;
  std::string region_;
};

/// An error of the class that callers of NodeGroup act on.
Error error_of(const AwsFailure& failure, const std::string& what_was_tried);

}  // namespace scale_fleet
