#include "scale_fleet/commands/drain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/blockers.hpp"
#include "commands/move_run.hpp"
#include "scale_fleet/core/drain_blocker.hpp"

namespace scale_fleet {
namespace {

/// Somebody else may launch units meanwhile, which Fleet then sends to the machine.
constexpr int rounds = 3;

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

void Drain::move_away(const std::string& machine_id, ClusterLook look, MoveReport& report) {
  const std::string key(drain_metadata_key);
  if (auto set = world_.fleet.set_machine_metadata(machine_id, key, machine_id); !set) {
    report.error = set.error();
    return;
  }
  std::vector<std::string> left;
  for (int round = 0; round < rounds; ++round) {
    move_lines(machine_id, look, report);
    if (overall_status(report) > ScaleStatus::converged) return;
    auto after = look_with_machines(world_.fleet);
    if (!after) {
      report.error = after.error();
      return;
    }
    left = units_left_on(machine_id, *after);
    if (left.empty()) return;
    look = std::move(*after);
  }
  report.error = Error{.kind = ErrorKind::refused,
                       .message = fmt::format("still on the machine: {}", fmt::join(left, ", "))};
}

void Drain::move_lines(const std::string& machine_id, const ClusterLook& look, MoveReport& report) {
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
  MoveRun(world_,
          {.side_by_side = options_.side_by_side,
           .ends_at_failure = true,
           .group = options_.group,
           .rights = options_.rights})
      .finish(lines);
  for (auto& line : lines)
    report.services.push_back(std::move(line.report));
}

Outcome Drain::release(const std::string& machine_id) {
  const auto launched = release_all({machine_id}, false);
  if (!launched) return tl::unexpected(launched.error());
  return {};
}

Outcome Drain::release_leftovers(const std::set<std::string>& machine_ids) {
  const auto launched = release_all(machine_ids, !options_.group.empty());
  if (!launched) return tl::unexpected(launched.error());
  await_running(world_, *launched);
  return {};
}

Result<std::vector<std::string>> Drain::release_all(std::set<std::string> machine_ids,
                                                    bool of_group) {
  const GoingOn going_on(world_.fleet);
  const auto blockers = find_blockers(world_.fleet, [&](const FoundBlocker& found) {
    // Of a reschedule, which may be at work: whoever may work on the service ends it.
    if (found.is_mark() && found.blocker.group.empty()) return false;
    return machine_ids.contains(found.blocker.machine_id) ||
           (of_group && found.blocker.group == options_.group);
  });
  if (!blockers) return tl::unexpected(blockers.error());
  for (const auto& found : *blockers)
    machine_ids.insert(found.blocker.machine_id);
  const auto machines = world_.fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  auto launched = remove_blockers(world_.fleet, *blockers);
  if (!launched) return launched;
  const std::string key(drain_metadata_key);
  for (const auto& machine : *machines) {
    if (!machine.metadata.contains(key) || !machine_ids.contains(machine.id)) continue;
    if (auto removed = world_.fleet.set_machine_metadata(machine.id, key, std::nullopt); !removed)
      return tl::unexpected(removed.error());
  }
  return launched;
}

}  // namespace scale_fleet
