#include "fleet/page_search.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "scale_fleet/fleet/page_token.hpp"

namespace scale_fleet {
namespace {

/// Fewer names on a page prove too little of their order.
constexpr std::size_t fewest_names = 8;

constexpr int most_tries = 3;
constexpr int most_readings = 3;

/// Far from the list's end nothing is known of its length; near a former place little has changed.
constexpr PageHalving::Leap into_the_unknown{.first = 15, .growth = 16};
constexpr PageHalving::Leap around_a_hint{.first = 1, .growth = 4};

}  // namespace

PageSearch::PageSearch(Look look, std::string prefix, std::optional<PageHint> hint)
    : look_(std::move(look)),
      prefix_(std::move(prefix)),
      start_(hint ? hint->page : 1),
      limit_(hint ? hint->limit : std::uint16_t{0}) {}

Result<std::optional<PageSearch::Found>> PageSearch::find() {
  for (int tries = 0; tries < most_tries; ++tries) {
    seen_.clear();
    Found found;
    const auto sight = try_once(found);
    if (!sight) return tl::unexpected(sight.error());
    if (*sight == Sight::strange) break;
    found.hint = {.limit = limit_, .page = found.first};
    if (*sight == Sight::fits) return found;
  }
  return std::nullopt;
}

Result<PageSearch::Sight> PageSearch::try_once(Found& found) {
  if (auto sight = find_first_page(found); !sight || *sight != Sight::fits) return sight;
  if (auto sight = read_on(found); !sight || *sight != Sight::fits) return sight;
  if (found.first == found.last) return Sight::fits;
  return read_again(found);
}

Result<PageSearch::Sight> PageSearch::find_first_page(Found& found) {
  if (auto sight = see(start_); !sight || *sight != Sight::fits) return sight;
  // Fleet numbers entries with 16 bits: a page behind the last number would be another, or none.
  const int last = limit_ == 0 ? 1 : std::numeric_limits<std::uint16_t>::max() / limit_;
  PageHalving halving(start_, last, start_ == 1 ? into_the_unknown : around_a_hint);
  while (const auto page = halving.next()) {
    if (auto sight = see(*page); !sight || *sight != Sight::fits) return sight;
    halving.saw(*page, side_of(*page));
  }
  found.first = static_cast<std::uint16_t>(halving.first_page());
  return Sight::fits;
}

Result<PageSearch::Sight> PageSearch::read_on(Found& found) {
  int steps_back = 0;
  for (int page = found.first; page <= std::numeric_limits<std::uint16_t>::max(); ++page) {
    // A page that was read before the one in front of it may lack what has moved up since.
    if (is_older_than_former(page)) seen_.erase(page);
    if (auto sight = see(page); !sight || *sight != Sight::fits) return sight;
    const auto side = side_of(page);
    if (page == found.first && side == Side::earlier) {
      if (++steps_back > most_tries) return Sight::moved;
      --found.first;
      page = found.first - 1;
      continue;
    }
    found.last = static_cast<std::uint16_t>(page);
    if (side == Side::later) {
      seen_.erase(seen_.begin(), seen_.find(page));
      found.first = found.last;
      continue;
    }
    const auto& [names, next_token] = seen_[page].page;
    const bool reaches_beyond =
        !names.empty() && names.back() >= prefix_ && !names.back().starts_with(prefix_);
    if (reaches_beyond || !next_token) return Sight::fits;
  }
  return Sight::strange;
}

Result<PageSearch::Sight> PageSearch::read_again(Found& found) {
  auto last = names_in(found);
  std::set<std::string> ever(last.begin(), last.end());
  for (int readings = 2; readings <= most_readings; ++readings) {
    seen_.clear();
    if (auto sight = read_on(found); !sight || *sight != Sight::fits) return sight;
    const auto before = std::exchange(last, names_in(found));
    if (last == before) break;
    ever.insert(last.begin(), last.end());
  }
  std::ranges::set_difference(ever, last, std::inserter(found.doubtful, found.doubtful.end()));
  return Sight::fits;
}

Result<PageSearch::Sight> PageSearch::see(int page) {
  if (seen_.contains(page)) return Sight::fits;
  auto looked = look_({.limit = limit_, .page = static_cast<std::uint16_t>(page)});
  if (!looked) return tl::unexpected(looked.error());
  if (!*looked) return Sight::strange;
  const auto sight = judge(page, **looked);
  if (sight == Sight::fits) seen_[page] = {.page = std::move(**looked), .turn = ++turns_};
  return sight;
}

PageSearch::Sight PageSearch::judge(int page, const PageNames& seen) {
  const auto& [names, next_token] = seen;
  if (!std::ranges::is_sorted(names)) return Sight::strange;
  if (next_token) {
    if (limit_ == 0 && names.size() <= std::numeric_limits<std::uint16_t>::max())
      limit_ = static_cast<std::uint16_t>(names.size());
    const bool is_full = names.size() == limit_ && names.size() >= fewest_names;
    const bool is_known_form =
        *next_token == write_page_token(limit_, static_cast<std::uint16_t>(page + 1));
    if (!is_full || !is_known_form) return Sight::strange;
  } else if (limit_ != 0 && names.size() > limit_) {
    return Sight::strange;
  }
  return is_in_order(page, seen) ? Sight::fits : Sight::moved;
}

bool PageSearch::is_in_order(int page, const PageNames& seen) const {
  if (seen.names.empty()) return true;
  // The pages may overlap: what was put in between the looks has moved entries from one to the
  // next.
  const auto fits = [](const PageNames& lower, const PageNames& higher) {
    return lower.names.empty() || higher.names.empty() ||
           (lower.names.front() <= higher.names.front() &&
            lower.names.back() <= higher.names.back());
  };
  const auto higher = seen_.upper_bound(page);
  if (higher != seen_.end() && !fits(seen, higher->second.page)) return false;
  return higher == seen_.begin() || fits(std::prev(higher)->second.page, seen);
}

Side PageSearch::side_of(int page) const {
  const auto& [names, next_token] = seen_.at(page).page;
  if (page > 1 && (names.empty() || names.front() >= prefix_)) return Side::earlier;
  return next_token && names.back() < prefix_ ? Side::later : Side::here;
}

bool PageSearch::is_older_than_former(int page) const {
  const auto seen = seen_.find(page);
  const auto former = seen_.find(page - 1);
  return seen != seen_.end() && former != seen_.end() && seen->second.turn < former->second.turn;
}

std::multiset<std::string> PageSearch::names_in(const Found& found) const {
  std::multiset<std::string> all;
  for (int page = found.first; page <= found.last; ++page) {
    for (const auto& name : seen_.at(page).page.names) {
      if (name.starts_with(prefix_)) all.insert(name);
    }
  }
  return all;
}

}  // namespace scale_fleet
