#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"

namespace scale_fleet {

/// Reads a list page after page and hands each item to `take`. The token is Fleet's and opaque; a
/// list is read to its end or is an error: a token that comes twice, or a page that holds nothing
/// but a token (a fleetd with token_limit=0), would never end. `doing` says what the list is for.
template <typename Item>
Outcome walk_pages(
    const std::string& doing,
    const std::function<Result<Page<Item>>(const std::optional<std::string>&)>& fetch,
    const std::function<void(Item&&)>& take) {
  const auto never_ends = [&](std::string_view why) {
    return failure(
        ErrorKind::refused,
        fmt::format(
            "cannot {}: the list never ends: {}; a count can't be trusted to it", doing, why));
  };
  std::optional<std::string> token;
  std::set<std::string> seen;
  constexpr std::size_t most_pages = 65'536;  // Fleet numbers them with 16 bits.
  for (;;) {
    if (seen.size() > most_pages) return never_ends("it has more pages than Fleet can number");
    auto page = fetch(token);
    if (!page) return tl::unexpected(page.error());
    const bool is_empty = page->items.empty();
    for (auto& item : page->items)
      take(std::move(item));
    if (!page->next_token) return {};
    if (is_empty)
      return never_ends("a page holds nothing but the token of a next (token_limit=0?)");
    if (!seen.insert(*page->next_token).second) return never_ends("the same page token came twice");
    token = std::move(page->next_token);
  }
}

}  // namespace scale_fleet
