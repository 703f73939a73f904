#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nodes/aws_credentials.hpp"
#include "nodes/instance_metadata.hpp"
#include "nodes/request_line.hpp"
#include "scale_fleet/http/endpoint.hpp"
#include "scale_fleet/nodes/aws_node_group.hpp"

namespace scale_fleet {

/// Who we are at AWS, and where: found in the order that aws_node_group.hpp tells, and kept.
class AwsAccount {
 public:
  /// Credentials are asked for anew so long before they expire.
  static constexpr auto renewed_before = std::chrono::minutes(10);

  /// Both outlive it. `region`: the group's own, if it has one.
  AwsAccount(const AwsWorld& world, RequestLine& line, std::optional<std::string> region);
  AwsAccount(const AwsAccount&) = delete;
  AwsAccount& operator=(const AwsAccount&) = delete;

  /// Errors: usage, unavailable.
  Result<AwsCredentials> credentials();

  /// The next credentials() looks for them anew: AWS didn't know these.
  void forget_credentials() { credentials_.reset(); }

  /// Lower-case letters, digits and dashes. The same errors.
  Result<std::string> region();
  /// Where a service (`autoscaling`, `ec2`) is asked in that region: no path. Error: usage.
  Result<Endpoint> endpoint(std::string_view service, const std::string& region) const;

 private:
  std::optional<std::string> variable(std::string_view name) const;
  Result<std::optional<std::string>> profile_value(std::string_view key) const;
  Result<std::optional<AwsCredentials>> of_files() const;
  Result<AwsCredentials> find_credentials();
  Result<std::string> find_region();

  const AwsWorld& world_;
  RequestLine& line_;
  InstanceMetadata metadata_;
  std::optional<std::string> region_;
  std::optional<AwsCredentials> credentials_;
};

}  // namespace scale_fleet
