#include "scale_fleet/daemon/error_class.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace scale_fleet {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 7> error_words{
    {{ErrorKind::usage, "usage"},
     {ErrorKind::not_found, "not_found"},
     {ErrorKind::refused, "refused"},
     {ErrorKind::unavailable, "unavailable"},
     {ErrorKind::timed_out, "timed_out"},
     {ErrorKind::precondition, "precondition"},
     {ErrorKind::interrupted, "interrupted"}}};

}  // namespace

std::string_view error_class(ErrorKind kind) {
  const auto* found =
      std::ranges::find(error_words, kind, [](const auto& each) { return each.first; });
  return found == error_words.end() ? std::string_view() : found->second;
}

std::optional<ErrorKind> parse_error_class(std::string_view word) {
  const auto* found =
      std::ranges::find(error_words, word, [](const auto& each) { return each.second; });
  return found == error_words.end() ? std::nullopt : std::optional(found->first);
}

std::vector<ErrorKind> error_kinds() {
  std::vector<ErrorKind> kinds;
  for (const auto& [kind, word] : error_words)
    kinds.push_back(kind);
  return kinds;
}

}  // namespace scale_fleet
