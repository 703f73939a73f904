#pragma once

#include <optional>
#include <string_view>

namespace scale_fleet {

/// The finite number that a text is, blanks around it apart: `12`, `-0.5`, `+3e4`. Empty for
/// anything else: NaN, Inf, what a double can't hold, hexadecimal digits.
std::optional<double> parse_metric_number(std::string_view text);

/// The number in a value as an application writes it into etcd. Without a path the text itself.
/// Else the text is a JSON object, and the path one key of it (`time_backend_response.p95`, dots
/// included) or, where there is none such, keys one inside the other; a number, or a text that is
/// one, stands there.
std::optional<double> parse_metric_value(std::string_view text, std::string_view json_path);

}  // namespace scale_fleet
