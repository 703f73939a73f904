#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scale_fleet {

/// Bytes of the character that `text` begins with; 0 where no valid UTF-8 sequence begins there
/// (also for surrogates, overlong forms and an empty text), as Go's decoder judges it.
std::size_t leading_character_bytes(std::string_view text);

/// `text` with every byte that belongs to no valid UTF-8 sequence replaced by U+FFFD: what Go's
/// JSON encoder makes of such a string.
std::string valid_utf8(std::string_view text);

/// Bytes of the white space character that `text` begins with, 0 where it begins with something
/// else. White space is Unicode's, as Go's unicode.IsSpace has it.
std::size_t leading_space_bytes(std::string_view text);

/// `text` without white space at its ends.
std::string_view trimmed(std::string_view text);

/// The words of `text` between white space.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace scale_fleet
