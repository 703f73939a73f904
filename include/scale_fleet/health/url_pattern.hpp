#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/health/check_pattern.hpp"
#include "scale_fleet/http/endpoint.hpp"

namespace scale_fleet {

/// Where one instance is asked.
struct CheckUrl {
  Endpoint server;
  std::string target;  ///< Path and query.

  /// For people: without credentials, and without what stands in the query.
  std::string display() const;
};

/// A URL with specifiers in it, one for each instance: `http://%h:80%i/health?unit=%n`.
class UrlPattern {
 public:
  /// `:%i/health` is short for `http://%h:%i/health`. A URL's own percent escapes are written with
  /// `%%`. Errors are ErrorKind::usage: a path alone, a scheme that isn't http or https, a host or
  /// port that can't be one, a character that can't stand in a URL.
  static Result<UrlPattern> parse(std::string_view text);

  /// The URL for one instance: an IPv6 address in brackets, in path and query everything escaped
  /// that could mean something else there. The error says why this instance has none.
  Result<CheckUrl> fill(const CheckTarget& target) const;

 private:
  CheckPattern server_;
  CheckPattern target_;
};

}  // namespace scale_fleet
