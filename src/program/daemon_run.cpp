#include "program/daemon_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

constexpr Duration shortest_pause = std::chrono::seconds(1);
/// The next turn comes no sooner than so many times what the last one took, if that isn't so many
/// intervals.
constexpr int rest_per_work = 4;
constexpr int longest_rest = 3;
/// After a reading that failed.
constexpr Duration longest_until_again = std::chrono::seconds(10);
/// systemd hears of us at least so often, while it watches.
constexpr Duration longest_silence = std::chrono::minutes(1);

/// Whether the cluster could be read.
bool turn(const DaemonRun& run) {
  run.board.beat(system_wall_time());
  run.begin_turn();
  run.daemon.tick();
  auto status = run.daemon.status();
  const auto said = status.trouble ? status.trouble->message
                                   : fmt::format("keeping {}{}",
                                                 counted(status.services.size(), "service"),
                                                 status.is_leader ? "" : ", standing by");
  const bool is_read = !status.trouble;
  run.board.publish(std::move(status));
  run.board.beat(system_wall_time());
  // What systemd can't be told is its loss, and no reason to stop.
  static_cast<void>(run.manager.notify(fmt::format("READY=1\nWATCHDOG=1\nSTATUS={}", said)));
  return is_read;
}

/// Waits for `next`, or for a wake and then for `earliest`; tells the watchdog meanwhile.
void rest(const DaemonRun& run, TimePoint earliest, TimePoint next) {
  const auto silence = run.manager.watchdog_interval().value_or(longest_silence);
  while (!run.stop.requested() && run.clock.now() < next) {
    const auto until = std::min(next, run.clock.now() + silence);
    run.clock.wait_until(until);
    if (run.clock.now() < until) next = std::min(next, std::max(earliest, run.clock.now()));
    run.board.beat(system_wall_time());
    static_cast<void>(run.manager.notify("WATCHDOG=1"));
  }
}

}  // namespace

void run_until_stopped(const DaemonRun& run) {
  while (!run.stop.requested()) {
    const auto began = run.clock.now();
    const bool is_read = turn(run);
    const auto ended = run.clock.now();
    const Duration interval =
        is_read ? run.interval : std::min<Duration>(run.interval, longest_until_again);
    const auto work = std::min((ended - began) * rest_per_work, interval * longest_rest);
    const auto pause = std::max(shortest_pause, is_read ? work : shortest_pause);
    rest(run, ended + pause, std::max(began + interval, ended + pause));
  }
  static_cast<void>(run.manager.notify("STOPPING=1"));
}

void run_once(const DaemonRun& run) {
  for (bool goes_on = true; goes_on && !run.stop.requested();) {
    turn(run);
    goes_on = run.daemon.is_busy();
    if (goes_on) run.clock.wait_until(run.clock.now() + shortest_pause);
  }
}

}  // namespace scale_fleet
