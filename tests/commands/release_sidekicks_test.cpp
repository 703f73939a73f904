#include "scale_fleet/commands/release_sidekicks.hpp"

#include <map>
#include <set>

#include "commands/release_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

UnitOptions logger_of(const std::string& main) {
  return {{.section = "Unit", .name = "BindsTo", .value = main + "@%i.service"},
          {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"},
          {.section = "Service", .name = "ExecStop", .value = "/bin/true"},
          {.section = "X-Fleet", .name = "MachineOf", .value = main + "@%i.service"}};
}

/// `logger@3.service` goes with `main@3.service`.
struct Pair {
  std::string main;
  std::string logger;
};

/// Breaks of the order, found at each write: a main instance that goes or is replaced while its
/// sidekick is there, a sidekick that is created before its main instance.
class OrderWatch {
 public:
  OrderWatch(ReleaseWorld& world, std::vector<Pair> pairs)
      : world_(world), pairs_(std::move(pairs)) {
    world.http->before_acting = [this](const HttpRequest& request) { look(request); };
  }

  std::vector<std::string> breaks;

 private:
  void look(const HttpRequest& request) {
    const std::string units = "/fleet/v1/units/";
    if (request.method == "GET" || !request.target.starts_with(units)) return;
    auto name = request.target.substr(units.size());
    if (const auto at = name.find("%40"); at != std::string::npos) name.replace(at, 3, "@");
    const bool takes_down =
        request.method == "DELETE" ||
        (request.body.find("options") != std::string::npos && world_.sandbox.cluster.unit(name));
    for (const auto& [main, logger] : pairs_) {
      if (const auto number = instance_number(*Service::parse(main), name)) {
        const auto sidekick = Service::parse(logger)->instance_name(*number);
        if (takes_down && world_.sandbox.cluster.unit(sidekick))
          breaks.push_back(request.method + " " + name + " while " + sidekick + " is there");
      }
      if (const auto number = instance_number(*Service::parse(logger), name)) {
        const auto of = Service::parse(main)->instance_name(*number);
        if (request.method == "PUT" && !world_.sandbox.cluster.unit(of))
          breaks.push_back(request.method + " " + name + " before " + of);
      }
    }
  }

  ReleaseWorld& world_;
  std::vector<Pair> pairs_;
};

ReleaseRequest in_place(ReleaseKind kind, const UnitOptions& text) {
  ReleaseRequest request{
      .kind = kind, .service = *Service::parse("my_app"), .replaces = {}, .text = text};
  request.sidekicks = {
      {.sidekick = *Service::parse("my_app_logger"), .main = *Service::parse("my_app")}};
  return request;
}

std::vector<std::string> units_of(const std::string& service, InstanceNumber count) {
  std::vector<std::string> names;
  for (InstanceNumber number = 1; number <= count; ++number)
    names.push_back(Service::parse(service)->instance_name(number));
  return names;
}

std::vector<std::string> active_units(ReleaseWorld& world, const std::string& service) {
  std::vector<std::string> names;
  for (const auto& row : world.sandbox.cluster.states({}, {.first = 0, .count = 1'000}).items) {
    if (row.active == "active" && instance_number(*Service::parse(service), row.unit))
      names.push_back(row.unit);
  }
  return names;
}

/// The answer says of every instance that was started on which machine it runs.
void check_all_located(const ReleaseReport& report) {
  const auto text = release_text(report);
  INFO(text);
  CHECK(text.find("Triggered") == std::string::npos);
  for (const auto& service : report.scale.services) {
    for (const auto& change : service.changes) {
      if (change.step.action == Action::destroy || is_template_name(change.step.unit)) continue;
      INFO(change.step.unit);
      CHECK(change.current_state == JobState::launched);
      CHECK(change.location.find(".../") != std::string::npos);
    }
  }
}

}  // namespace

TEST_CASE("Sidekicks go with each instance that a release in place replaces, good or bad") {
  struct Row {
    const char* name;
    UnitOptions text;
    ReleaseResult result;
    const UnitOptions& runs;
  };

  const auto failing =
      version("bad", {{.section = "Service", .name = "ExecStart", .value = "/bin/false"}});
  for (const auto& row : {Row{"good", v2, ReleaseResult::released, v2},
                          Row{"bad", failing, ReleaseResult::undone, v1}}) {
    INFO(row.name);
    ReleaseWorld world("my_app");
    world.start_with("my_app_logger", logger_of("my_app"), {});
    world.start_with("my_app", v1, {1, 2, 3});
    for (const auto& unit : units_of("my_app_logger", 3))
      world.sandbox.cluster.put_unit(unit, logger_of("my_app"), JobState::launched);
    world.sandbox.pass(1min);
    OrderWatch watch(world, {{"my_app", "my_app_logger"}});
    std::map<std::string, int> starts;
    std::map<std::string, std::string> words;
    world.before_look = [&] {
      for (const auto& unit : world.sandbox.cluster.states({}, {.first = 0, .count = 99}).items) {
        auto& word = words[unit.unit];
        if (word != unit.active && unit.active == "activating") ++starts[unit.unit];
        word = unit.active;
      }
    };
    const auto report = world.release(in_place(ReleaseKind::deploy, row.text));
    CHECK(report.result == row.result);
    CHECK(watch.breaks.empty());
    for (const auto& each : watch.breaks)
      UNSCOPED_INFO(each);
    CHECK(world.running(row.runs) == units_of("my_app", 3));
    CHECK(active_units(world, "my_app_logger") == units_of("my_app_logger", 3));
    CHECK(world.least_healthy == 3);
    if (row.result == ReleaseResult::released) {
      for (const auto& unit : units_of("my_app_logger", 3))
        CHECK(starts[unit] == 1);
    }
    CHECK(report.scale.services.at(1).is_sidekick);
    CHECK(report.scale.services.at(1).after == 3U);
    if (row.result == ReleaseResult::released) check_all_located(report);
  }
}

TEST_CASE("Each version has its own sidekicks where one takes the other's place") {
  ReleaseWorld world("example:2.0.0");
  world.services.push_back("example:1.0.0");
  world.start_with("log:2.0.0", logger_of("example:2.0.0"), {});
  world.start_with("log:1.0.0", logger_of("example:1.0.0"), {});
  world.start_with("example:1.0.0", v1, {1, 2, 3});
  for (const auto& unit : units_of("log:1.0.0", 3))
    world.sandbox.cluster.put_unit(unit, logger_of("example:1.0.0"), JobState::launched);
  world.sandbox.pass(1min);
  ReleaseRequest request{.kind = ReleaseKind::deploy,
                         .service = *Service::parse("example:2.0.0"),
                         .replaces = *Service::parse("example:1.0.0"),
                         .text = v2};
  const World outside{.fleet = *world.fleet,
                      .clock = world.sandbox.clock,
                      .stop = world.stop,
                      .progress = world.progress};
  for (const bool finds : {true, false}) {
    INFO((finds ? "found" : "named"));
    auto asked = request;
    ScaleRequest with{.service = request.service, .count = {}};
    with.find_sidekicks = finds;
    if (!finds) with.sidekicks = {*Service::parse("log:1.0.0"), *Service::parse("log:2.0.0")};
    REQUIRE(find_release_sidekicks(outside, with, asked));
    std::set<std::pair<std::string, std::string>> pairs;
    for (const auto& [sidekick, main] : asked.sidekicks)
      pairs.insert({main.display_name(), sidekick.display_name()});
    CHECK(pairs == std::set<std::pair<std::string, std::string>>{{"example:1.0.0", "log:1.0.0"},
                                                                 {"example:2.0.0", "log:2.0.0"}});
    if (finds) continue;
    OrderWatch watch(world, {{"example:1.0.0", "log:1.0.0"}, {"example:2.0.0", "log:2.0.0"}});
    const auto report = world.release(asked);
    CHECK(report.result == ReleaseResult::released);
    check_all_located(report);
    CHECK(watch.breaks.empty());
    CHECK(active_units(world, "log:2.0.0") == units_of("log:2.0.0", 3));
    CHECK(active_units(world, "log:1.0.0").empty());
    CHECK(world.running(v2) == units_of("example:2.0.0", 3));
    CHECK(world.least_healthy == 3);
  }
}

TEST_CASE("A sidekick without a template keeps a release from being begun") {
  ReleaseWorld world("my_app");
  world.start_with("my_app", v1, {1, 2});
  const auto report = world.release(in_place(ReleaseKind::deploy, v2));
  CHECK(report.result == ReleaseResult::not_begun);
  REQUIRE(report.scale.error);
  CHECK(report.scale.error->kind == ErrorKind::not_found);
  CHECK(report.scale.error->message.find("my_app_logger@.service") != std::string::npos);
  for (const auto& request : world.http->requests())
    CHECK(request.method == "GET");
}

TEST_CASE("A release with sidekicks that is killed at any write is taken up with them") {
  std::size_t kills = 0;
  for (std::size_t turn = 1;; turn += sweep_stride) {
    CAPTURE(turn);
    ReleaseWorld world("my_app");
    world.start_with("my_app_logger", logger_of("my_app"), {});
    world.start_with("my_app", v1, {1, 2});
    for (const auto& unit : units_of("my_app_logger", 2))
      world.sandbox.cluster.put_unit(unit, logger_of("my_app"), JobState::launched);
    world.sandbox.pass(1min);

    std::size_t writes = 0;
    world.http->after_acting = [&](const HttpRequest& request) {
      if (request.method != "GET" && ++writes == turn) throw Killed{};
    };
    try {
      const auto report = world.release(in_place(ReleaseKind::deploy, v2));
      CHECK(report.result == ReleaseResult::released);
      break;
    } catch (const Killed&) {
      ++kills;
    }
    world.connect();
    OrderWatch watch(world, {{"my_app", "my_app_logger"}});
    const auto again = world.release(in_place(ReleaseKind::deploy, v2));
    INFO((again.scale.error ? again.scale.error->message : ""));
    CHECK(again.scale.status <= ScaleStatus::converged);
    CHECK(watch.breaks.empty());
    CHECK(world.running(v2) == units_of("my_app", 2));
    CHECK(active_units(world, "my_app_logger") == units_of("my_app_logger", 2));
    CHECK(world.least_healthy == 2);
    auto expected = units_of("my_app", 2);
    for (const auto& more : units_of("my_app_logger", 2))
      expected.push_back(more);
    for (const auto* kept : {"my_app@.service", "my_app_logger@.service", "my_app.former@.service"})
      expected.emplace_back(kept);
    std::ranges::sort(expected);
    CHECK(world.units() == expected);
  }
  WARN("killed after each of " << kills << " writes of a release with sidekicks");
}
