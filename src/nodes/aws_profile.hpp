#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace scale_fleet {

using Variables = std::map<std::string, std::string>;

/// The lines of a file of variables: `NAME=value`, `export NAME=value`, the value as it stands, in
/// single quotes, or in double quotes; `#` begins a comment. Other lines are passed over.
Variables read_variables(std::string_view text);

/// One section of a file such as ~/.aws/credentials: `[default]`, then `key = value`. Empty where
/// there is none of that name. Comments begin a line with `#` or `;`; nested settings (indented)
/// are passed over.
std::optional<Variables> read_profile(std::string_view text, std::string_view section);

}  // namespace scale_fleet
