#pragma once

#include <functional>
#include <optional>
#include <string>

#include "nodes/aws_credentials.hpp"
#include "nodes/request_line.hpp"

namespace scale_fleet {

/// What a machine in EC2 is told of itself, by the Instance Metadata Service in its version 2: a
/// token first, then questions with it. Version 1, which anything on the machine can be tricked
/// into asking, isn't.
class InstanceMetadata {
 public:
  /// `variable` looks into the environment: AWS_EC2_METADATA_DISABLED,
  /// AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE (IPv6) and
  /// AWS_METADATA_SERVICE_TIMEOUT (seconds, 1). The line outlives this.
  InstanceMetadata(RequestLine& line, NamedValue variable)
      : line_(line), variable_(std::move(variable)) {}

  bool is_disabled() const;
  /// Of the machine's role. Errors: unavailable, usage (a variable that can't be understood).
  Result<AwsCredentials> credentials();
  /// `eu-west-1`; the same errors.
  Result<std::string> region();

 private:
  Result<std::string> get(const std::string& path);
  Result<std::string> ask(const HttpRequest& request);

  RequestLine& line_;
  NamedValue variable_;
};

}  // namespace scale_fleet
