#include "config/mistakes.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

void Mistakes::add(YamlPlace place, std::string_view path, std::string_view what) {
  auto text = printable(without_credentials(what));
  if (!path.empty()) text = fmt::format("{}: {}", printable(without_credentials(path)), text);
  list_.push_back({place, std::string(path), std::move(text)});
}

bool Mistakes::are_all_below(std::span<const std::string_view> paths) const {
  return std::ranges::all_of(list_, [&](const Mistake& mistake) {
    return std::ranges::any_of(paths, [&](std::string_view path) {
      return mistake.path.starts_with(path) && mistake.path.substr(path.size()).starts_with('.');
    });
  });
}

Error Mistakes::error() const {
  auto sorted = list_;
  std::ranges::stable_sort(sorted, {}, [](const Mistake& mistake) {
    return std::tuple(mistake.place.line, mistake.place.column);
  });
  std::string message;
  for (const auto& [place, path, text] : sorted) {
    if (!message.empty()) message += '\n';
    message += place.line == 0 ? fmt::format("{}: {}", file_, text)
                               : fmt::format("{}:{}:{}: {}", file_, place.line, place.column, text);
  }
  return {.kind = ErrorKind::usage, .message = std::move(message)};
}

}  // namespace scale_fleet
