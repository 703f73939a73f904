#include <algorithm>

#include "commands/declared_world.hpp"
#include "scale_fleet/commands/show_scale.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;

namespace {

/// Every write that was sent, with the unit that it was for.
std::vector<std::string> written_units(const SandboxHttpClient& http) {
  std::vector<std::string> units;
  for (const auto& request : http.requests()) {
    if (request.method == "GET") continue;
    auto unit = request.target.substr(request.target.rfind('/') + 1);
    if (const auto at = unit.find("%40"); at != std::string::npos) unit.replace(at, 3, "@");
    units.push_back(unit);
  }
  return units;
}

std::size_t place_of(const std::vector<std::string>& units, const std::string& unit) {
  return static_cast<std::size_t>(std::ranges::find(units, unit) - units.begin());
}

}  // namespace

TEST_CASE("Applied once, a cluster is as declared, and the second time there is nothing to do") {
  DeclaredWorld world;
  auto web = declared("web", 2, 5);
  web.numbering = {.first = 8080, .step = 2};
  web.attached = {attached("log")};
  web.after = {"lb.service"};
  world.file.services = {web, declared("lb.service", 1, 1)};
  const auto first = world.apply();
  CHECK(first.status == ScaleStatus::converged);
  CHECK(world.units() == std::vector<std::string>{"lb.service launched 1",
                                                  "log@8080.service launched 1",
                                                  "log@8082.service launched 1",
                                                  "web@8080.service launched 1",
                                                  "web@8082.service launched 1"});
  const auto writes = written_units(world.http).size();
  const auto second = world.apply();
  CHECK(second.status == ScaleStatus::unchanged);
  CHECK(written_units(world.http).size() == writes);
}

TEST_CASE("A dry run of an application only reads") {
  DeclaredWorld world;
  world.file.services = {declared("web", 2), declared("lb.service", 1)};
  const auto report = world.apply({.dry_run = true});
  CHECK(report.status == ScaleStatus::planned);
  CHECK(changes_in(report) == changes_in(world.plan()));
  CHECK(written_units(world.http).empty());
}

TEST_CASE("Units that the file doesn't name are never touched") {
  DeclaredWorld world;
  world.file.services = {declared("web", 1, 1), declared("lb.service", 0, 0)};
  const std::vector<std::string> others{"web-admin@1.service",
                                        "web@blue.service",
                                        "web@01.service",
                                        "web.service",
                                        "web@1.timer",
                                        "lb@1.service",
                                        "lb.service.service",
                                        "payroll-db.service",
                                        "dynamite.service",
                                        "a@1.service"};
  for (const auto& name : others)
    world.put(name, "7");
  for (const auto* name : {"web@1.service", "web@2.service", "web@3.service", "lb.service"})
    world.put(name);
  world.rest();
  CHECK(world.apply().status == ScaleStatus::converged);
  for (const auto& name : written_units(world.http))
    CHECK(std::ranges::find(others, name) == others.end());
  CHECK(world.units().size() == others.size() + 1);
}

TEST_CASE("A wave begins when the former is well, and not before") {
  DeclaredWorld world;
  auto web = declared("web", 2);
  web.after = {"db"};
  world.file.services = {web, declared("db", 1), declared("cache", 1)};
  bool db_was_well = true;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "PUT" || request.target.find("/web") == std::string::npos) return;
    const auto states = world.sandbox.cluster.states({}, {.first = 0, .count = 100}).items;
    db_was_well &= std::ranges::any_of(states, [](const UnitState& state) {
      return state.unit == "db@1.service" && state.active == "active";
    });
  };
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::converged);
  CHECK(db_was_well);
  const auto units = written_units(world.http);
  CHECK(place_of(units, "db@1.service") < place_of(units, "web@1.service"));
  CHECK(place_of(units, "cache@1.service") < place_of(units, "web@1.service"));
}

TEST_CASE("One that fails keeps its dependants from beginning, and nobody else") {
  DeclaredWorld world;
  auto web = declared("web", 1);
  web.after = {"db"};
  auto front = declared("front", 1);
  front.after = {"web", "cache"};
  auto report_service = declared("report", 1);
  report_service.after = {"cache"};
  world.file.services = {
      declared("db", 1), web, front, declared("cache", 1), report_service, declared("alone", 1)};
  world.inject("PUT:/units/db@1.service:*:status=409");
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.units() == std::vector<std::string>{"alone@1.service launched 1",
                                                  "cache@1.service launched 1",
                                                  "report@1.service launched 1"});
  CHECK(ending_of(report_on(report, "web")) ==
        "failed: web is left out, because it comes after db, which is not well");
  CHECK(ending_of(report_on(report, "front")) ==
        "failed: front is left out, because it comes after web, which is not well");
  for (const auto* name : {"web", "front"}) {
    for (const auto& change : report_on(report, name).changes)
      CHECK(change.result == StepResult::skipped);
  }
  CHECK(report_on(report, "report").status == ScaleStatus::converged);
  CHECK(report.services.size() == 6);
}

TEST_CASE("One whose plan can't be made keeps nobody else of its wave") {
  DeclaredWorld world;
  auto bad = declared("bad", 1);
  bad.template_file = std::nullopt;
  auto with_bad_sidekick = declared("web", 1);
  with_bad_sidekick.attached = {{.service = *Service::parse("log"), .template_file = {}}};
  world.file.services = {bad, with_bad_sidekick, declared("cache", 1)};
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.units() == std::vector<std::string>{"cache@1.service launched 1"});
  CHECK(report_on(report, "bad").error);
  CHECK(report_on(report, "web").error);
  CHECK(report_on(report, "web").status == ScaleStatus::failed);
  CHECK(report_on(report, "log").error);
  CHECK(report_on(report, "cache").status == ScaleStatus::converged);
}

TEST_CASE("Instances of another text are kept where the file says so, and it is told") {
  DeclaredWorld world;
  world.file.services = {declared("web", 2)};
  world.put("web@1.service", "0");
  world.rest();
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::converged);
  CHECK(world.units() ==
        std::vector<std::string>{"web@1.service launched 0", "web@2.service launched 1"});
  CHECK(report_on(report, "web").other_text == std::vector<std::string>{"web@1.service"});
  CHECK(scale_json(report).find("\"other_text\": [") != std::string::npos);
}

TEST_CASE("Instances of another text are replaced by the steps of a release where it says so") {
  struct Row {
    const char* name;
    Numbering numbering;
    std::optional<InstanceCount> max;
    std::size_t most;  ///< That existed at any moment.
  };

  for (const auto& row : std::vector<Row>{{"one more meanwhile", {}, std::nullopt, 4},
                                          {"no room within the bounds", {}, 3, 3},
                                          {"numbers are ports", {8080, 2}, 9, 3}}) {
    INFO(row.name);
    DeclaredWorld world;
    auto web = declared("web", 3, row.max);
    web.numbering = row.numbering;
    web.on_template_change = OnTemplateChange::replace;
    world.file.services = {web};
    REQUIRE(world.apply().status == ScaleStatus::converged);
    world.rewrite("web", "2");
    std::size_t most = 0;
    std::size_t fewest_active = 9;
    world.http.after_acting = [&](const HttpRequest&) {
      const auto units = world.sandbox.cluster.units({.first = 0, .count = 100}).items;
      const auto look = snapshot_of(
          web.service, units, world.sandbox.cluster.states({}, {.first = 0, .count = 100}).items);
      most = std::max(most, look.instances.size());
      fewest_active = std::min(fewest_active,
                               static_cast<std::size_t>(std::ranges::count_if(
                                   look.instances, [](const Instance& instance) {
                                     return instance.state && instance.state->active == "active";
                                   })));
    };
    const auto report = world.apply();
    CHECK(ending_of(report_on(report, "web")) == "converged");
    CHECK(most == row.most);
    CHECK(fewest_active + 1 >= 3);
    std::size_t renewed = 0;
    for (const auto& unit : world.units())
      renewed += unit.ends_with("launched 2") ? 1U : 0U;
    CHECK(renewed == 3);
    CHECK(world.plan().status == ScaleStatus::unchanged);
    CHECK(world.apply().status == ScaleStatus::unchanged);
  }
}

TEST_CASE("A release that fails is undone, and keeps its dependants from beginning") {
  DeclaredWorld world;
  auto web = declared("web", 2);
  web.on_template_change = OnTemplateChange::replace;
  auto front = declared("front", 1);
  front.after = {"web"};
  world.file.services = {web};
  REQUIRE(world.apply().status == ScaleStatus::converged);
  world.file.services = {web, front};
  world.rewrite("web", "2");
  world.inject("PUT:/units/web@2.service:*:status=409");
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::failed);
  CHECK(report_on(report, "web").error);
  CHECK(report_on(report, "front").error);
  CHECK(report_on(report, "web").after == InstanceCount{2});
  for (const auto* unit : {"web@1.service launched 1", "web@2.service launched 1"}) {
    INFO(unit);
    const auto units = world.units();
    CHECK(std::ranges::find(units, unit) != units.end());
  }
}

TEST_CASE("Sidekicks and plain units of another text are replaced too") {
  DeclaredWorld world;
  auto web = declared("web", 2);
  web.attached = {attached("log")};
  web.on_template_change = OnTemplateChange::replace;
  auto balancer = declared("lb.service", 1, 1);
  balancer.on_template_change = OnTemplateChange::replace;
  world.file.services = {web, balancer};
  REQUIRE(world.apply().status == ScaleStatus::converged);

  SECTION("the sidekick's alone") {
    world.rewrite("log", "2");
    CHECK(changes_in(world.plan()) == "replace log@1.service, replace log@2.service");
    CHECK(world.apply().status == ScaleStatus::converged);
    CHECK(world.units() == std::vector<std::string>{"lb.service launched 1",
                                                    "log@1.service launched 2",
                                                    "log@2.service launched 2",
                                                    "web@1.service launched 1",
                                                    "web@2.service launched 1"});
  }
  SECTION("the plain unit's") {
    world.rewrite("lb.service", "2");
    CHECK(changes_in(world.plan()) == "replace lb.service");
    CHECK(world.apply().status == ScaleStatus::converged);
    CHECK(world.units().front() == "lb.service launched 2");
  }
  SECTION("the main instance's of one number, the sidekick's of the other") {
    world.put("web@1.service", "0");
    world.put("log@2.service", "0");
    world.rest();
    CHECK(changes_in(world.plan()) == "replace web@1.service, replace log@2.service");
    CHECK(world.apply().status == ScaleStatus::converged);
  }
  SECTION("both, with the main instances") {
    world.rewrite("log", "2");
    world.rewrite("web", "2");
    CHECK(world.apply().status == ScaleStatus::converged);
    std::size_t renewed = 0;
    for (const auto& unit : world.units())
      renewed += unit.ends_with("launched 2") ? 1U : 0U;
    CHECK(renewed == 4);
  }
  CHECK(world.plan().status == ScaleStatus::unchanged);
}

TEST_CASE("A signal ends an application between two services, and says so") {
  DeclaredWorld world;
  auto web = declared("web", 1);
  web.after = {"db"};
  world.file.services = {declared("db", 1), web};
  world.http.after_acting = [&](const HttpRequest& request) {
    if (request.method == "PUT") world.stop.raise(15);
  };
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::interrupted);
  CHECK(world.units() == std::vector<std::string>{"db@1.service launched 1"});
  CHECK(report_on(report, "web").error);
}

TEST_CASE("What a signal cut off goes on with the same application") {
  DeclaredWorld world;
  world.file.path = "services.yaml";
  world.file.services = {declared("db", 3)};
  world.http.after_acting = [&](const HttpRequest& request) {
    if (request.method == "PUT") world.stop.raise(15);
  };
  const auto report = world.apply();
  REQUIRE(report_on(report, "db").error);
  CHECK(report_on(report, "db")
            .error->message.ends_with("to go on: scale-fleet apply services.yaml"));
}

TEST_CASE("What has to come after one that had no time left is out of time as well") {
  DeclaredWorld world;
  auto web = declared("web", 1);
  web.after = {"db"};
  auto db = declared("db", 1);
  db.timeout = std::chrono::milliseconds(100);
  world.file.services = {db, web};
  const auto report = world.apply();
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(report_on(report, "web").status == ScaleStatus::timed_out);
}

TEST_CASE("With a fault at each request an application ends as declared") {
  std::size_t runs = 0;
  for (const auto* kind : {"reset", "reset-after", "status=500", "garbage"}) {
    for (int turn = 1; turn < 50; turn += SCALE_FLEET_SWEEP_STRIDE) {
      INFO(kind << " at request " << turn);
      DeclaredWorld world;
      auto web = declared("web", 2, 2);
      web.attached = {attached("log")};
      web.after = {"db"};
      web.on_template_change = OnTemplateChange::replace;
      world.file.services = {web, declared("db", 1, 1)};
      world.put("web@1.service", "0");
      world.put("web@2.service", "0");
      world.put("web@5.service", "0");
      world.put("log@5.service", "0");
      world.rest();
      world.inject("*:*:" + std::to_string(turn) + ":" + kind);
      CHECK(world.apply().status == ScaleStatus::converged);
      const auto plan = world.plan();
      CHECK(plan.status == ScaleStatus::unchanged);
      ++runs;
    }
  }
  WARN(runs << " runs, each with one fault, all as declared");
}
