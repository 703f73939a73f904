#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// Why a call of AWS's Query API has no answer, in the classes that matter for what may be done
/// next.
struct AwsFailure {
  enum class Kind {
    passing,  ///< Nothing was done (no connection, throttled); the same call may be sent again.
    unclear,  ///< Perhaps done: the reply is missing, or its 5xx says nothing.
    busy,     ///< AWS is in the midst of another change.
    unknown_credentials,  ///< It doesn't know who we are, or no longer.
    refused,              ///< For good.
  };

  Kind kind = Kind::unclear;
  std::string message;  ///< With AWS's code and words, printable.
  std::optional<int> http_status = {};
  std::optional<Duration> retry_after = {};
};

/// The body of a success, or why there is none. Decided by the status and the error's Code
/// (docs.aws.amazon.com, "Common errors"; botocore's standard retry mode), never by a message:
/// `<ErrorResponse><Error>` as Auto Scaling has it, or EC2's `<Response><Errors><Error>`.
tl::expected<std::string, AwsFailure> read_aws_reply(const HttpResult& result);

}  // namespace scale_fleet
