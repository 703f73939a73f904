#include <algorithm>
#include <array>

#include "core/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

bool holds_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

bool holds_disguise(std::string_view text) {
  constexpr std::array<std::string_view, 6> some = {
      "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8f", "\xd8\x9c", "\xe2\x80\xa8"};
  return std::ranges::any_of(
      some, [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}

}  // namespace

void try_input(std::string_view input) {
  const auto shown = printable(input);
  must_hold(!holds_control_character(shown), "no control character is shown");
  must_hold(!holds_disguise(shown), "nothing turns the writing around");
  must_hold(valid_utf8(shown) == shown, "what is shown is UTF-8");
  must_hold(printable(shown) == shown, "what is shown is shown as it is");
  must_hold(printable_start(input, input.size()) == shown, "what isn't long is whole");

  const auto whole = valid_utf8(input);
  must_hold(valid_utf8(whole) == whole, "valid UTF-8 is valid");
  for (std::size_t bytes = 0; bytes <= std::min<std::size_t>(whole.size(), 16); ++bytes) {
    const auto start = shortened(whole, bytes);
    must_hold(start.size() <= bytes && start.size() + 4 > bytes, "a cut takes a character at most");
    must_hold(valid_utf8(start) == start, "a cut is between characters");
  }
  for (const auto word : words_of(whole))
    must_hold(!word.empty() && trimmed(word) == word, "a word has no white space");
}

}  // namespace scale_fleet
