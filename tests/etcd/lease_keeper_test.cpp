#include "scale_fleet/etcd/lease_keeper.hpp"

#include <atomic>
#include <latch>

#include "etcd/fake_etcd.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

struct RealTimeCluster {
  SignalStopRequest stop;
  SystemClock clock{stop};
  FakeEtcd etcd{clock};
  EtcdServers servers = make_servers();

  EtcdServers make_servers() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(etcd.member("one"));
    return EtcdServers(std::move(members));
  }

  std::unique_ptr<Lease> lease(Duration refresh_every) {
    auto attempt = try_lease(servers,
                             clock,
                             {.service = "my_app",
                              .holder = {.pid = "1", .token = "t"},
                              .times = {.refresh_every = refresh_every}});
    REQUIRE(attempt);
    return std::move(std::get<std::unique_ptr<Lease>>(*attempt));
  }
};

}  // namespace

TEST_CASE("A kept lease is refreshed while nobody looks, and given back at the end") {
  RealTimeCluster cluster;
  auto lease = cluster.lease(1ms);
  std::latch refreshes(5);
  int requests = 0;
  cluster.etcd.before_request = [&] {
    if (++requests <= 5) refreshes.count_down();
  };
  {
    LeaseKeeper keeper(std::move(lease), [] {});
    refreshes.wait();
    CHECK_FALSE(keeper.lost());
  }
  CHECK_FALSE(cluster.etcd.key(lock_target));
  CHECK(cluster.etcd.asked.back() == "one DELETE");
}

TEST_CASE("The keeper's end doesn't wait for the next refresh") {
  RealTimeCluster cluster;
  const auto before = cluster.clock.now();
  LeaseKeeper keeper(cluster.lease(10s), [] {});
  CHECK(keeper.release());
  CHECK(cluster.clock.now() - before < 5s);
  CHECK(cluster.etcd.asked == std::vector<std::string>{"one PUT", "one DELETE"});
}

TEST_CASE("A lease is lost when its time is over, though the keeper has not run since") {
  // Of a process that was stopped for a while: time has passed, and its threads did nothing.
  class JumpingClock : public SystemClock {
   public:
    using SystemClock::SystemClock;

    TimePoint now() const override { return SystemClock::now() + jumped.load(); }

    std::atomic<Duration> jumped{0s};
  };

  SignalStopRequest stop;
  JumpingClock clock{stop};
  FakeEtcd etcd{clock};
  std::vector<std::unique_ptr<HttpClient>> members;
  members.push_back(etcd.member("one"));
  EtcdServers servers(std::move(members));
  auto attempt =
      try_lease(servers, clock, {.service = "my_app", .holder = {.pid = "1", .token = "t"}});
  REQUIRE(attempt);
  const LeaseKeeper keeper(std::move(std::get<std::unique_ptr<Lease>>(*attempt)), [] {});
  clock.jumped = 24s;
  CHECK_FALSE(keeper.lost());
  clock.jumped = 25s;
  REQUIRE(keeper.lost());
  CHECK(keeper.lost()->kind == ErrorKind::precondition);
  clock.jumped = 0s;
  CHECK(keeper.lost());
}

TEST_CASE("A lost lease is told once and wakes whoever waits") {
  RealTimeCluster cluster;
  auto lease = cluster.lease(1ms);
  int requests = 0;
  cluster.etcd.before_request = [&] {
    if (++requests == 3) cluster.etcd.remove(lock_target);
  };
  int told = 0;
  LeaseKeeper keeper(std::move(lease), [&] {
    ++told;
    cluster.stop.wake();
  });
  const auto before = cluster.clock.now();
  cluster.clock.wait_until(before + 1h);
  CHECK(cluster.clock.now() < before + 1min);
  REQUIRE(keeper.lost());
  CHECK(keeper.lost()->kind == ErrorKind::precondition);
  CHECK_FALSE(keeper.release());
  CHECK(told == 1);
}
