#include "commands/unit_watch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/commands/waiter.hpp"

namespace scale_fleet {
namespace {

Result<UnitsAndStates> look_at(FleetApi& fleet, const std::string& name_prefix) {
  auto units = fleet.units(name_prefix);
  if (!units) return tl::unexpected(units.error());
  auto states = fleet.states(name_prefix);
  if (!states) return tl::unexpected(states.error());
  return UnitsAndStates{.units = std::move(*units), .states = std::move(*states)};
}

Outcome look_until_ready(const ChangeRun& run,
                         std::vector<Change*>& changes,
                         const UnitWatch& watch) {
  const auto started = run.world.clock.now();
  for (;;) {
    const auto asked = run.world.clock.now();
    const auto look = look_at(run.world.fleet, run.name_prefix);
    if (!look) return tl::unexpected(look.error());
    const auto now = run.world.clock.now();
    const auto others =
        std::stable_partition(changes.begin(), changes.end(), [&](const Change* change) {
          return watch.is_ready(change->step.unit, *look);
        });
    const std::vector<Change*> ready(changes.begin(), others);
    changes.erase(changes.begin(), others);
    if (!ready.empty()) watch.on_ready(ready, *look);
    if (changes.empty()) return {};
    if (run.world.stop.requested()) return tl::unexpected(interruption());
    if (now - started >= run.timeout) {
      return failure(ErrorKind::timed_out,
                     fmt::format("{} when the time for waiting ran out", watch.delay));
    }
    run.world.clock.wait_until(now + delay_between_looks(now - started, now - asked));
  }
}

}  // namespace

Outcome watch_units(const ChangeRun& run, std::vector<Change*>& changes, const UnitWatch& watch) {
  if (changes.empty()) return {};
  run.world.fleet.repeat_reads_until(run.world.clock.now() + run.timeout);
  auto outcome = look_until_ready(run, changes, watch);
  run.world.fleet.repeat_reads_until(std::nullopt);
  return outcome;
}

}  // namespace scale_fleet
