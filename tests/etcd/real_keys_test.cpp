#include <atomic>
#include <set>
#include <thread>

#include "scale_fleet/etcd/key_remover.hpp"
#include "scale_fleet/etcd/key_watch.hpp"
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

TEST_CASE("An answer that nobody waits for any more is nobody else's") {
  // B1: the parts of Dynamite share one connection, and one takes what another one asked for.
  RealKeys real;
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) {
    names.push_back("/m/" + std::to_string(i));
    REQUIRE(real.keys.put(names.back(), names.back()));
  }
  real.etcd.freeze();
  EtcdKeys impatient(real.servers, real.clock, 100ms);
  CHECK(answer_of(impatient.read(names[0])) == KeyAnswer::unclear);
  real.etcd.thaw();
  for (const auto& name : names) {
    const auto read = real.keys.read(name);
    REQUIRE(read);
    CHECK(read->key == name);
    CHECK(read->value == name);
  }
}

TEST_CASE("Whoever asks etcd at the same time gets the answers to their own questions") {
  // B1: each thread has connections of its own.
  RealKeys real;
  constexpr int askers = 4;
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < askers; ++i) {
    const auto name = "/m/" + std::to_string(i);
    REQUIRE(real.keys.put(name, name));
    threads.emplace_back([&real, &right, name] {
      auto servers = real.make_servers();
      EtcdKeys keys(servers, real.clock, 20s);
      for (int turn = 0; turn < 50; ++turn) {
        const auto read = keys.read(name);
        if (read && read->key == name && read->value == name) ++right;
      }
    });
  }
  threads.clear();
  CHECK(right == askers * 50);
}

namespace {

/// The next news that hold keys.
std::vector<StoredKey> next_keys(KeyWatch& watch) {
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < until) {
    if (auto news = watch.next(until, {}); news && !news->keys.empty()) return news->keys;
  }
  return {};
}

OpenStream real_streams(const RealKeys& real) {
  return [&real](const HttpRequest& request) {
    return *make_curl_http_stream(
        {.endpoint = Endpoint::parse(real.etcd.url()).value()}, request, real.clock);
  };
}

}  // namespace

TEST_CASE("A watch of a real etcd tells of every write once, also of those behind its back") {
  RealKeys real;
  REQUIRE(real.keys.put("/m/before", "1"));
  KeyWatch watch(real.keys, "/m", {real_streams(real)}, {.between_readings = 0s});
  CHECK(next_keys(watch).at(0).key == "/m/before");
  // More than etcd keeps for a reader that is late, or in its history.
  std::vector<std::string> seen;
  for (int i = 0; i < 1500; ++i)
    REQUIRE(real.keys.put("/m/k" + std::to_string(i), std::to_string(i)));
  REQUIRE(real.keys.remove("/m/before"));
  while (seen.size() < 1500) {
    const auto keys = next_keys(watch);
    REQUIRE_FALSE(keys.empty());
    for (const auto& key : keys) {
      REQUIRE(key.key == "/m/k" + key.value);
      seen.push_back(key.value);
    }
  }
  CHECK(seen.size() == 1500);
  CHECK(std::set(seen.begin(), seen.end()).size() == 1500);
}

TEST_CASE("A watch goes on where a real etcd was silent for a while") {
  RealKeys real;
  REQUIRE(real.keys.put("/m/a", "1"));
  KeyWatch watch(real.keys,
                 "/m",
                 {real_streams(real)},
                 {.head = 100ms, .silence = 50ms, .between_readings = 0s});
  REQUIRE(next_keys(watch).size() == 1);
  real.etcd.freeze();
  const auto until = std::chrono::steady_clock::now() + 20s;
  bool has_failed = false;
  while (!has_failed && std::chrono::steady_clock::now() < until)
    has_failed = !watch.next(until, {});
  CHECK(has_failed);
  real.etcd.thaw();
  REQUIRE(real.keys.put("/m/b", "2"));
  std::vector<StoredKey> keys;
  while (keys.empty() || keys.back().key != "/m/b") {
    keys = next_keys(watch);
    REQUIRE_FALSE(keys.empty());
  }
}

TEST_CASE("Keys are removed from a real etcd unless they were written anew") {
  RealKeys real;
  std::vector<StoredKey> old;
  for (int i = 0; i < 100; ++i) {
    const auto key = "/m/k" + std::to_string(i);
    old.push_back({.key = key, .value = "1", .modified = *real.keys.put(key, "1")});
  }
  REQUIRE(real.keys.put("/m/k7", "2"));
  std::vector<std::unique_ptr<HttpClient>> members;
  // The first of the members isn't there.
  for (const auto& url : {std::string("http://127.0.0.1:1"), real.etcd.url()}) {
    members.push_back(
        *make_curl_http_client({.endpoint = Endpoint::parse(url).value()}, real.clock));
  }
  KeyRemover remover(std::move(members), {.retry_after = 1ms});
  for (const auto& key : old)
    remover.remove(key.key, key.modified);
  const auto until = std::chrono::steady_clock::now() + 20s;
  auto folder = real.keys.read_folder("/m");
  while (folder && folder->keys.size() > 1 && std::chrono::steady_clock::now() < until)
    folder = real.keys.read_folder("/m");
  REQUIRE(folder);
  REQUIRE(folder->keys.size() == 1);
  CHECK(folder->keys[0].value == "2");
}
