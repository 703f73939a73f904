#include "commands/blockers.hpp"

#include <algorithm>
#include <memory>

#include "commands/change_run.hpp"
#include "scale_fleet/commands/waiter.hpp"

namespace scale_fleet {
namespace {

/// Of such writes there are few.
constexpr int writes_at_once = 16;

}  // namespace

Outcome perform_all(FleetApi& fleet, const std::vector<Write>& writes) {
  std::optional<Error> first;
  fleet.perform(writes, writes_at_once, [&](const WriteEnd& end) {
    if (end.result == WriteEnd::Result::done || first) return;
    first = end.error ? *end.error : interruption();
  });
  if (first) return tl::unexpected(*first);
  return {};
}

Write make_blocker(const UnitMove& move, const std::string& group) {
  const Blocker blocker{
      .machine_id = move.from, .unit = move.unit, .state = move.state, .group = group};
  return {.kind = Write::Kind::replace,
          .unit = move.blocker,
          .state = move.is_blocked ? JobState::loaded : JobState::inactive,
          .options = std::make_shared<const UnitOptions>(blocker_options(blocker))};
}

Result<std::vector<FoundBlocker>> find_blockers(
    FleetApi& fleet, const std::function<bool(const FoundBlocker&)>& is_wanted) {
  auto units = fleet.units(blocker_prefix);
  if (!units) return tl::unexpected(units.error());
  std::vector<FoundBlocker> found;
  for (auto& unit : *units) {
    auto blocker = read_blocker(unit);
    if (!blocker) continue;
    FoundBlocker each{.unit = std::move(unit), .blocker = std::move(*blocker)};
    if (is_wanted(each)) found.push_back(std::move(each));
  }
  return found;
}

Result<std::vector<std::string>> remove_blockers(FleetApi& fleet,
                                                 const std::vector<FoundBlocker>& blockers) {
  std::vector<Write> back;
  std::vector<Write> removals;
  std::vector<std::string> launched;
  for (const auto& [unit, blocker] : blockers) {
    const auto blocked = fleet.unit(blocker.unit);
    if (!blocked) return tl::unexpected(blocked.error());
    if (*blocked && (*blocked)->desired_state == JobState::inactive) {
      back.push_back(
          {.kind = Write::Kind::set_state, .unit = blocker.unit, .state = blocker.state});
    }
    removals.push_back({.kind = Write::Kind::destroy, .unit = unit.name});
  }
  if (auto done = perform_all(fleet, back); !done) return tl::unexpected(done.error());
  if (auto done = perform_all(fleet, removals); !done) return tl::unexpected(done.error());
  for (const auto& write : back) {
    if (write.state == JobState::launched) launched.push_back(write.unit);
  }
  return launched;
}

void await_running(World world, const std::vector<std::string>& units) {
  const auto started = world.clock.now();
  const auto runs = [&](const std::string& name) {
    const auto unit = world.fleet.unit(name);
    const auto rows = world.fleet.states(name);
    return unit && rows && (!*unit || is_well(**unit, *rows));
  };
  while (!std::ranges::all_of(units, runs)) {
    const auto now = world.clock.now();
    if (now - started >= std::chrono::minutes(1) || world.stop.requested()) return;
    world.clock.wait_until(now + delay_between_looks(now - started, {}));
  }
}

}  // namespace scale_fleet
