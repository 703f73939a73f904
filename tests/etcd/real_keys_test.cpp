#include <thread>

#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

struct RealKeys {
  RealEtcd etcd;
  SignalStopRequest stop_request;
  SystemClock clock{stop_request};
  std::stop_source stop;
  EtcdServers servers = make_servers();
  EtcdKeys keys{servers, clock, 20s, stop.get_token()};

  RealKeys() { etcd.wait_until_ready(); }

  EtcdServers make_servers() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(*make_curl_http_client(
        {.endpoint = Endpoint::parse(etcd.url()).value(), .request_timeout = 20s}, clock));
    return EtcdServers(std::move(members));
  }
};

template <typename T>
KeyAnswer answer_of(const KeyResult<T>& result) {
  return result ? KeyAnswer::done : result.error().answer;
}

}  // namespace

TEST_CASE("A real etcd gives back what was put into it, below its folder and by itself") {
  RealKeys real;
  auto& keys = real.keys;
  const std::string odd = "/m/a b%20@8080.service/\xc3\xa4&=+?";
  const auto first = keys.put(odd, "x & y=\n\xc3\xa4");
  REQUIRE(first);
  const auto second = keys.put("m//plain/", "");
  REQUIRE(second);
  CHECK(*second > *first);

  const auto folder = keys.read_folder("/m/");
  REQUIRE(folder);
  CHECK(folder->keys ==
        std::vector<StoredKey>{{odd, "x & y=\n\xc3\xa4", *first}, {"/m/plain", "", *second}});
  CHECK(folder->index == *second);
  CHECK(keys.read(odd) == folder->keys[0]);
  CHECK(answer_of(keys.read("/m")) == KeyAnswer::refused);
  CHECK(answer_of(keys.read_folder("/none")) == KeyAnswer::missing);
  CHECK(answer_of(keys.read("/none")) == KeyAnswer::missing);
  CHECK(keys.display_place("/m/a b") == real.etcd.url() + "/v2/keys/m/a%20b");
}

TEST_CASE("A real etcd writes and removes a key only on the condition that was set") {
  RealKeys real;
  auto& keys = real.keys;
  CHECK(answer_of(keys.put("/k", "0", {.exists = true})) == KeyAnswer::missing);
  CHECK(answer_of(keys.put("/k", "0", {.modified = 5})) == KeyAnswer::missing);
  const auto made = keys.put("/k", "1", {.exists = false});
  REQUIRE(made);
  CHECK(answer_of(keys.put("/k", "2", {.exists = false})) == KeyAnswer::differs);
  const auto changed = keys.put("/k", "2", {.modified = *made});
  REQUIRE(changed);
  CHECK(answer_of(keys.put("/k", "3", {.modified = *made})) == KeyAnswer::differs);
  CHECK(answer_of(keys.remove("/k", *made)) == KeyAnswer::differs);
  CHECK(keys.read("/k") == StoredKey{"/k", "2", *changed});
  CHECK(keys.remove("/k", *changed));
  CHECK(answer_of(keys.remove("/k")) == KeyAnswer::missing);
  REQUIRE(keys.put("/k", "4"));
  CHECK(keys.remove("/k"));
  CHECK(answer_of(keys.read("/k")) == KeyAnswer::missing);
}

TEST_CASE("A key that etcd would take for another folder is refused, and nothing is sent") {
  RealKeys real;
  for (const auto* key : {"", "/", "//", "..", "/a/../b", "/a/.", "./a"}) {
    INFO(key);
    CHECK(answer_of(real.keys.put(key, "1")) == KeyAnswer::refused);
    CHECK(answer_of(real.keys.remove(key)) == KeyAnswer::refused);
    CHECK(answer_of(real.keys.read(key)) == KeyAnswer::refused);
    CHECK(answer_of(real.keys.read_folder(key)) == KeyAnswer::refused);
  }
  CHECK(answer_of(real.keys.read("/b")) == KeyAnswer::missing);
}

TEST_CASE("A request to a silent etcd ends at once when it shall stop") {
  RealKeys real;
  REQUIRE(real.keys.put("/k", "1"));
  real.etcd.freeze();
  const auto before = real.clock.now();
  KeyAnswer answer = KeyAnswer::done;
  std::thread asker([&] { answer = answer_of(real.keys.read("/k")); });
  real.stop.request_stop();
  asker.join();
  CHECK(answer == KeyAnswer::unclear);
  CHECK(real.clock.now() - before < 10s);
  real.etcd.thaw();
}
