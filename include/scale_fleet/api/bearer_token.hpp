#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// What those who ask for changes have to know. Kept as a digest alone.
class BearerToken {
 public:
  /// `token` isn't empty.
  explicit BearerToken(std::string_view token);

  /// Whether the request has it: `Authorization: Bearer TOKEN` (RFC 6750, 2.1), once. Takes as long
  /// for a token that is nearly right as for any other.
  bool is_in(const HttpRequest& request) const;

 private:
  std::array<unsigned char, 32> digest_;
};

/// The token in the first line of a file, without the white space around it. Errors (usage): a file
/// that can't be read, that has no token, or one with fewer than 16 characters or with others than
/// RFC 6750 lets a token have; no message holds it.
Result<BearerToken> read_bearer_token(const std::filesystem::path& file);

}  // namespace scale_fleet
