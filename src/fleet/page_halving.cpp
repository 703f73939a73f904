#include "fleet/page_halving.hpp"

#include <algorithm>

namespace scale_fleet {

std::optional<int> PageHalving::next() const {
  const bool is_between_two = earlier_than_.value_or(last_ + 1) - later_than_ <= 1;
  if (here_ || is_between_two) return std::nullopt;
  return next_;
}

void PageHalving::saw(int page, Side side) {
  switch (side) {
    case Side::here:
      here_ = page;
      return;
    case Side::later:
      later_than_ = std::max(later_than_, page);
      break;
    case Side::earlier:
      earlier_than_ = std::min(earlier_than_.value_or(page), page);
      break;
  }
  if (later_than_ > 0 && earlier_than_) {
    next_ = later_than_ + (*earlier_than_ - later_than_) / 2;
    return;
  }
  next_ =
      side == Side::later ? std::min(page + leap_.first, last_) : std::max(page - leap_.first, 1);
  leap_.first *= leap_.growth;
}

}  // namespace scale_fleet
