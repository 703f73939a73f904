#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace scale_fleet {

/// What may stand in one field of a schedule.
struct CronField {
  std::string_view name;
  unsigned first = 0;
  unsigned last = 0;
  std::string_view words = {};  ///< Three letters each, for `first` and those that follow.
};

/// The values that a field names, bit by bit; the error is why it names none.
tl::expected<std::uint64_t, std::string> cron_bits(const CronField& field, std::string_view text);

}  // namespace scale_fleet
