#include "scale_fleet/commands/drain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/move_run.hpp"
#include "scale_fleet/core/drain_blocker.hpp"

namespace scale_fleet {
namespace {

/// The blockers among Fleet's units, of the machines that `is_wanted` says.
template <typename Wanted>
Result<std::vector<Unit>> find_blockers(FleetApi& fleet, const Wanted& is_wanted) {
  auto units = fleet.units(blocker_prefix);
  if (!units) return units;
  std::erase_if(*units, [&](const Unit& unit) {
    const auto blocker = read_blocker(unit);
    return !blocker || !is_wanted(blocker->machine_id);
  });
  return units;
}

/// Those of `machines` that say they are being emptied.
std::set<std::string> marked(const std::vector<Machine>& machines) {
  std::set<std::string> ids;
  for (const auto& machine : machines) {
    if (machine.metadata.contains(std::string(drain_metadata_key))) ids.insert(machine.id);
  }
  return ids;
}

/// Looks on and writes on though a signal has come, as long as it lives.
class GoingOn {
 public:
  explicit GoingOn(FleetApi& fleet) : fleet_(fleet) { fleet_.go_on_though_stopped(true); }

  GoingOn(const GoingOn&) = delete;
  GoingOn& operator=(const GoingOn&) = delete;

  ~GoingOn() { fleet_.go_on_though_stopped(false); }

 private:
  FleetApi& fleet_;
};

}  // namespace

MoveReport Drain::empty(const std::string& machine_id) {
  MoveReport report;
  const auto end = [&](std::optional<Error> error) {
    if (!report.error) report.error = std::move(error);
    report.status = overall_status(report);
    return report;
  };
  const auto look = look_with_machines(world_.fleet);
  if (!look) return end(look.error());
  if (auto fine = check_may_leave(machine_id, *look); !fine) return end(fine.error());
  if (units_left_on(machine_id, *look).empty()) return end(std::nullopt);
  move_away(machine_id, *look, report);
  for (const auto& service : report.services) {
    if (service.error && !report.error) report.error = service.error;
  }
  if (!report.error && world_.stop.requested()) {
    report.error = Error{.kind = ErrorKind::interrupted, .message = "interrupted by a signal"};
  }
  if (!report.error) return end(std::nullopt);
  if (auto released = release(machine_id); !released)
    report.error->message += fmt::format("; and then: {}", released.error().message);
  return end(std::nullopt);
}

void Drain::move_away(const std::string& machine_id, const ClusterLook& look, MoveReport& report) {
  const std::string key(drain_metadata_key);
  if (auto set = world_.fleet.set_machine_metadata(machine_id, key, machine_id); !set) {
    report.error = set.error();
    return;
  }
  std::vector<MoveLine> lines;
  for (const auto& service : services_on(machine_id, look, options_.services)) {
    const auto next = [this, service, machine_id]() -> Result<std::optional<UnitMove>> {
      const auto now = look_with_machines(world_.fleet);
      if (!now) return tl::unexpected(now.error());
      return next_to_leave(service, *now, machine_id);
    };
    lines.push_back({.next = next,
                     .report = {.service = service.name, .moved = {}},
                     .timeout = options_.timeout});
  }
  MoveRun(world_, {.side_by_side = options_.side_by_side, .ends_at_failure = true}).finish(lines);
  for (auto& line : lines)
    report.services.push_back(std::move(line.report));
  if (overall_status(report) > ScaleStatus::converged) return;
  const auto after = look_with_machines(world_.fleet);
  if (!after) {
    report.error = after.error();
  } else if (const auto left = units_left_on(machine_id, *after); !left.empty()) {
    report.error = Error{.kind = ErrorKind::refused,
                         .message = fmt::format("still on the machine: {}", fmt::join(left, ", "))};
  }
}

Outcome Drain::release(const std::string& machine_id) {
  const GoingOn going_on(world_.fleet);
  const auto blockers = find_blockers(
      world_.fleet, [&](const std::string& of_machine) { return of_machine == machine_id; });
  if (!blockers) return tl::unexpected(blockers.error());
  auto machines = world_.fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  auto ids = marked(*machines);
  std::erase_if(ids, [&](const std::string& id) { return id != machine_id; });
  return release_all(*blockers, ids);
}

Outcome Drain::release_leftovers(const std::set<std::string>& not_of) {
  const GoingOn going_on(world_.fleet);
  const auto blockers = find_blockers(
      world_.fleet, [&](const std::string& of_machine) { return !not_of.contains(of_machine); });
  if (!blockers) return tl::unexpected(blockers.error());
  auto machines = world_.fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  auto ids = marked(*machines);
  std::erase_if(ids, [&](const std::string& id) { return not_of.contains(id); });
  return release_all(*blockers, ids);
}

Outcome Drain::release_all(const std::vector<Unit>& blockers,
                           const std::set<std::string>& marked_machines) {
  std::vector<Write> back;
  std::vector<Write> removals;
  for (const auto& unit : blockers) {
    const auto blocker = read_blocker(unit);
    const auto blocked = world_.fleet.unit(blocker->unit);
    if (!blocked) return tl::unexpected(blocked.error());
    if (*blocked && (*blocked)->desired_state == JobState::inactive)
      back.push_back(
          {.kind = Write::Kind::set_state, .unit = blocker->unit, .state = blocker->state});
    removals.push_back({.kind = Write::Kind::destroy, .unit = unit.name});
  }
  if (auto done = perform_all(world_.fleet, back); !done) return done;
  if (auto done = perform_all(world_.fleet, removals); !done) return done;
  for (const auto& id : marked_machines) {
    auto removed =
        world_.fleet.set_machine_metadata(id, std::string(drain_metadata_key), std::nullopt);
    if (!removed) return removed;
  }
  return {};
}

}  // namespace scale_fleet
