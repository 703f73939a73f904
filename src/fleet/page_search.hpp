#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fleet/page_halving.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// A page of a list, reduced to what finding a place in it takes.
struct PageNames {
  std::vector<std::string> names;
  std::optional<std::string> next_token;
};

/// Where a service was found in a list: a good place to look first the next time.
struct PageHint {
  std::uint16_t limit = 0;  ///< Entries of a page.
  std::uint16_t page = 1;
};

/// Finds the pages that hold a service among the many of a list that is ordered by name, with few
/// requests: each page costs a real server its whole cluster (0.34 s at 10,000 units).
///
/// It relies on three things and checks them on every page that it receives: names ascend, a page
/// but the last is full, and its token is write_page_token() of the next one's number. Where one
/// doesn't hold the list can't be searched. An order that is broken only on pages that weren't
/// received goes unseen.
///
/// Pages are cut from a list that others change meanwhile, so an entry can slip from one page to
/// its neighbour between two looks. A service that lies within one page is seen at one moment. One
/// that reaches over several is read again until two readings in a row show the same entries, three
/// times at most; what an earlier reading showed and the last didn't is doubtful then.
class PageSearch {
 public:
  /// Looks at a page, from 1 on; a `limit` of 0 (then of page 1 only) is not known yet. Empty where
  /// the server doesn't take the token.
  using Look = std::function<Result<std::optional<PageNames>>(PageHint page)>;

  /// Searches for names that begin with `prefix`, which isn't empty.
  PageSearch(Look look, std::string prefix, std::optional<PageHint> hint);

  struct Found {
    std::uint16_t first = 1;  ///< Page; those from here to `last` hold the whole service.
    std::uint16_t last = 1;
    PageHint hint;  ///< For the next search; without a meaning where the limit is 0.
    /// Names that begin with the prefix and are gone, or were missed by the last reading.
    std::set<std::string> doubtful = {};
  };

  /// Where the service is, or would be; empty where the list can't be searched. Errors are look's.
  Result<std::optional<Found>> find();

 private:
  enum class Sight {
    fits,
    moved,    ///< Pages don't fit together: entries moved from one to the other.
    strange,  ///< Not the list of a Fleet that can be searched.
  };

  Result<Sight> try_once(Found& found);
  Result<Sight> find_first_page(Found& found);
  /// Sees the pages from found.first to the last one that can hold the service.
  Result<Sight> read_on(Found& found);
  Result<Sight> read_again(Found& found);
  Result<Sight> see(int page);
  Sight judge(int page, const PageNames& seen);
  bool is_in_order(int page, const PageNames& seen) const;
  Side side_of(int page) const;
  /// Whether the page was looked at before the one in front of it.
  bool is_older_than_former(int page) const;
  /// Those with the prefix, as often as they stand there: a unit may have a row on several
  /// machines.
  std::multiset<std::string> names_in(const Found& found) const;

  Look look_;
  std::string prefix_;
  int start_;
  std::uint16_t limit_;

  struct SeenPage {
    PageNames page;
    int turn = 0;  ///< Its place among the looks.
  };

  std::map<int, SeenPage> seen_;
  int turns_ = 0;
};

}  // namespace scale_fleet
