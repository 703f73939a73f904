#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scale_fleet {

/// A request's target as Go's HTTP server reads it.
struct RequestTarget {
  std::string path;       ///< Decoded.
  std::string raw_query;  ///< As it came, without the question mark.
  std::vector<std::pair<std::string, std::string>> parameters;  ///< Decoded, in order.
  bool lacks_parameters = false;                                ///< One couldn't be read.

  /// Every value of the parameter; a later one of the same name doesn't hide the first.
  std::vector<std::string> values(std::string_view name) const;
  /// The first value of the parameter, or an empty text.
  std::string first(std::string_view name) const;
  bool has(std::string_view name) const;
};

/// Empty where Go would refuse the target with a bare 400: no leading slash, or a broken escape in
/// the path. A parameter that is broken, or holds a semicolon, is left out.
std::optional<RequestTarget> parse_target(std::string_view target);

/// `path` without `//`, `.` and `..`; a slash at the end stays. Where that is another path, Go's
/// server answers with a redirect to it.
std::string clean_path(std::string_view path);

/// `path` as the path of a URL.
std::string encode_path(std::string_view path);

}  // namespace scale_fleet
