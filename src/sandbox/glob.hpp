#pragma once

#include <string_view>

namespace scale_fleet {

/// Whether `pattern` covers the whole of `text`, by the rules of Go's path.Match, which Fleet uses
/// for Conflicts and Replaces: `*` and `?` stop at a slash, `[a-c]` and `[^a-c]` are classes, `\`
/// takes the next character as it is. A malformed pattern covers nothing.
bool glob_matches(std::string_view pattern, std::string_view text);

/// The characters of `pattern` before its first special one: whatever it covers begins so.
std::string_view literal_prefix(std::string_view pattern);

}  // namespace scale_fleet
