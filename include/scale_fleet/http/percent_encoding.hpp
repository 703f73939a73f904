#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scale_fleet {

/// A name, a token or a value as part of a path, query or form: everything but letters, digits and
/// `-_.~` as %XX (RFC 3986, 2.3).
std::string percent_encoded(std::string_view text);

/// `text` with the byte in place of every %XX; empty where a `%` isn't followed by two hexadecimal
/// digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace scale_fleet
