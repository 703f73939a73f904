#include "scale_fleet/core/text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/utf8.hpp"

namespace scale_fleet {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, row);
  }
  return last.back();
}

/// A range of characters of the same length, compared as UTF-8, which sorts as Unicode does.
struct CharacterRange {
  std::string_view first;
  std::string_view last;
};

/// U+0080 to U+009F are control characters too (ISO 6429): terminals take U+009B for the start of
/// an escape sequence. Those that change the direction: Unicode, UAX #9, section 2.
constexpr std::array not_to_be_shown = {
    CharacterRange{std::string_view("\0", 1), "\x1f"},
    CharacterRange{"\x7f", "\x7f"},
    CharacterRange{"\xc2\x80", "\xc2\x9f"},
    CharacterRange{"\xd8\x9c", "\xd8\x9c"},
    CharacterRange{"\xe2\x80\x8e", "\xe2\x80\x8f"},
    CharacterRange{"\xe2\x80\xa8", "\xe2\x80\xae"},  // The separators and U+202A to U+202E.
    CharacterRange{"\xe2\x81\xa6", "\xe2\x81\xa9"}};

bool may_be_shown(std::string_view character) {
  return std::ranges::none_of(not_to_be_shown, [&](const CharacterRange& range) {
    return character.size() == range.first.size() && range.first <= character &&
           character <= range.last;
  });
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto length = leading_character_bytes(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length > 0 && may_be_shown(character)) {
      result += character;
    } else {
      for (const char byte : character)
        result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
    text.remove_prefix(character.size());
  }
  return result;
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:/@%+=";
  // In front, zsh takes = for the path of a program.
  if (!text.empty() && text.front() != '=' &&
      text.find_first_not_of(harmless) == std::string_view::npos)
    return std::string(text);
  if (printable(text) == text) return shell_quoted(text);
  std::string word = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      word += {'\\', c};
    } else if (byte < 0x20 || byte >= 0x7f) {
      word += fmt::format("\\{:03o}", byte);
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string_view shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto is_continuation = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
  };
  while (bytes > 0 && is_continuation(bytes))
    --bytes;
  return text.substr(0, bytes);
}

std::string printable_start(std::string_view text, std::size_t bytes) {
  return printable(shortened(text, bytes)) + (text.size() > bytes ? "…" : "");
}

std::string without_credentials(std::string_view text) {
  std::string result;
  while (true) {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return result.append(text);
    result.append(text.substr(0, scheme + 3));
    text.remove_prefix(scheme + 3);
    const auto authority = text.substr(0, std::min(text.find("://"), text.size()));
    const auto at = authority.substr(0, authority.find_first_of("/?# \t\n")).rfind('@');
    if (at == std::string_view::npos) continue;
    result += "***";
    text.remove_prefix(at);
  }
}

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : known) {
    const auto distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace scale_fleet
