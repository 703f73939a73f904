#include "scale_fleet/daemon/leadership.hpp"

#include <atomic>
#include <string>
#include <vector>

#include "etcd/fake_etcd.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Two daemons and an etcd, on real time.
struct TwoDaemons {
  SignalStopRequest stop;
  SystemClock clock{stop};
  FakeEtcd etcd{clock};
  EtcdServers first_servers = servers();
  EtcdServers second_servers = servers();
  std::vector<std::string> told;
  std::atomic<int> losses = 0;
  LeaseTimes times = {.ttl = 30s};
  Leadership first{parts(first_servers, "one")};
  Leadership second{parts(second_servers, "two")};

  EtcdServers servers() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(etcd.member("etcd"));
    return EtcdServers(std::move(members));
  }

  Leadership::Parts parts(EtcdServers& servers, const std::string& user) {
    return {.etcd = servers,
            .clock = clock,
            .holder = {.user = user, .token = "token of " + user},
            .times = times,
            .on_lost = [this] { ++losses; },
            .tell = [this](const std::string& line) { told.push_back(line); }};
  }
};

}  // namespace

TEST_CASE("one of two daemons leads, and the other one when it resigns") {
  TwoDaemons daemons;
  CHECK_FALSE(daemons.first.may_go_on());
  CHECK(daemons.first.leads());
  CHECK(daemons.first.may_go_on());
  CHECK_FALSE(daemons.second.leads());
  CHECK_FALSE(daemons.second.leads());
  CHECK_FALSE(daemons.second.may_go_on());
  CHECK(daemons.first.leads());
  daemons.first.resign();
  CHECK_FALSE(daemons.first.may_go_on());
  CHECK(daemons.second.leads());
  CHECK_FALSE(daemons.first.leads());
  // Each change is told once.
  CHECK(daemons.told == std::vector<std::string>{"leading: this daemon keeps the services now",
                                                 "standing by: a process of one leads",
                                                 "leading: this daemon keeps the services now",
                                                 "standing by: a process of two leads"});
}

TEST_CASE("a daemon without an etcd doesn't lead, and says why") {
  TwoDaemons daemons;
  daemons.etcd.faults = {EtcdFault::not_connected, EtcdFault::not_connected};
  CHECK_FALSE(daemons.first.leads());
  CHECK_FALSE(daemons.first.leads());
  REQUIRE(daemons.first.trouble());
  CHECK(daemons.first.trouble()->kind == ErrorKind::unavailable);
  CHECK_FALSE(daemons.first.stands_by());
  CHECK(daemons.first.leads());
  CHECK_FALSE(daemons.first.trouble());
}

TEST_CASE("a daemon that lost sight of its own lease takes it up again") {
  TwoDaemons daemons;
  REQUIRE(daemons.first.leads());
  // As after a time without etcd in which the keeper gave up: the key is still there.
  const auto target = "/v2/keys/scale-fleet/locks/_daemon";
  const auto key = daemons.etcd.key(target);
  REQUIRE(key);
  daemons.first.resign();
  daemons.etcd.set(target, *key);
  CHECK_FALSE(daemons.second.leads());
  CHECK(daemons.second.stands_by());
  CHECK(daemons.first.leads());
}
