#include <algorithm>
#include <cstring>

#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/policy/cron.hpp"

namespace scale_fleet {
namespace {

/// Eight bytes of the input as a number; fewer count as zeros.
std::int64_t take_number(std::string_view& rest) {
  std::int64_t number = 0;
  const auto bytes = std::min(rest.size(), sizeof number);
  std::memcpy(&number, rest.data(), bytes);
  rest.remove_prefix(bytes);
  return number;
}

void try_moment(const Cron& cron, WallTime now, Millis at_most) {
  const auto match = cron.last_match(now, at_most);
  if (!match) return;
  must_hold(*match <= now, "a last match isn't in the future");
  must_hold(now - *match <= at_most, "a last match isn't before what is looked back");
  must_hold(cron.matches(*match), "a last match matches");
  must_hold(cron.last_match(*match, Millis(0)) == match, "a match is its own last match");
}

}  // namespace

/// The first line is a schedule, the rest a moment and how far to look back from it.
void try_input(std::string_view input) {
  const auto cron = Cron::parse(take_line(input));
  if (!cron) {
    must_hold(cron.error().kind == ErrorKind::usage, "a schedule is a matter of usage");
    must_hold(is_for_people(cron.error().message), "why a schedule is refused can be shown");
    return;
  }
  must_hold(Cron::parse(cron->text()) == *cron, "a shown schedule is the same schedule");
  const WallTime any_time{Millis(take_number(input))};
  const Millis any_span{take_number(input)};
  constexpr Millis some_centuries = std::chrono::hours(24 * 365 * 250);
  const WallTime near_time{any_time.time_since_epoch() % some_centuries};
  for (const auto span : {any_span, any_span % some_centuries, Millis(0)}) {
    try_moment(*cron, any_time, span);
    try_moment(*cron, near_time, span);
  }
}

}  // namespace scale_fleet
