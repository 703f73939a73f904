#include "support/real_etcd.hpp"

#include "etcd/key_request.hpp"
#include "scale_fleet/etcd/lease_keeper.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

struct RealCluster {
  RealEtcd etcd;
  SignalStopRequest stop;
  SystemClock clock{stop};
  /// The first of the members isn't there: port 1 answers nobody.
  EtcdServers servers = make_servers("http://127.0.0.1:1," + etcd.url());

  RealCluster() { etcd.wait_until_ready(); }

  EtcdServers make_servers(const std::string& urls) {
    std::vector<std::unique_ptr<HttpClient>> members;
    const auto endpoints = parse_etcd_endpoints(urls).value();
    for (const auto& endpoint : endpoints) {
      members.push_back(
          *make_curl_http_client({.endpoint = endpoint, .request_timeout = 3s}, clock));
    }
    return EtcdServers(std::move(members));
  }

  LeaseWish wish(const std::string& user) {
    return {.service = "example:1.0.0",
            .holder = {.pid = "1",
                       .user = user,
                       .token = "token-of-" + user,
                       .command = "scale-fleet \"example\" 5 & more \xc3\xa4"}};
  }

  KeyReply key() {
    const auto request = read_key(lease_target("example:1.0.0"));
    return read_key_reply(servers.ask(request, clock, clock.now() + 10s));
  }
};

}  // namespace

TEST_CASE("A real etcd keeps a lease for one holder and forgets it when it is given back") {
  RealCluster cluster;
  auto first = try_lease(cluster.servers, cluster.clock, cluster.wish("alice"));
  REQUIRE(first);
  REQUIRE(std::holds_alternative<std::unique_ptr<Lease>>(*first));
  CHECK(cluster.key().value == write_lock_holder(cluster.wish("alice").holder));

  const auto second = try_lease(cluster.servers, cluster.clock, cluster.wish("bob"));
  REQUIRE(second);
  REQUIRE(std::holds_alternative<LockHeld>(*second));
  CHECK(std::get<LockHeld>(*second).holder == describe(cluster.wish("alice").holder));

  const auto again = try_lease(cluster.servers, cluster.clock, cluster.wish("alice"));
  REQUIRE(again);
  CHECK(std::holds_alternative<std::unique_ptr<Lease>>(*again));

  CHECK(std::get<std::unique_ptr<Lease>>(*first)->release());
  CHECK(cluster.key().answer == KeyAnswer::missing);
}

TEST_CASE("A real etcd keeps a lease longer than its time to live while it is refreshed") {
  RealCluster cluster;
  auto wish = cluster.wish("alice");
  wish.times = {.ttl = 3s, .refresh_every = 100ms, .retry_every = 100ms, .margin = 500ms};
  auto lease = wait_for_lease(
      cluster.servers, wish, {.clock = cluster.clock, .stop = cluster.stop, .limit = 10s});
  REQUIRE(lease);
  const auto taken = cluster.clock.now();
  LeaseKeeper keeper(std::move(*lease), [&] { cluster.stop.wake(); });
  cluster.clock.wait_until(taken + 4s);
  CHECK(cluster.clock.now() >= taken + 4s);
  CHECK_FALSE(keeper.lost());
  CHECK(keeper.release());
  CHECK(cluster.key().answer == KeyAnswer::missing);
}

TEST_CASE("A lease is lost before its end when a real etcd falls silent, and so for good") {
  RealCluster cluster;
  auto wish = cluster.wish("alice");
  wish.times = {.ttl = 3s, .refresh_every = 100ms, .retry_every = 100ms, .margin = 1s};
  auto attempt = try_lease(cluster.servers, cluster.clock, wish);
  REQUIRE(attempt);
  LeaseKeeper keeper(std::move(std::get<std::unique_ptr<Lease>>(*attempt)),
                     [&] { cluster.stop.wake(); });
  cluster.etcd.freeze();
  const auto frozen = cluster.clock.now();
  cluster.clock.wait_until(frozen + 10s);
  CHECK(cluster.clock.now() < frozen + 3s);
  REQUIRE(keeper.lost());
  CHECK(keeper.lost()->kind == ErrorKind::precondition);
  CHECK_FALSE(keeper.release());
  cluster.etcd.thaw();
}

TEST_CASE("A lease that was removed from a real etcd is lost at the next refresh") {
  RealCluster cluster;
  auto wish = cluster.wish("alice");
  wish.times.refresh_every = 0s;
  auto attempt = try_lease(cluster.servers, cluster.clock, wish);
  REQUIRE(attempt);
  auto& lease = *std::get<std::unique_ptr<Lease>>(*attempt);
  CHECK(lease.refresh_if_due());
  const auto removal = remove_key(lease_target(wish.service), write_lock_holder(wish.holder));
  REQUIRE(cluster.servers.ask(removal, cluster.clock, cluster.clock.now() + 10s));
  const auto refreshed = lease.refresh_if_due();
  REQUIRE_FALSE(refreshed);
  CHECK(refreshed.error().kind == ErrorKind::precondition);
}
