#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fleet/fleet_reader.hpp"
#include "fleet/page_search.hpp"
#include "fleet/page_walk.hpp"
#include "scale_fleet/fleet/page_token.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {

inline const std::string& name_of(const Unit& unit) {
  return unit.name;
}

inline const std::string& name_of(const UnitState& state) {
  return state.unit;
}

/// One of Fleet's lists (`units`, `state`, `machines`), which come in pages. Of an ordered list a
/// service's part is found with few requests, and where it was found is looked at first the next
/// time; any other list is read from its beginning to its end.
template <typename Item>
class FleetList {
 public:
  using Read = Result<Page<Item>> (*)(std::string_view body);
  using Take = std::function<void(Item&&)>;

  /// `resource` is the list's path below /fleet/v1/, `doing` what reading it is for, in messages.
  FleetList(FleetReader& reader, std::string resource, Read read, std::string doing)
      : reader_(reader), resource_(std::move(resource)), read_(read), doing_(std::move(doing)) {}

  /// Hands every entry to `take`; one may come twice where others change the list meanwhile.
  Outcome walk(const Take& take) {
    return walk_pages<Item>(
        doing_, [this](const std::optional<std::string>& token) { return fetch(token); }, take);
  }

  /// The same for the entries whose name begins so.
  Outcome walk_for(const std::string& prefix, const Take& take) {
    hints_.erase(prefix);
    return walk([&](Item&& item) {
      if (name_of(item).starts_with(prefix)) take(std::move(item));
    });
  }

  /// Says whether an entry that was seen in an earlier look, though not in the last, is there.
  using Confirm = std::function<Result<std::optional<Item>>(const Item&)>;

  struct Wanted {
    std::string prefix;  ///< Of the names. Not empty.
    /// Where to look first when this prefix is looked for for the first time.
    std::optional<PageHint> nearby = {};
    Confirm confirm;
  };

  /// Hands every entry to `take` whose name begins so, as found by a search where that can be done.
  Outcome find(const Wanted& wanted, const Take& take) {
    const auto& prefix = wanted.prefix;
    std::map<int, std::vector<Item>> entries;
    std::map<std::string, Item> ever_seen;
    const auto look = [&](PageHint at) {
      auto page = look_at(at, prefix, entries[at.page]);
      for (const auto& item : entries[at.page])
        ever_seen.insert_or_assign(name_of(item), item);
      return page;
    };
    const auto known = hint(prefix);
    const auto found = PageSearch(look, prefix, known ? known : wanted.nearby).find();
    if (!found) return tl::unexpected(found.error());
    if (!*found) return walk_for(prefix, take);
    hints_[prefix] = (*found)->hint;
    for (int page = (*found)->first; page <= (*found)->last; ++page) {
      for (auto& item : entries[page])
        take(std::move(item));
    }
    for (const auto& name : (*found)->doubtful) {
      auto confirmed = wanted.confirm(ever_seen.at(name));
      if (!confirmed) return tl::unexpected(confirmed.error());
      if (*confirmed) take(std::move(**confirmed));
    }
    return {};
  }

  /// Where the search for that prefix ended last.
  std::optional<PageHint> hint(const std::string& prefix) const {
    const auto found = hints_.find(prefix);
    if (found == hints_.end() || found->second.limit == 0) return std::nullopt;
    return found->second;
  }

 private:
  /// A page's names; of its entries those that match are left in `entries`, in place of others.
  Result<std::optional<PageNames>> look_at(PageHint at,
                                           const std::string& prefix,
                                           std::vector<Item>& entries) {
    std::optional<std::string> token;
    if (at.page > 1) token = write_page_token(at.limit, at.page);
    auto page = fetch(token);
    constexpr int refused_token = 400;  // For one, after a restart with another page size.
    if (!page && token && page.error().http_status == refused_token) return std::nullopt;
    if (!page) return tl::unexpected(page.error());
    PageNames names{.names = {}, .next_token = std::move(page->next_token)};
    entries.clear();
    for (auto& item : page->items) {
      names.names.push_back(name_of(item));
      if (name_of(item).starts_with(prefix)) entries.push_back(std::move(item));
    }
    return names;
  }

  Result<Page<Item>> fetch(const std::optional<std::string>& token) {
    auto target = "/fleet/v1/" + resource_;
    if (token) target += "?nextPageToken=" + percent_encoded(*token);
    const auto reply = reader_.get(target, doing_);
    if (!reply) return tl::unexpected(reply.error());
    if (classify(*reply) != ReplyClass::success) return tl::unexpected(to_error(*reply, doing_, 1));
    auto page = read_((*reply)->body);
    if (!page) return tl::unexpected(not_from_fleet(page.error(), doing_));
    return page;
  }

  FleetReader& reader_;
  std::string resource_;
  Read read_;
  std::string doing_;
  std::map<std::string, PageHint> hints_;
};

}  // namespace scale_fleet
