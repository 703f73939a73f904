#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fleet/page_search.hpp"
#include "scale_fleet/fleet/page_token.hpp"

namespace scale_fleet {

/// A list that is cut into pages as Fleet does, and what a search in it finds.
struct PagedList {
  std::vector<std::string> names;
  std::uint16_t limit = 100;
  std::function<void()> before_look = [] {};
  int looks = 0;

  Result<std::optional<PageNames>> look(PageHint at) {
    before_look();
    ++looks;
    if (at.page > 1 && at.limit != limit) return std::optional<PageNames>();
    const auto begin = std::min<std::size_t>(std::size_t{limit} * (at.page - 1U), names.size());
    const auto end = std::min<std::size_t>(begin + limit, names.size());
    PageNames page;
    page.names.assign(names.begin() + static_cast<std::ptrdiff_t>(begin),
                      names.begin() + static_cast<std::ptrdiff_t>(end));
    if (begin < names.size() && begin + limit <= names.size()) {
      page.next_token = write_page_token(limit, static_cast<std::uint16_t>(at.page + 1));
    }
    return page;
  }

  struct Answer {
    bool is_searchable = false;
    std::vector<std::string> names = {};
    PageHint hint = {};
  };

  Answer search(const std::string& prefix, std::optional<PageHint> hint = {}) {
    std::map<int, std::vector<std::string>> seen;
    const auto watch = [&](PageHint at) {
      auto page = look(at);
      if (*page) seen[at.page] = (*page)->names;
      return page;
    };
    looks = 0;
    const auto found = PageSearch(watch, prefix, hint).find();
    if (!found || !*found) return {};
    Answer answer{.is_searchable = true, .hint = (*found)->hint};
    for (int page = (*found)->first; page <= (*found)->last; ++page) {
      std::ranges::copy_if(seen[page], std::back_inserter(answer.names), [&](const auto& name) {
        return name.starts_with(prefix);
      });
    }
    for (const auto& name : (*found)->doubtful) {
      before_look();
      ++looks;
      if (std::ranges::find(names, name) != names.end()) answer.names.push_back(name);
    }
    std::ranges::sort(answer.names);
    return answer;
  }

  /// What a walk over all pages finds, nothing moving.
  std::vector<std::string> walk(const std::string& prefix) const {
    std::vector<std::string> found;
    std::ranges::copy_if(names, std::back_inserter(found), [&](const std::string& name) {
      return name.starts_with(prefix);
    });
    return found;
  }
};

}  // namespace scale_fleet
