#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// An error's class as events and metrics name it: `not_found`.
std::string_view error_class(ErrorKind kind);

/// The class of that name; empty for any other word.
std::optional<ErrorKind> parse_error_class(std::string_view word);

/// All of them.
std::vector<ErrorKind> error_kinds();

}  // namespace scale_fleet
