#include "core/utf8.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

constexpr std::string_view spaces[] = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
    "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
    "\xe3\x80\x80"};

unsigned char byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
}

bool is_continuation(unsigned char byte) {
  return byte >= 0x80 && byte <= 0xbf;
}

/// Whether `second` may follow `lead`: this is where overlong forms, surrogates and what lies
/// beyond U+10FFFF are told from the rest (RFC 3629, section 4).
bool may_follow(unsigned char lead, unsigned char second) {
  if (lead == 0xe0) return second >= 0xa0 && second <= 0xbf;
  if (lead == 0xed) return second >= 0x80 && second <= 0x9f;
  if (lead == 0xf0) return second >= 0x90 && second <= 0xbf;
  if (lead == 0xf4) return second >= 0x80 && second <= 0x8f;
  return is_continuation(second);
}

std::size_t trailing_space_bytes(std::string_view text) {
  const auto* const space =
      std::ranges::find_if(spaces, [&](std::string_view one) { return text.ends_with(one); });
  return space == std::end(spaces) ? 0 : space->size();
}

}  // namespace

std::size_t leading_character_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = byte_at(text, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (!may_follow(lead, byte_at(text, 1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_continuation(byte_at(text, i))) return 0;
  }
  return length;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto length = leading_character_bytes(text);
    result += length == 0 ? "\xef\xbf\xbd" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::size_t leading_space_bytes(std::string_view text) {
  const auto* const space =
      std::ranges::find_if(spaces, [&](std::string_view one) { return text.starts_with(one); });
  return space == std::end(spaces) ? 0 : space->size();
}

std::string_view trimmed(std::string_view text) {
  while (const auto length = leading_space_bytes(text))
    text.remove_prefix(length);
  while (const auto length = trailing_space_bytes(text))
    text.remove_suffix(length);
  return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    std::size_t length = 0;
    while (length < text.size() && leading_space_bytes(text.substr(length)) == 0)
      ++length;
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

}  // namespace scale_fleet
