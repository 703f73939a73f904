#include "commands/move_run.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "commands/blockers.hpp"
#include "commands/change_run.hpp"
#include "scale_fleet/commands/declared_plan.hpp"
#include "scale_fleet/commands/waiter.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

Write set_state(const std::string& unit, JobState state) {
  return {.kind = Write::Kind::set_state, .unit = unit, .state = state};
}

bool is_under_way(const MoveLine& line) {
  return line.under_way.has_value();
}

bool is_over(const MoveLine& line) {
  return line.has_ended;
}

/// Measured on fleetd, and in its sources: up to 24 s after a unit was moved, the agent that had it
/// before removes its rows of all machines from /state (agent/unit_state.go publishes every
/// agent_ttl * 4 / 5, registry/unit_state.go removes too much), and up to 24 s later the agent that
/// runs it writes its row again. Meanwhile nobody can tell that it is active.
constexpr Duration rows_may_be_lost = std::chrono::seconds(60);

}  // namespace

Result<ClusterLook> look_with_machines(FleetApi& fleet) {
  auto look = look_at_cluster(fleet);
  if (!look) return look;
  auto machines = fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  look->machines = std::move(*machines);
  return look;
}

void MoveRun::finish(std::vector<MoveLine>& lines) {
  const auto started = world_.clock.now();
  // Each turn: begin as many moves as may be under way; see how far each is; wait a little.
  for (;;) {
    begin_moves(lines);
    if (std::ranges::all_of(lines, is_over)) break;
    const auto asked = world_.clock.now();
    follow(lines);
    const auto now = world_.clock.now();
    const auto goes_on = [&](const MoveLine& line) {
      const bool waits = line.short_since || line.held_up_since || now < line.left_to_others_until;
      return line.has_ended || (!is_under_way(line) && !waits);
    };
    if (std::ranges::all_of(lines, goes_on)) continue;
    world_.clock.wait_until(now + delay_between_looks(now - started, now - asked));
  }
  world_.progress.settle();
}

void MoveRun::begin_moves(std::vector<MoveLine>& lines) {
  for (auto& line : lines) {
    if (line.has_ended || line.under_way) continue;
    if (world_.stop.requested()) {
      end(line, interruption());
    } else if (has_failed_ && limits_.ends_at_failure) {
      end(line, std::nullopt);
    } else if (static_cast<std::size_t>(std::ranges::count_if(lines, is_under_way)) <
               limits_.side_by_side) {
      begin(line);
    }
  }
}

void MoveRun::begin(MoveLine& line) {
  if (!take(line)) return;
  auto next = line.next();
  if (!next && may_be_short_for_a_while(line, next.error())) return give_back(line);
  line.short_since.reset();
  if (!next) return fail(line, next.error());
  if (!*next) return end(line, std::nullopt);
  line.under_way = std::move(**next);
  const auto& move = *line.under_way;
  line.report.moved.push_back(
      {.unit = move.unit, .from = move.from, .to = {}, .result = StepResult::failed});
  // The blocker first: it tells whoever comes after a kill that this unit is to be set again.
  if (auto made = perform_all(world_.fleet, {make_blocker(move, limits_.group)}); !made)
    return fail(line, made.error());
  if (auto told = perform_all(world_.fleet, {set_state(move.unit, JobState::inactive)}); !told) {
    if (told.error().kind != ErrorKind::refused || !is_absent(move.unit))
      return fail(line, told.error());
    // Somebody destroyed it: the next look no longer shows it.
  }
  world_.progress.tell(fmt::format("{}: leaving its machine", move.unit));
  line.is_launched = false;
  line.since = world_.clock.now();
}

/// Whether the line's service is ours by now.
bool MoveRun::take(MoveLine& line) {
  if (limits_.rights == nullptr || line.is_ours) return true;
  const auto now = world_.clock.now();
  if (now < line.left_to_others_until) return false;
  const auto taken = limits_.rights->take(line.report.service);
  if (taken) {
    line.is_ours = true;
    line.held_up_since.reset();
    return true;
  }
  if (!line.held_up_since) {
    line.held_up_since = now;
    if (taken.error().kind == ErrorKind::precondition)
      world_.progress.tell(fmt::format("{}; waiting for it", taken.error().message));
  }
  const bool is_held = taken.error().kind == ErrorKind::precondition;
  if (!is_held || now - *line.held_up_since >= line.timeout) fail(line, taken.error());
  return false;
}

void MoveRun::give_back(MoveLine& line) const {
  if (!std::exchange(line.is_ours, false)) return;
  limits_.rights->give_back(line.report.service);
  line.left_to_others_until = world_.clock.now() + time_for_others;
}

bool MoveRun::may_be_short_for_a_while(MoveLine& line, const Error& error) {
  if (error.kind != ErrorKind::precondition) return false;
  const auto now = world_.clock.now();
  if (!line.short_since) {
    line.short_since = now;
    world_.progress.tell(fmt::format("{}; waiting whether that changes", error.message));
  }
  return now - *line.short_since < rows_may_be_lost;
}

void MoveRun::follow(std::vector<MoveLine>& lines) {
  for (auto& line : lines) {
    if (line.under_way) follow(line);
  }
}

void MoveRun::follow(MoveLine& line) {
  const auto& move = *line.under_way;
  world_.fleet.repeat_reads_until(line.since + line.timeout);
  const auto look = look_at(move);
  world_.fleet.repeat_reads_until(std::nullopt);
  if (!look) return fail(line, look.error());
  if (!line.is_launched && has_left(move, *look)) {
    if (auto told = launch_again(move, *look); !told) return fail(line, told.error());
    line.is_launched = true;
    line.since = world_.clock.now();
    return;
  }
  if (line.is_launched && has_arrived(move, *look)) return arrive(line, *look);
  if (world_.stop.requested()) return fail(line, interruption());
  if (world_.clock.now() - line.since >= line.timeout)
    fail(line, {.kind = ErrorKind::timed_out, .message = delay_of(line, *look)});
}

bool MoveRun::is_absent(const std::string& unit) {
  const auto stored = world_.fleet.unit(unit);
  return stored && !*stored;
}

Outcome MoveRun::launch_again(const UnitMove& move, const UnitsAndStates& look) {
  if (look.find(move.unit) != nullptr) {
    if (auto told = perform_all(world_.fleet, {set_state(move.unit, move.state)}); !told)
      return told;
  }
  if (move.is_blocked) return {};
  return perform_all(world_.fleet, {{.kind = Write::Kind::destroy, .unit = move.blocker}});
}

Result<UnitsAndStates> MoveRun::look_at(const UnitMove& move) {
  UnitsAndStates look;
  auto names = move.followers;
  names.push_back(move.unit);
  if (move.is_blocked) names.push_back(move.blocker);
  // The units first: so a state row is never older than its unit.
  for (const auto& name : names) {
    auto unit = world_.fleet.unit(name);
    if (!unit) return tl::unexpected(unit.error());
    if (*unit) look.units.push_back(std::move(**unit));
  }
  for (const auto& name : names) {
    if (name == move.blocker) continue;
    auto rows = world_.fleet.states(name);
    if (!rows) return tl::unexpected(rows.error());
    std::ranges::move(*rows, std::back_inserter(look.states));
  }
  return look;
}

void MoveRun::arrive(MoveLine& line, const UnitsAndStates& look) {
  auto& moved = line.report.moved.back();
  const auto* unit = look.find(moved.unit);
  if (unit != nullptr) moved.to = unit->machine_id;
  moved.result = StepResult::done;
  world_.progress.tell(fmt::format("{}: moved", moved.unit));
  line.under_way.reset();
  give_back(line);
}

std::string MoveRun::delay_of(const MoveLine& line, const UnitsAndStates& look) const {
  const auto& move = *line.under_way;
  if (!line.is_launched)
    return fmt::format("{} had not left its machine when the time for waiting ran out", move.unit);
  const auto* unit = look.find(move.unit);
  const auto demands =
      unit == nullptr ? std::vector<std::string>() : placement_demands(unit->options);
  if (unit == nullptr || !unit->machine_id.empty())
    return fmt::format("{} was not active again when the time for waiting ran out", move.unit);
  return fmt::format("Fleet found no machine for {} in time{}",
                     move.unit,
                     demands.empty()
                         ? std::string()
                         : fmt::format(", which demands {}",
                                       printable(fmt::format("{}", fmt::join(demands, ", ")))));
}

Outcome MoveRun::put_back_move(const UnitMove& move) {
  const GoingOn going_on(world_.fleet);
  // The blocker last: while it is there, somebody can tell that the unit is to be set again.
  if (!is_absent(move.unit)) {
    if (auto told = perform_all(world_.fleet, {set_state(move.unit, move.state)}); !told)
      return told;
  }
  return perform_all(world_.fleet, {{.kind = Write::Kind::destroy, .unit = move.blocker}});
}

void MoveRun::fail(MoveLine& line, Error error) {
  if (const auto move = std::exchange(line.under_way, std::nullopt)) {
    if (auto put_back = put_back_move(*move); !put_back)
      error.message += fmt::format("; and then: {}", put_back.error().message);
  }
  has_failed_ = true;
  end(line, std::move(error));
}

void MoveRun::end(MoveLine& line, std::optional<Error> error) {
  auto& report = line.report;
  give_back(line);
  line.has_ended = true;
  line.short_since.reset();
  report.error = std::move(error);
  report.status = report.error           ? status_of(report.error->kind)
                  : report.moved.empty() ? ScaleStatus::unchanged
                                         : ScaleStatus::converged;
  if (report.error)
    world_.progress.warn(fmt::format("{}: {}", report.service, report.error->message));
}

}  // namespace scale_fleet
