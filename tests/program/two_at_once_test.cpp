#include <algorithm>
#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/one_after_other.hpp"
#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::size_t more_than_any_run_sends = 200;

std::size_t instances(FleetServer& fleet) {
  return fleet.units().size() - 1;  // The template.
}

/// What the program said of its one service.
struct Report {
  std::string status;
  std::size_t after = 0;
  int exit_code = -1;
};

Report read_report(const ProgramEnd& end) {
  const auto document = json::parse(end.out, nullptr, false);
  if (!document.is_object()) return {};
  const auto& service = document["services"][0];
  return {.status = document["status"],
          .after = service["after"].is_number() ? service["after"].get<std::size_t>() : 9999,
          .exit_code = end.exit_code};
}

/// Whether the report tells what is so, given that there are `count` now.
bool is_true(const Report& report, std::size_t desired, std::size_t count) {
  const bool as_asked = report.status == "converged" || report.status == "unchanged";
  return report.after == count && as_asked == (count == desired) &&
         (report.exit_code == 0) == as_asked && (as_asked || report.status == "overridden");
}

struct Pair {
  std::size_t first;
  std::size_t second;
};

struct Round {
  struct Second {
    ProgramEnd end;
    std::size_t count = 0;     ///< Of instances, when it ended.
    std::size_t requests = 0;  ///< That had come in when it ended.
  };

  ProgramEnd first;
  std::optional<Second> second;  ///< Empty where the first ended before that turn.
  std::size_t count = 0;
  bool first_looked_since = false;
};

/// Two with no lock in common, on 3 instances: the second one runs while the first one's request of
/// that turn is held back.
Round play(const Pair& counts, std::size_t turn) {
  ProgramWorld world(quick);
  world.fleet.stand(my_app_with(numbers_to(3)));
  const TemporaryFolder other_locks;
  const auto other_door = world.fleet.second_door();
  const auto call_for = [&](std::size_t count) {
    return world.call({"my_app", std::to_string(count), "--output", "json"});
  };
  std::promise<Round::Second> promised;
  auto second = promised.get_future();
  world.fleet.watch(at_arrival(turn, [&] {
    auto call = call_for(counts.second);
    call.environment["SCALE_FLEET_ENDPOINT"] = other_door->endpoint();
    call.environment["SCALE_FLEET_LOCK_DIR"] = other_locks.path().string();
    promised.set_value({.end = run_program(call),
                        .count = instances(world.fleet),
                        .requests = world.fleet.requests().size()});
  }));
  Round round{.first = run_program(call_for(counts.first)), .count = instances(world.fleet)};
  if (second.wait_for(0s) != std::future_status::ready) return round;
  round.second = second.get();
  const auto all = world.fleet.requests();
  round.first_looked_since =
      std::find(all.begin() + static_cast<std::ptrdiff_t>(round.second->requests),
                all.end(),
                "GET /fleet/v1/units") != all.end();
  return round;
}

}  // namespace

TEST_CASE("Of two on one machine the second begins when the first has ended, wherever that was") {
  std::size_t turn = 1;
  for (; turn < more_than_any_run_sends; ++turn) {
    ProgramWorld world(quick);
    world.fleet.stand(my_app_with(numbers_to(3)));
    const auto ends = run_one_after_other(world.fleet,
                                          turn,
                                          world.call({"my_app", "8"}),
                                          world.call({"my_app", "1"}),
                                          "waiting for my_app: pid ");
    INFO("request " << turn << ": " << ends.first.out << ends.first.err);
    CHECK(ends.first.exit_code == 0);
    CHECK(holds(ends.first.out, "my_app: 3 -> 8\n"));
    if (!ends.second) break;

    INFO(ends.second->out << ends.second->err);
    CHECK(ends.second_was_told);
    CHECK(ends.second->exit_code == 0);
    CHECK(holds(ends.second->out, "my_app: 8 -> 1\n"));
    CHECK(instances(world.fleet) == 1);
  }
  CHECK(turn > 5);
  CHECK(turn < more_than_any_run_sends);
  std::cout << "two with a lock file: " << turn - 1 << " pairs\n";
}

TEST_CASE("Two without a common lock both tell the truth, wherever the second came between") {
  std::size_t pairs = 0;
  std::size_t overridden = 0;
  for (const auto& row : {Pair{8, 1}, Pair{1, 6}, Pair{8, 8}}) {
    std::size_t turn = 0;
    for (bool comes_between = true; comes_between && turn < more_than_any_run_sends;) {
      // Side by side, for a report of `overridden` takes its seconds.
      std::vector<std::future<Round>> rounds;
      for (int i = 0; i < 10; ++i)
        rounds.push_back(std::async(std::launch::async, play, row, ++turn));
      for (auto& playing : rounds) {
        const auto round = playing.get();
        INFO("3 -> " << row.first << ", held back for -> " << row.second);
        INFO("first: " << round.first.out << round.first.err);
        if (!round.second) {
          CHECK(round.first.exit_code == 0);
          comes_between = false;
          continue;
        }
        ++pairs;
        INFO("second: " << round.second->end.out << round.second->end.err);
        CHECK(is_true(read_report(round.second->end), row.second, round.second->count));
        const auto seen = round.first_looked_since ? round.count : row.first;
        CHECK(is_true(read_report(round.first), row.first, seen));
        if (read_report(round.first).status == "overridden") ++overridden;
      }
    }
    CHECK(turn < more_than_any_run_sends);
  }
  CHECK(overridden > 5);
  std::cout << "two without a common lock: " << pairs << " pairs, " << overridden
            << " of the first were told that they were overridden\n";
}
