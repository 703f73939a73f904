#include "commands/replacement.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/recreation.hpp"
#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {
namespace {

enum class Found { taken, other, absent };

Result<Found> read_back(const ChangeRun& run, const Step& step) {
  if (run.world.stop.requested()) return tl::unexpected(interruption());
  const auto stored = run.world.fleet.unit(step.unit);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return Found::absent;
  return unit_hash((*stored)->options) == unit_hash(*run.options_of(step)) ? Found::taken
                                                                           : Found::other;
}

Error not_verified(const Step& step, Error why) {
  why.message =
      fmt::format("Fleet accepted the new text of {}, and whether it took it isn't known: {}",
                  step.unit,
                  why.message);
  return why;
}

Error vanished(const Step& step) {
  return {
      .kind = ErrorKind::refused,
      .message = fmt::format("{} was replaced, and somebody destroyed it meanwhile", step.unit)};
}

/// One look at each of `changes`: ends those that have taken their options, or can't be read.
/// Those that have not; with what was found instead.
std::vector<std::pair<Change*, Found>> without_options(const ChangeRun& run,
                                                       const std::vector<Change*>& changes) {
  std::vector<std::pair<Change*, Found>> others;
  for (auto* change : changes) {
    const auto found = read_back(run, change->step);
    if (!found) {
      run.end(*change, StepResult::failed, not_verified(change->step, found.error()));
    } else if (*found == Found::taken) {
      run.end(*change, StepResult::done);
    } else {
      others.emplace_back(change, *found);
    }
  }
  return others;
}

}  // namespace

void ensure_replaced(const ChangeRun& run, const std::vector<Change*>& accepted) {
  auto& clock = run.world.clock;
  // What was read may be older than the PUT, of an etcd that lags: only what lasts is believed.
  const auto believed_from = clock.now() + Patience{}.overridden;
  auto unclear = accepted;
  for (;;) {
    const bool is_believed = clock.now() >= believed_from;
    const auto others = without_options(run, unclear);
    unclear.clear();
    std::vector<Change*> keeping;
    for (const auto& [change, found] : others) {
      if (!is_believed) {
        unclear.push_back(change);
      } else if (found == Found::other) {
        keeping.push_back(change);
      } else {
        run.end(*change, StepResult::failed, vanished(change->step));
      }
    }
    if (!keeping.empty()) Recreation(run).run(keeping);
    if (unclear.empty()) return;
    clock.wait_until(clock.now() + std::chrono::milliseconds(500));
  }
}

}  // namespace scale_fleet
