#include "scale_fleet/etcd/key_watch.hpp"

#include <deque>

#include <fmt/format.h>

#include "support/catch.hpp"
#include "support/fake_clock.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::string event_line(const std::string& key, int index) {
  return fmt::format(R"({{"action":"set","node":{{"key":"{}","value":"v{}","modifiedIndex":{}}}}})"
                     "\n",
                     key,
                     index,
                     index);
}

/// What the streams of a member say, one after the other, and what its folder holds.
struct ToldEtcd {
  struct ToldStream {
    int status = 200;
    std::deque<StreamPiece> pieces;  ///< Behind the head; then nothing comes.
  };

  std::deque<ToldStream> streams;
  std::deque<HttpResult> folders;
  std::vector<std::string> asked;

  HttpResult folder(const std::string& nodes, int index) const {
    return HttpResponse{
        .headers = {{"X-Etcd-Index", std::to_string(index)}},
        .body = fmt::format(R"({{"node":{{"key":"/m","dir":true,"nodes":[{}]}}}})", nodes)};
  }

  static std::string node(const std::string& key, int index) {
    return fmt::format(R"({{"key":"{}","value":"v{}","modifiedIndex":{}}})", key, index, index);
  }
};

class ToldHttpStream final : public HttpStream {
 public:
  explicit ToldHttpStream(ToldEtcd::ToldStream told) : told_(std::move(told)) {}

  StreamPiece next(TimePoint, const std::stop_token&) override {
    if (!began_ && told_.status != 0) {
      began_ = true;
      return {};
    }
    if (told_.pieces.empty()) return {};
    auto piece = told_.pieces.front();
    if (!piece.has_ended) told_.pieces.pop_front();
    return piece;
  }

  std::optional<int> status() const override {
    return began_ ? std::optional(told_.status) : std::nullopt;
  }

 private:
  ToldEtcd::ToldStream told_;
  bool began_ = false;
};

class ToldClient final : public HttpClient {
 public:
  explicit ToldClient(ToldEtcd& etcd) : etcd_(etcd) {}

  void start(RequestId id, const HttpRequest& request) override {
    etcd_.asked.push_back(request.target);
    ended_.push_back({.id = id, .result = std::move(etcd_.folders.front())});
    etcd_.folders.pop_front();
  }

  std::vector<EndedRequest> wait(TimePoint) override { return std::exchange(ended_, {}); }

  std::string display_endpoint() const override { return "told"; }

 private:
  ToldEtcd& etcd_;
  std::vector<EndedRequest> ended_;
};

struct WatchWorld {
  ToldEtcd etcd;
  FakeClock clock;
  EtcdServers servers = make_servers();
  EtcdKeys keys{servers, clock};
  KeyWatch watch{
      keys, "/m", {open("a"), open("b")}, {.head = 1ms, .silence = 1h, .between_readings = 0s}};

  EtcdServers make_servers() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(std::make_unique<ToldClient>(etcd));
    return EtcdServers(std::move(members));
  }

  OpenStream open(const std::string& name) {
    return [this, name](const HttpRequest& request) {
      etcd.asked.push_back(name + " " + request.target);
      auto told = etcd.streams.front();
      etcd.streams.pop_front();
      return std::make_unique<ToldHttpStream>(std::move(told));
    };
  }

  KeyResult<KeyWatch::News> next() {
    return watch.next(std::chrono::steady_clock::now() + 20s, {});
  }
};

using Keys = std::vector<StoredKey>;

}  // namespace

TEST_CASE("A watch is opened before its folder is read, and repeats nothing of it") {
  WatchWorld world;
  world.etcd.streams = {
      {.pieces = {{.bytes = event_line("/m/a", 5) + event_line("/m/b", 6)},
                  {.bytes = event_line("/m/c", 7).substr(0, 20)},
                  {.bytes = event_line("/m/c", 7).substr(20) + event_line("/m/a", 8)}}}};
  world.etcd.folders.push_back(
      world.etcd.folder(ToldEtcd::node("/m/z", 2) + "," + ToldEtcd::node("/m/a", 5), 5));
  const auto whole = world.next();
  REQUIRE(whole);
  CHECK(whole->is_whole);
  CHECK(whole->told == 0);
  CHECK(whole->keys == Keys{{"/m/z", "v2", 2}, {"/m/a", "v5", 5}});
  CHECK(world.etcd.asked ==
        std::vector<std::string>{"a /v2/keys/m?wait=true&recursive=true&stream=true",
                                 "/v2/keys/m?quorum=true&recursive=true&sorted=true"});
  auto news = world.next();
  REQUIRE(news);
  CHECK_FALSE(news->is_whole);
  CHECK(news->keys == Keys{{"/m/b", "v6", 6}});
  CHECK(world.next()->keys.empty());
  CHECK(world.next()->keys == Keys{{"/m/c", "v7", 7}, {"/m/a", "v8", 8}});
}

TEST_CASE("However a watch ends, its folder is read again, and what was told is known") {
  struct Row {
    const char* how;
    StreamPiece end;
    bool is_error;
  };

  const TransportError broken{.failure = TransportFailure::broken_off, .message = "reset"};
  for (const auto& row : {
           Row{"ended by etcd", {.has_ended = true}, false},
           Row{"broken off", {.has_ended = true, .error = broken}, false},
           Row{"the index was cleared",
               {.bytes = R"({"errorCode":401,"index":9})"
                         "\n"},
               true},
           Row{"another's page", {.bytes = "<html>\n"}, true},
           Row{"a line without end", {.bytes = std::string(5'000'000, 'x')}, true},
       }) {
    INFO(row.how);
    WatchWorld world;
    world.etcd.streams = {{.pieces = {{.bytes = event_line("/m/a", 6)}, row.end}}, {}};
    world.etcd.folders.push_back(world.etcd.folder("", 5));
    world.etcd.folders.push_back(
        world.etcd.folder(ToldEtcd::node("/m/a", 6) + "," + ToldEtcd::node("/m/b", 7), 7));
    REQUIRE(world.next());
    REQUIRE(world.next()->keys.size() == 1);
    if (row.is_error) CHECK_FALSE(world.next());
    const auto again = world.next();
    REQUIRE(again);
    CHECK(again->is_whole);
    CHECK(again->told == 6);
    CHECK(again->keys.size() == 2);
    CHECK(world.etcd.asked.at(2).starts_with(row.is_error ? "b " : "a "));
  }
}

TEST_CASE("What came before a broken line of a watch isn't lost") {
  WatchWorld world;
  world.etcd.streams = {{.pieces = {{.bytes = event_line("/m/a", 6) + "<html>\n"}}}, {}};
  world.etcd.folders.push_back(world.etcd.folder("", 5));
  world.etcd.folders.push_back(world.etcd.folder(ToldEtcd::node("/m/a", 6), 6));
  REQUIRE(world.next());
  CHECK(world.next()->keys == Keys{{"/m/a", "v6", 6}});
  CHECK(world.next()->told == 6);
}

TEST_CASE("A watch that can't begin says why, and tries the next member") {
  struct Row {
    const char* how;
    ToldEtcd::ToldStream stream;
    KeyAnswer answer;
  };

  const TransportError refused{.failure = TransportFailure::not_connected, .message = "refused"};
  for (const auto& row : {
           Row{"refused",
               {.status = 0, .pieces = {{.has_ended = true, .error = refused}}},
               KeyAnswer::unreachable},
           Row{"silent", {.status = 0}, KeyAnswer::unclear},
           Row{"no v2 keys",
               {.status = 404, .pieces = {{.bytes = "404 page"}, {.has_ended = true}}},
               KeyAnswer::refused},
           Row{"no rights",
               {.status = 401,
               .pieces = {{.bytes = R"({"errorCode":110)"}, {.bytes = "}"}, {.has_ended = true}}},
               KeyAnswer::refused},
       }) {
    INFO(row.how);
    WatchWorld world;
    world.etcd.streams = {row.stream, {}};
    world.etcd.folders.push_back(world.etcd.folder("", 5));
    const auto failed = world.next();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().answer == row.answer);
    CHECK_FALSE(failed.error().message.empty());
    CHECK(world.next());
    CHECK(world.etcd.asked.at(1).starts_with("b "));
  }
}

TEST_CASE("A folder that isn't there is empty, and a new etcd at the same place begins anew") {
  WatchWorld world;
  world.etcd.streams = {{.pieces = {{.has_ended = true}}},
                        {.pieces = {{.has_ended = true}}},
                        {.pieces = {{.bytes = event_line("/m/a", 4)}}}};
  world.etcd.folders.push_back(HttpResponse{.status = 404, .body = R"({"errorCode":100})"});
  world.etcd.folders.push_back(world.etcd.folder(ToldEtcd::node("/m/a", 900), 900));
  world.etcd.folders.push_back(world.etcd.folder(ToldEtcd::node("/m/a", 3), 3));
  CHECK(world.next()->keys.empty());
  CHECK(world.next()->told == 0);
  const auto renewed = world.next();
  REQUIRE(renewed);
  CHECK(renewed->told == 0);
  CHECK(renewed->keys == Keys{{"/m/a", "v3", 3}});
  CHECK(world.next()->keys == Keys{{"/m/a", "v4", 4}});
}
