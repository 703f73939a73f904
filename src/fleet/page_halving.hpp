#pragma once

#include <optional>

namespace scale_fleet {

/// Where a service begins in an ordered list, seen from one of its pages.
enum class Side {
  earlier,  ///< Before the page's first entry; so also for a page past the end of the list.
  here,     ///< Among the page's entries, or it would if it were there.
  later,    ///< After the page's last entry.
};

/// Narrows down the page on which a service begins. The number of pages isn't known beforehand, so
/// it leaps from `start` in growing leaps until the place lies between two pages, and halves then.
class PageHalving {
 public:
  struct Leap {
    int first = 15;   ///< Pages from `start` to the second look.
    int growth = 16;  ///< Each leap is so many times the one before.
  };

  /// Pages are numbered from 1 to `last`; `start` is among them.
  PageHalving(int start, int last, Leap leap) : last_(last), next_(start), leap_(leap) {}

  /// The page to look at next; empty once first_page() is known.
  std::optional<int> next() const;
  /// What that page showed.
  void saw(int page, Side side);

  /// The page to read the service from: it begins there, or right behind its last entry.
  int first_page() const { return here_.value_or(later_than_); }

 private:
  int last_;
  int next_;
  Leap leap_;
  std::optional<int> here_;
  int later_than_ = 0;               // The highest page that lies before the service.
  std::optional<int> earlier_than_;  // The lowest page that lies behind its beginning.
};

}  // namespace scale_fleet
