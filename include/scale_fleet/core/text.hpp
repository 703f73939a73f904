#pragma once

#include <span>
#include <string>
#include <string_view>

namespace scale_fleet {

/// `text` with every byte shown as `\xNN` that belongs to no UTF-8 character or to one of these:
/// control characters (U+0000 to U+001F, U+007F to U+009F), line and paragraph separators (U+2028,
/// U+2029), and those that turn the direction of writing around (U+061C, U+200E, U+200F, U+202A to
/// U+202E, U+2066 to U+2069). What others wrote can't move the cursor, forge a line of output or
/// show it in another order than it has.
std::string printable(std::string_view text);

/// The first bytes of `text`, at most so many, and never half a UTF-8 character.
std::string_view shortened(std::string_view text, std::size_t bytes);

/// printable() of at most so many bytes, with `…` behind them where there are more: for what others
/// wrote and may have made as long as they like.
std::string printable_start(std::string_view text, std::size_t bytes);

/// Bytes of a line on a terminal or in a log: longer ones are nobody's to read.
inline constexpr std::size_t longest_shown_line = 4096;

/// `text` with `***` for user and password in every URL in it (RFC 3986, 3.2.1: between `//` and
/// the last `@` of the authority). A URL ends at a blank.
std::string without_credentials(std::string_view text);

/// `text` between single quotes, as every shell reads it (POSIX, 2.2.2).
std::string shell_quoted(std::string_view text);

/// `text` as one word of a command for a shell: bare where no letter of it means anything there,
/// else quoted. Where printable() would change it, as `$'…'` with every odd byte in octal, which
/// bash, zsh, ksh and POSIX.1-2024 read: one line that can be shown and pasted.
std::string shell_word(std::string_view text);

/// The one of `known` that takes the fewest edits to become `word`; empty where none is near
/// (more than a third of its letters).
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

/// `3 instances`, `1 instance`.
std::string counted(std::size_t count, std::string_view noun);

}  // namespace scale_fleet
