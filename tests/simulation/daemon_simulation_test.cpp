#include "simulation/daemon_simulation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "simulation/seeds.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;

namespace {

struct Played {
  bool holds = true;
  std::size_t accepted = 0;  ///< Demands.
  std::size_t begun = 0;
};

/// Plays a seed, and shows what it broke.
Played play(std::uint64_t seed, Demands demands) {
  DaemonSimulation simulation(seed, demands);
  const auto violations = simulation.run();
  const auto& askers = simulation.askers();
  const Played played{violations.empty(), askers.accepted(), askers.begun()};
  if (played.holds) return played;
  fmt::print(
      "daemons{}, seed {}:\n  BROKEN: {}\n  replay: SCALE_FLEET_SIMULATION_SEEDS={} {} "
      "'[daemon-seeds]'\n",
      demands == Demands::random ? " with demands" : "",
      seed,
      fmt::join(violations, "\n  BROKEN: "),
      seed,
      SCALE_FLEET_SIMULATION_PROGRAM);
  return played;
}

bool holds_all_promises(std::uint64_t seed) {
  return play(seed, Demands::none).holds;
}

}  // namespace

TEST_CASE("Whatever befalls two daemons, one at a time acts, and in the end all is as declared") {
  for (std::uint64_t seed = 0; seed < 34; seed += sweep_stride)
    CHECK(holds_all_promises(seed));
}

TEST_CASE("What two daemons once got wrong they do right") {
  // 258: an end that was seen late was dated late. 601, 1013: what nobody could count at the end
  // of an action, though Fleet had acknowledged it, began no cool-down.
  for (const std::uint64_t seed : {258U, 601U, 1013U})
    CHECK(holds_all_promises(seed));
}

TEST_CASE("Many seeds of two daemons", "[.daemon-seeds]") {
  const auto seeds = seeds_to_run({.first = 0, .last = 499});
  for (auto seed = seeds.first; seed <= seeds.last; ++seed)
    REQUIRE(holds_all_promises(seed));
}

TEST_CASE("Whatever is demanded of two daemons is done once, or answered") {
  std::size_t accepted = 0;
  std::size_t begun = 0;
  for (std::uint64_t seed = 0; seed < 24; seed += sweep_stride) {
    const auto played = play(seed, Demands::random);
    CHECK(played.holds);
    accepted += played.accepted;
    begun += played.begun;
  }
  CHECK(accepted > 0);
  CHECK(begun > 0);
}

TEST_CASE("What two daemons once lost of what was demanded they find") {
  // 635: one stood still before it put on the shelf what it had been asked, and another one led.
  CHECK(play(635, Demands::random).holds);
}

TEST_CASE("Many seeds of two daemons of whom others demand counts", "[.daemon-seeds]") {
  const auto seeds = seeds_to_run({.first = 0, .last = 499});
  std::size_t accepted = 0;
  std::size_t begun = 0;
  for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
    const auto played = play(seed, Demands::random);
    CHECK(played.holds);
    accepted += played.accepted;
    begun += played.begun;
  }
  fmt::print("seeds {} to {}: {} demands accepted, {} carried out\n",
             seeds.first,
             seeds.last,
             accepted,
             begun);
}
