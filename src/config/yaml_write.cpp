#include "config/yaml_write.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/yaml_scalars.hpp"
#include "core/utf8.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Letters, digits and signs that mean nothing to YAML, in front of anything or behind.
bool is_surely_bare(std::string_view text) {
  const bool starts_well =
      !text.empty() && (is_letter(text.front()) || text.front() == '/' || text.front() == '_');
  constexpr std::string_view harmless = "_-./@%+";
  constexpr std::string_view short_truth = "yYnN";  // YAML 1.1 has those, too.
  const bool is_truth = text.size() == 1 && short_truth.find(text) != std::string_view::npos;
  return starts_well && !is_truth && !is_no_bare_text(text) &&
         std::ranges::all_of(text, [&](char c) {
           return is_letter(c) || harmless.find(c) != std::string_view::npos;
         });
}

unsigned code_point(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character.front());
  unsigned code = static_cast<unsigned char>(character.front()) & (0xffU >> (character.size() + 1));
  for (const char c : character.substr(1))
    code = code << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  return code;
}

/// A character that can't be shown, by its number.
std::string escaped(std::string_view character) {
  const auto code = code_point(character);
  return code < 0x100 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
}

}  // namespace

std::string yaml_text(std::string_view text) {
  if (is_surely_bare(text)) return std::string(text);
  std::string result = "\"";
  while (!text.empty()) {
    const auto character = text.substr(0, std::max<std::size_t>(leading_character_bytes(text), 1));
    text.remove_prefix(character.size());
    if (character == "\"" || character == "\\") {
      result += '\\';
      result += character;
    } else if (printable(character) == character) {
      result += character;
    } else {
      result += escaped(character);
    }
  }
  return result + "\"";
}

void FlowMap::add(std::string_view key, std::string value) {
  parts_.push_back(fmt::format("{}: {}", key, value));
}

std::string FlowMap::text() const {
  return fmt::format("{{{}}}", fmt::join(parts_, ", "));
}

std::string flow_list(const std::vector<std::string>& values) {
  return fmt::format("[{}]", fmt::join(values, ", "));
}

}  // namespace scale_fleet
