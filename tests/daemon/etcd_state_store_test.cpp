#include "scale_fleet/daemon/etcd_state_store.hpp"

#include <chrono>

#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using EtcdTexts = std::map<std::string, std::string>;

/// A state in the etcd at an endpoint.
struct StateInRealEtcd {
  explicit StateInRealEtcd(const std::string& url, Duration patience = 20s)
      : servers(one_member(url)), keys(servers, clock, patience) {}

  EtcdServers one_member(const std::string& url) {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(*make_curl_http_client(
        {.endpoint = Endpoint::parse(url).value(), .request_timeout = 20s}, clock));
    return EtcdServers(std::move(members));
  }

  SignalStopRequest stop;
  SystemClock clock{stop};
  EtcdServers servers;
  EtcdKeys keys;
  EtcdStateStore store{keys};
};

}  // namespace

TEST_CASE("a real etcd keeps texts by shelf and name, and forgets what is removed") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  StateInRealEtcd state(etcd.url());
  auto& store = state.store;
  CHECK(store.read("services") == EtcdTexts{});
  CHECK(store.remove("services", "web"));
  REQUIRE(store.write("services", "web", "first"));
  REQUIRE(store.write("services", "web", "second & = \n \xc3\xa4"));
  REQUIRE(store.write("services", "worker", ""));
  REQUIRE(store.write("pauses", "web", "{}"));
  EtcdTexts odd;
  for (const auto* name : {".", "..", "example:1.0", "a.service@.service", "\\x2d", ".new-1"}) {
    REQUIRE(store.write("odd", name, "text"));
    odd[name] = "text";
  }
  CHECK(store.read("services") == EtcdTexts{{"web", "second & = \n \xc3\xa4"}, {"worker", ""}});
  CHECK(store.read("pauses") == EtcdTexts{{"web", "{}"}});
  CHECK(store.read("odd") == odd);
  for (const auto& [name, text] : odd)
    CHECK(store.remove("odd", name));
  CHECK(store.read("odd") == EtcdTexts{});
  CHECK(store.remove("services", "web"));
  CHECK(store.remove("services", "web"));
  CHECK(store.read("services") == EtcdTexts{{"worker", ""}});
  CHECK(store.display_place() == etcd.url() + "/v2/keys/scale-fleet");

  // What people write with etcdctl; and a folder, which is no service's.
  REQUIRE(state.keys.put("/scale-fleet/desired/worker", "7"));
  REQUIRE(state.keys.put("/scale-fleet/desired/team/worker", "9"));
  CHECK(store.read("desired") == EtcdTexts{{"worker", "7"}});
}

TEST_CASE("a state in an etcd that nobody reaches is unavailable, and says where it is") {
  StateInRealEtcd state("http://127.0.0.1:1", 5s);
  const auto read = state.store.read("services");
  const auto written = state.store.write("services", "web", "text");
  const auto removed = state.store.remove("services", "web");
  for (const auto& error : {read.error(), written.error(), removed.error()}) {
    CHECK(error.kind == ErrorKind::unavailable);
    CHECK(holds(error.message, "http://127.0.0.1:1/v2/keys/scale-fleet/services"));
  }
}
