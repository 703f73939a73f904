// The walkthrough of alerting, whole: a real Prometheus, a real Alertmanager, and a daemon.

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "program/fleet_switch.hpp"
#include "support/catch.hpp"
#include "support/real_alertmanager.hpp"
#include "support/real_prometheus.hpp"
#include "support/replaced.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::string example(const std::string& file) {
  return TemporaryFolder::read(SCALE_FLEET_EXAMPLES "/alerting/" + file);
}

/// What Alertmanager posted, and how the daemon answered.
struct Posted {
  std::string status;  ///< `firing` or `resolved`.
  std::string scale;   ///< `up` or `down`.
  std::string answer;

  bool is_accepted() const { return holds(answer, "200 OK Scaling "); }
};

/// Between Alertmanager and the daemon: passes on what is posted, and keeps what was answered.
class PostWatch {
 public:
  explicit PostWatch(DaemonProcessWorld& world)
      : server_(serve([this, &world](const HttpRequest& request) {
          auto reply = pass_on(request);
          world.wake();
          return reply;
        })) {}

  std::string url() const { return server_->endpoint(); }

  /// Where the daemon listens; until then nobody does.
  void lead_to(const std::string& daemon) {
    const std::scoped_lock lock(mutex_);
    daemon_.emplace(daemon);
  }

  std::vector<Posted> all() const {
    const std::scoped_lock lock(mutex_);
    return posted_;
  }

  template <typename Property>
  std::size_t count(const Property& property) const {
    return static_cast<std::size_t>(std::ranges::count_if(all(), property));
  }

 private:
  HttpReply pass_on(const HttpRequest& request) {
    const std::scoped_lock lock(mutex_);
    if (!daemon_) return {.response = {.status = 503, .headers = {}, .body = {}}};
    HttpRequest passed{.method = request.method, .target = request.target, .body = request.body};
    for (const auto* name : {"Content-Type", "Authorization"}) {
      for (const auto value : header_values(request.headers, name))
        passed.headers.emplace_back(name, value);
    }
    const auto answer = daemon_->ask(passed);
    const auto body = nlohmann::json::parse(request.body);
    posted_.push_back({body["status"], body["groupLabels"]["scale"], answer});
    if (!daemon_->last) return {.response = {}, .delivery = Delivery::closed};
    return {.response = *daemon_->last};
  }

  mutable std::mutex mutex_;
  std::optional<DaemonCaller> daemon_;
  std::vector<Posted> posted_;
  std::unique_ptr<HttpServer> server_;  // Last: it stops before what it serves goes.
};

/// The examples' files in one folder, quick and with the ports of this test.
struct Walkthrough {
  Walkthrough() {
    prometheus.wait_until_ready();
    alertmanager.wait_until_ready();
    const auto submitted =
        fleet.world.run({"submit", SCALE_FLEET_EXAMPLES "/../scripts/sample/hello@.service"});
    INFO(submitted.err);
    REQUIRE(submitted.exit_code == 0);
    fleet.world.folder.write(
        "services.yaml",
        "interval: 1s\n" + replaced(replaced(example("services.yaml"), ":49160", ":0"),
                                    "http://127.0.0.1:9093",
                                    alertmanager.url()));
  }

  std::string alertmanager_config() const {
    fleet.world.folder.write("token", "0123456789abcdef\n");
    auto text = replaced(example("alertmanager.yml"), "http://127.0.0.1:49160", posts.url());
    text = replaced(
        text, "credentials_file: token", "credentials_file: " + fleet.world.folder.path("token"));
    text = replaced(text, "group_interval: 10s", "group_interval: 1s");
    return replaced(text, "repeat_interval: 30s", "repeat_interval: 1s");
  }

  static std::string rules() {
    return replaced(
        replaced(example("rules.yml"), "for: 15s", "for: 300ms"), "for: 1m\n", "for: 300ms\n");
  }

  void begin(RunningProgram& daemon) {
    endpoint = endpoint_of(daemon);
    REQUIRE(fleet.comes_true([&] { return running() == 1 && is_ready(); }));
    posts.lead_to(endpoint);
  }

  bool is_ready() const { return ask(endpoint, "/readyz") == "ok\n"; }

  std::size_t running() {
    const auto units = fleet.world.fleet.units();
    return static_cast<std::size_t>(std::ranges::count_if(units, [](const std::string& unit) {
      return unit.starts_with("hello@") && unit != "hello@.service";
    }));
  }

  DaemonProcessWorld fleet;
  PostWatch posts{fleet};
  std::atomic<int> queue = 50;
  std::unique_ptr<HttpServer> exporter = serve([this](const HttpRequest&) {
    HttpReply reply;
    reply.response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    reply.response.body = fmt::format("hello_queue {}\n", queue.load());
    return reply;
  });
  RealAlertmanager alertmanager{alertmanager_config()};
  RealPrometheus prometheus{{exporter->endpoint()},
                            PrometheusAlerting{rules(), alertmanager.url()}};
  std::string endpoint;
};

bool is_firing(const Posted& posted) {
  return posted.status == "firing";
}

}  // namespace

TEST_CASE("An alert that fires is one step; what is repeated, resolved or too early is none") {
  Walkthrough world;
  RunningProgram daemon(world.fleet.run_call());
  world.begin(daemon);
  world.queue = 250;
  REQUIRE(world.fleet.comes_true([&] { return world.running() == 2; }));
  // Each second it is told again.
  REQUIRE(world.fleet.comes_true([&] { return world.posts.count(is_firing) >= 4; }));
  world.queue = 50;
  REQUIRE(world.fleet.comes_true([&] {
    return world.posts.count([](const Posted& posted) { return posted.status == "resolved"; }) > 0;
  }));
  const auto until_resolved = world.posts.all();
  CHECK(until_resolved.front().answer ==
        "200 OK Scaling hello from 1 to 2 replicas (min: 1, max: 5)");
  for (auto each = until_resolved.begin() + 1; each != until_resolved.end(); ++each) {
    INFO(each->status << ": " << each->answer);
    CHECK(holds(each->answer,
                is_firing(*each) ? "already" : "200 OK hello: the alert is resolved: ignored"));
  }
  // The up's cool-down closes the way down, too.
  world.queue = 5;
  REQUIRE(world.fleet.comes_true([&] {
    return world.posts.count([](const Posted& posted) { return posted.scale == "down"; }) >= 2;
  }));
  CHECK(holds(world.posts.all().back().answer, "200 OK hello: down is closed for "));
  REQUIRE(turns_twice(world.fleet, world.endpoint));
  CHECK(world.running() == 2);
  CHECK(world.posts.count([](const Posted& posted) { return posted.is_accepted(); }) == 1);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
  const auto events = world.fleet.world.run({"events", "--file", world.fleet.file()});
  CHECK(holds(events.out, " LAUNCH hello 1 -> 2: alert hello_has_too_much_to_do: asks for 1 more"));
}

TEST_CASE("Alertmanager tries again while Fleet can't be reached, and then it is one step") {
  Walkthrough world;
  FleetSwitch fleet(world.fleet);
  RunningProgram daemon(world.fleet.run_call({}, {{"SCALE_FLEET_RETRIES", "0"}}));
  world.begin(daemon);
  fleet.is_on = false;
  REQUIRE(world.fleet.comes_true([&] { return !world.is_ready(); }));
  world.queue = 250;
  REQUIRE(world.fleet.comes_true([&] {
    return world.posts.count([](const Posted& post) { return holds(post.answer, "503 NOK "); }) >=
           2;
  }));
  CHECK(world.running() == 1);
  fleet.is_on = true;
  REQUIRE(world.fleet.comes_true([&] { return world.running() == 2; }));
  const auto posted = world.posts.all().size();
  REQUIRE(world.fleet.comes_true([&] { return world.posts.all().size() >= posted + 2; }));
  REQUIRE(turns_twice(world.fleet, world.endpoint));
  CHECK(world.running() == 2);
  CHECK(world.posts.count([](const Posted& post) { return post.is_accepted(); }) == 1);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}
