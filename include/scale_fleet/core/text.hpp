#pragma once

#include <span>
#include <string>
#include <string_view>

namespace scale_fleet {

/// `text` with every control character (U+0000 to U+001F, U+007F to U+009F) shown as `\xNN`: what
/// others wrote can't move the cursor or forge a line of output.
std::string printable(std::string_view text);

/// The one of `known` that takes the fewest edits to become `word`; empty where none is near
/// (more than a third of its letters).
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

/// `3 instances`, `1 instance`.
std::string counted(std::size_t count, std::string_view noun);

}  // namespace scale_fleet
