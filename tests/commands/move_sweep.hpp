#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/move_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

namespace scale_fleet {

/// What befalls every request of a run that moves units, once in each run.
struct MoveSweep {
  std::function<std::unique_ptr<MoveWorld>()> make;  ///< The same world each time.
  std::function<MoveReport(MoveWorld&)> run;

  std::size_t requests() const {
    const auto world = make();
    REQUIRE(run(*world).status == ScaleStatus::converged);
    return world->http->requests().size();
  }

  /// `kind` as of a sandbox's fault; `then` looks at what the run made of it. How many runs.
  std::size_t with_fault(const std::function<std::string(std::size_t turn)>& kind,
                         const std::function<void(MoveWorld&, const MoveReport&)>& then) const {
    const auto turns = requests();
    std::size_t runs = 0;
    for (std::size_t turn = 1; turn <= turns; turn += sweep_stride) {
      INFO(kind(turn) << " at request " << turn << " of " << turns);
      const auto world = make();
      world->sandbox.faults.add(*parse_fault(fmt::format("*:*:{}:{}", turn, kind(turn))));
      const auto report = run(*world);
      CHECK(world->http->faults() == 1);
      then(*world, report);
      ++runs;
    }
    return runs;
  }

  /// Killed before and after each request; `then` goes on as another process. How many kills.
  std::size_t with_kill(const std::function<void(MoveWorld&)>& then) const {
    std::size_t kills = 0;
    for (std::size_t request = 1;; request += sweep_stride) {
      for (const bool acts : {false, true}) {
        INFO("killed " << (acts ? "after" : "before") << " request " << request);
        const auto world = make();
        if (!is_killed(*world, request, acts)) return kills;
        ++kills;
        world->connect();
        world->settle();
        then(*world);
      }
    }
  }

 private:
  bool is_killed(MoveWorld& world, std::size_t request, bool acts) const {
    std::size_t seen = 0;
    const auto strike = [&](const HttpRequest&) {
      if (++seen == request) throw MoverKilled{};
    };
    (acts ? world.http->after_acting : world.http->before_acting) = strike;
    try {
      run(world);
    } catch (const MoverKilled&) {
      return true;
    }
    return false;
  }
};

/// Faults that whoever asks again outlasts.
inline const std::vector<std::string> faults_in_passing{
    "refused", "reset", "reset-after", "status=500", "delay=60000", "cut"};

}  // namespace scale_fleet
