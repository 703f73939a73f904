#include "daemon/kept_nodes_world.hpp"
#include "scale_fleet/daemon/node_keeper.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("what somebody else makes of a group while it is changed is theirs") {
  auto policy = machines_between(1, 9);
  policy.manual_cooldown = 10min;
  KeptNodesWorld world(policy);
  world.turn();
  world.cloud.left_at = 6;
  world.demand(hot("a"));
  world.turn(4);
  world.cloud.left_at.reset();
  REQUIRE(world.events.lines().size() == 2);
  CHECK(world.events.lines()[1] == "LAUNCH nodes/workers 3 -> 6 person");
  CHECK_FALSE(world.status().carrying.has_value());
  REQUIRE(world.status().cooldown_down.has_value());
  CHECK(holds(world.status().cooldown_down->because, "somebody else"));
}

TEST_CASE("what somebody changes between the look and the order is no opinion of ours") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.cloud.holds_looks = true;
  world.demand(hot("a"));
  world.turn(1);
  world.cloud.resize(5);
  world.cloud.refuses = Error{.kind = ErrorKind::precondition, .message = "it has 5"};
  world.cloud.holds_looks = false;
  world.turn(4);
  CHECK(world.events.lines() ==
        Lines{"LAUNCH_ERROR nodes/workers 2 -> 5 alert Hot", "LAUNCH nodes/workers 2 -> 5 person"});
  CHECK_FALSE(world.status().carrying.has_value());
}

TEST_CASE("an order that fails is tried again after pauses that grow") {
  KeptNodesWorld world(machines_between(1, 9));
  world.cloud.refuses = no_capacity();
  world.demand(hot("a"));
  std::vector<std::size_t> tries;
  for (int minute = 0; minute < 4; ++minute) {
    world.turn(12, 5s);
    tries.push_back(world.cloud.started.size());
  }
  CHECK(tries == std::vector<std::size_t>{3, 4, 4, 5});
  CHECK(world.cloud.started.size() == world.progress.warnings.size());
  CHECK(world.progress.warnings.front() == "workers: no capacity");
  CHECK(world.status().trouble == no_capacity());
  CHECK(world.status().next_try.has_value());

  SECTION("until it comes true") {
    world.cloud.refuses.reset();
    world.turn(20, 15s);
    CHECK(world.machines() == 3);
    CHECK_FALSE(world.status().trouble.has_value());
    CHECK_FALSE(world.status().next_try.has_value());
  }
  SECTION("or is given up") {
    world.turn(60);
    CHECK(world.events.lines().back() == "NO_OP_ERROR nodes/workers 2 -> 2 alert Hot");
    CHECK_FALSE(world.status().carrying.has_value());
  }
}

TEST_CASE("while the cloud is away nothing is decided, which is told once") {
  KeptNodesWorld world(by_load(1, 9));
  world.turn_at(50, 3);
  world.cloud.is_away = unreachable_cloud();
  world.turn_at(90, 20);
  CHECK(world.cloud.started.empty());
  CHECK(world.progress.warnings == Lines{"workers: the cloud is away"});
  CHECK(world.events.lines() == Lines{"NO_OP_ERROR nodes/workers 2 -> 2 file"});
  CHECK(world.status().trouble == unreachable_cloud());
  // So whoever asks for machines is told to come again.
  CHECK_FALSE(world.status().current.has_value());
  world.cloud.is_away.reset();
  world.turn_at(90, 4);
  CHECK(world.machines() == 3);
  CHECK(world.status().current.has_value());
  CHECK_FALSE(world.status().trouble.has_value());
}

TEST_CASE("a cloud is asked every quarter of a minute at most, but at once for a demand") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn(30, 1s);
  CHECK(world.cloud.looks == 2);
  world.demand(hot("a"));
  world.turn(2, 1s);
  CHECK(world.cloud.looks == 3);
  CHECK(world.machines() == 3);
}

TEST_CASE("new machines are filled: services that may move are asked to") {
  KeptNodesWorld world(machines_between(1, 9));
  world.file.services.push_back(KeptWorld::service(between(1, 1), "stays"));
  world.file.services.push_back(KeptWorld::service(between(1, 1), "moves"));
  world.file.services.back().reschedule = MayMove{};
  world.keeper->replace(world.file);
  world.demand(hot("a"));
  SECTION("when they have come") {
    world.turn();
    CHECK(world.moves.take() ==
          std::map<std::string, std::string>{{"moves", "new machines of workers"}});
    world.demand(so_many("p", 1));
    world.turn();
    CHECK(world.machines() == 1);
    CHECK(world.moves.take().empty());
  }
  SECTION("when some of them have come, and those that are missing are told") {
    world.cloud.came = 1;
    world.turn();
    CHECK(world.moves.take().contains("moves"));
    REQUIRE(world.notices.size() == 2);
    CHECK(world.notices.back().status == NoticeStatus::error);
    CHECK(holds(world.notices.back().summary, "1 is missing"));
  }
  SECTION("and not where the time ran out before any came") {
    world.cloud.came = 0;
    world.turn();
    CHECK(world.moves.take().empty());
  }
  SECTION("and not where none came") {
    world.cloud.refuses = no_capacity();
    world.turn();
    CHECK(world.moves.take().empty());
  }
}

TEST_CASE("a group that is taken out of the file and put back isn't worked on twice at once") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  const auto nodes = world.file.nodes;
  const auto declare_anew = [&] {
    world.file.nodes.clear();
    world.keeper->replace(world.file);
    world.file.nodes = nodes;
    world.keeper->replace(world.file);
  };
  SECTION("while an order runs") {
    world.cloud.holds_ends = true;
    world.demand(hot("a"));
    world.turn(2);
    const auto looks = world.cloud.looks;
    declare_anew();
    world.turn(4);
    CHECK(world.cloud.looks == looks);
    world.cloud.holds_ends = false;
    world.turn(2);
    CHECK(world.cloud.looks == looks + 1);
    CHECK(world.machines() == 3);
  }
  SECTION("while it is looked at") {
    world.cloud.holds_looks = true;
    world.demand(hot("a"));
    world.turn(1);
    const auto looks = world.cloud.looks;
    declare_anew();
    world.turn(4);
    CHECK(world.cloud.looks == looks);
  }
}
