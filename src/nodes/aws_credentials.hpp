#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

struct AwsCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;        ///< Empty: lasting credentials need none.
  std::optional<WallTime> expires;  ///< Empty: never.

  bool operator==(const AwsCredentials&) const = default;
};

/// Where values of credentials stand by their names; empty where there is none.
using NamedValue = std::function<std::optional<std::string>(std::string_view)>;

/// Names of one place's values: `AWS_ACCESS_KEY_ID` and so on, or `aws_access_key_id`.
struct CredentialNames {
  std::string_view access_key_id;
  std::string_view secret_access_key;
  std::string_view session_token;
};

inline constexpr CredentialNames names_in_environment{
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"};
inline constexpr CredentialNames names_in_profile{
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token"};

/// Empty where the place names neither key. Errors (ErrorKind::usage) name `place`: one key without
/// the other, a character that could end a header. No value is in a message.
Result<std::optional<AwsCredentials>> credentials_in(std::string_view place,
                                                     const CredentialNames& names,
                                                     const NamedValue& value);

/// What the metadata of a machine or a container answers: JSON with AccessKeyId, SecretAccessKey,
/// Token and Expiration, all of them. Errors (ErrorKind::unavailable) quote no value, but the Code
/// of an answer that has one.
Result<AwsCredentials> read_credentials_reply(std::string_view place, std::string_view body);

}  // namespace scale_fleet
