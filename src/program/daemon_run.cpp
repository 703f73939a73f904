#include "program/daemon_run.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr Duration shortest_pause = std::chrono::seconds(1);
/// The next turn comes no sooner than so many times what the last one took.
constexpr int rest_per_work = 4;
/// systemd hears of us at least so often, while it watches.
constexpr Duration longest_silence = std::chrono::minutes(1);

void turn(const DaemonRun& run) {
  run.reload();
  run.daemon.tick();
  auto status = run.daemon.status();
  const auto said = status.trouble ? status.trouble->message
                                   : fmt::format("keeping {} services{}",
                                                 status.services.size(),
                                                 status.is_leader ? "" : ", standing by");
  run.board.publish(std::move(status));
  // What systemd can't be told is its loss, and no reason to stop.
  static_cast<void>(run.manager.notify(fmt::format("READY=1\nWATCHDOG=1\nSTATUS={}", said)));
}

/// Waits for `next`, or for a wake and then for `earliest`; tells the watchdog meanwhile.
void rest(const DaemonRun& run, TimePoint earliest, TimePoint next) {
  const auto silence = run.manager.watchdog_interval().value_or(longest_silence);
  while (!run.stop.requested() && run.clock.now() < next) {
    const auto until = std::min(next, run.clock.now() + silence);
    run.clock.wait_until(until);
    if (run.clock.now() < until) next = std::min(next, std::max(earliest, run.clock.now()));
    static_cast<void>(run.manager.notify("WATCHDOG=1"));
  }
}

}  // namespace

void run_until_stopped(const DaemonRun& run) {
  while (!run.stop.requested()) {
    const auto began = run.clock.now();
    turn(run);
    const auto ended = run.clock.now();
    const auto pause = std::max(shortest_pause, (ended - began) * rest_per_work);
    rest(run, ended + pause, std::max(began + run.interval, ended + pause));
  }
  static_cast<void>(run.manager.notify("STOPPING=1"));
}

void run_once(const DaemonRun& run) {
  bool is_begun = true;
  while (is_begun && !run.stop.requested()) {
    turn(run);
    is_begun = run.daemon.is_busy();
    while (run.daemon.is_busy() && !run.stop.requested()) {
      run.clock.wait_until(run.clock.now() + shortest_pause);
      run.daemon.take_ended();
    }
  }
}

}  // namespace scale_fleet
