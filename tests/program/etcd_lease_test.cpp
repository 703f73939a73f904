#include <signal.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "program/etcd_front.hpp"
#include "program/kill_at_turn.hpp"
#include "program/one_after_other.hpp"
#include "program/program_world.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using std::chrono::steady_clock;

/// A Fleet, an etcd, and scalers that have nothing but that etcd to keep them apart.
struct LeaseWorld {
  explicit LeaseWorld(FleetPlace place = {.start_delay = 1ms,
                                          .other_delays = 1ms,
                                          .time_per_request = 5ms})
      : world(std::move(place)) {
    etcd.wait_until_ready();
    world.fleet.stand(my_app_with(numbers_to(3)));
  }

  ProgramCall call(const std::string& line, const TemporaryFolder& locks) const {
    auto call = world.call(words(line + " --lock-etcd " + front.url()));
    call.environment["SCALE_FLEET_LOCK_DIR"] = locks.path().string();
    return call;
  }

  std::size_t instances() { return world.fleet.units().size() - 1; }

  ProgramWorld world;
  RealEtcd etcd;
  EtcdFront front{etcd.url()};
  TemporaryFolder here;
  TemporaryFolder there;
};

}  // namespace

TEST_CASE("Of two on two machines the second begins when the first has given its lease back") {
  LeaseWorld cluster;
  for (const auto turn : {1U, 3U, 5U, 8U}) {
    const auto ends = run_one_after_other(cluster.world.fleet,
                                          turn,
                                          cluster.call("my_app 8", cluster.here),
                                          cluster.call("my_app 3", cluster.there),
                                          "waiting for my_app in etcd: pid ");
    INFO("request " << turn << ": " << ends.first.out << ends.first.err);
    CHECK(ends.first.exit_code == 0);
    CHECK(holds(ends.first.out, "my_app: 3 -> 8\n"));
    REQUIRE(ends.second);
    INFO(ends.second->out << ends.second->err);
    CHECK(ends.second_was_told);
    CHECK(ends.second->exit_code == 0);
    CHECK(holds(ends.second->out, "my_app: 8 -> 3\n"));
    CHECK(cluster.instances() == 3);
  }
}

TEST_CASE("What a killed holder leaves in etcd ends with its time to live") {
  LeaseWorld cluster;

  std::chrono::milliseconds longest{0};
  for (const auto moment : {Moment::before_acting, Moment::after_acting}) {
    for (const auto turn : {1U, 2U}) {  // The request for the lease; the giving back.
      Killer killer;
      cluster.front.watch(killer.watch(moment, turn));
      RunningProgram program(cluster.call("my_app 5", cluster.here));
      killer.set_victim(program.pid());
      const auto killed = program.wait();
      INFO("etcd's request " << turn << ": " << killed.err);
      CHECK(killed.signal == SIGKILL);
      cluster.front.watch({});
      const auto since = steady_clock::now();
      const auto end = run_program(cluster.call("my_app 3", cluster.there));
      INFO(end.out << end.err);
      CHECK(end.exit_code == 0);
      CHECK(cluster.instances() == 3);
      longest = std::max(
          longest,
          std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - since));
    }
  }
  Killer killer;
  cluster.world.fleet.watch(killer.watch(Moment::after_acting, 4));
  RunningProgram program(cluster.call("my_app 8", cluster.here));
  killer.set_victim(program.pid());
  const auto holder = "pid " + std::to_string(program.pid());
  CHECK(program.wait().signal == SIGKILL);
  cluster.world.fleet.watch({});
  const auto end = run_program(cluster.call("my_app 3", cluster.there));
  INFO(end.out << end.err);
  CHECK(end.exit_code == 0);
  CHECK(holds(end.err, "waiting for my_app in etcd: " + holder));
  CHECK(cluster.instances() == 3);
  std::cout << "a killed holder's lease of " << EtcdFront::ttl.count()
            << " s kept the next one out for at most " << longest.count() << " ms\n";
}

TEST_CASE("Who loses the lease stops, says so, and leaves the other's lease alone") {
  LeaseWorld cluster({.start_delay = 1h});
  const std::string bob = "pid%3D77%20user%3Dbob%20command%3Dx%0A";
  cluster.front.give_lease_to(bob, "beta");
  RunningProgram scaling(cluster.call("my_app 6 --batch 1", cluster.here));
  RunningProgram waiting(cluster.call("alpha=1 beta=1 --output json", cluster.here));
  REQUIRE(scaling.wait_for_err("my_app@4.service: starting"));
  cluster.front.give_lease_to(bob, "my_app");
  REQUIRE(waiting.wait_for_err("waiting for beta in etcd: pid 77 of bob (x)"));

  const auto end = scaling.wait();
  INFO(end.out << end.err);
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "error: lost the lease /v2/keys/scale-fleet/locks/my_app in etcd"));
  CHECK(holds(end.err, "somebody else has it now"));
  CHECK(holds(end.err, "not begun: my_app@5.service, my_app@6.service"));
  CHECK(cluster.instances() == 4);
  const auto next = run_program(cluster.call("my_app 3 --lock-timeout 0", cluster.there));
  CHECK(next.exit_code == 5);
  CHECK(holds(next.err, "pid 77 of bob"));

  const auto ended = waiting.wait();
  INFO(ended.out << ended.err);
  CHECK(ended.exit_code == 5);
  CHECK(holds(ended.err, "error: lost the lease /v2/keys/scale-fleet/locks/alpha in etcd"));
  CHECK(holds(ended.out, "\"precondition_failed\""));
}
