#include <iostream>

#include "commands/sidekick_world.hpp"
#include "scale_fleet/commands/find_sidekicks.hpp"
#include "scale_fleet/commands/show_scale.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Numbers = std::vector<InstanceNumber>;
using Names = std::vector<std::string>;

UnitOptions with_stop() {
  auto options = sidekick_options();
  // Among its section's lines, as Fleet stores them.
  options.insert(options.begin() + 2, {"Service", "ExecStop", "/bin/deregister"});
  return options;
}

}  // namespace

TEST_CASE("Sidekicks have the main service's numbers, from whatever there was") {
  struct Row {
    const char* name;
    Numbers main_before;
    Numbers sidekick_before;
    const char* count;
    Numbers after;
    std::size_t puts;
    std::size_t deletes;
  };

  for (const auto& row : std::vector<Row>{{"first ones", {}, {}, "3", {1, 2, 3}, 6, 0},
                                          {"more", {1}, {1}, "3", {1, 2, 3}, 4, 0},
                                          {"fewer", {1, 2, 3}, {1, 2, 3}, "1", {1}, 0, 4},
                                          {"to none", {1, 2}, {1, 2}, "0", {}, 0, 4},
                                          {"gaps", {2, 5}, {2, 5}, "4", {1, 2, 3, 5}, 4, 0},
                                          {"missing ones only", {1, 2}, {2}, "2", {1, 2}, 1, 0},
                                          {"surplus only", {1}, {1, 2, 7}, "1", {1}, 0, 2},
                                          {"both, and up", {1}, {2, 7}, "3", {1, 2, 3}, 4, 1},
                                          {"as it is", {1, 2}, {1, 2}, "2", {1, 2}, 0, 0}}) {
    INFO(row.name);
    SidekickWorld world;
    world.stand("my_app", row.main_before, plain_options());
    world.stand(logger, row.sidekick_before, sidekick_options());
    const auto report = world.scale_with(row.count);
    CHECK(report.status ==
          (row.puts + row.deletes == 0 ? ScaleStatus::unchanged : ScaleStatus::converged));
    CHECK(world.instances() == row.after);
    CHECK(world.numbers_of(logger) == row.after);
    CHECK(world.sent("PUT") == row.puts);
    CHECK(world.sent("DELETE") == row.deletes);
    CHECK(world.violations.empty());
    REQUIRE(report.services.size() == 2);
    CHECK(report.services[1].service == logger);
    CHECK(report.services[1].before == row.sidekick_before.size());
    CHECK(report.services[1].desired == row.after.size());
    CHECK(report.services[1].after == row.after.size());
  }
}

TEST_CASE("Two sidekicks come after their main instance and go before it") {
  SidekickWorld world;
  world.stand_both({1});
  world.stand(announcer, {1}, sidekick_options());
  const auto scale = [&](const std::string& count) {
    world.writes.clear();
    const auto request = SidekickWorld::request_with(count, {logger, announcer});
    return ScaleCommand(world.world(), {.parallel = 1}).run({request}).status;
  };
  CHECK(scale("2") == ScaleStatus::converged);
  CHECK(world.writes == Names{"PUT my_app@2.service",
                              "PUT my_app_logger@2.service",
                              "PUT my_app_announcer@2.service"});
  CHECK(scale("0") == ScaleStatus::converged);
  CHECK(world.writes == Names{"DELETE my_app_logger@2.service",
                              "DELETE my_app_logger@1.service",
                              "DELETE my_app_announcer@2.service",
                              "DELETE my_app_announcer@1.service",
                              "DELETE my_app@2.service",
                              "DELETE my_app@1.service"});
  CHECK(world.violations.empty());
}

TEST_CASE("A batch is so many main instances with their sidekicks, well before the next") {
  SidekickWorld world;
  world.stand_both({1});
  CHECK(world.scale_with("4", {.parallel = 1, .batch = 2}).status == ScaleStatus::converged);
  CHECK(world.writes == Names{"PUT my_app@2.service",
                              "PUT my_app@3.service",
                              "PUT my_app_logger@2.service",
                              "PUT my_app_logger@3.service",
                              "PUT my_app@4.service",
                              "PUT my_app_logger@4.service"});
  world.writes.clear();
  CHECK(world.scale_with("2", {.parallel = 1, .batch = 1}).status == ScaleStatus::converged);
  CHECK(world.writes == Names{"DELETE my_app_logger@4.service",
                              "DELETE my_app@4.service",
                              "DELETE my_app_logger@3.service",
                              "DELETE my_app@3.service"});
  CHECK(world.violations.empty());
}

TEST_CASE("A batch whose sidekick isn't well keeps the next from being begun") {
  SidekickWorld world;
  world.stand_both({}, {{"Service", "ExecStart", "/bin/false"}});
  const auto report = world.scale_with("3", {.batch = 1});
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.writes == Names{"PUT my_app@1.service", "PUT my_app_logger@1.service"});
  const auto& main = report.services.at(0);
  CHECK(main.status == ScaleStatus::failed);
  CHECK(main.changes.at(0).result == StepResult::done);
  CHECK(main.changes.at(1).result == StepResult::skipped);
  CHECK(main.error->message ==
        "my_app is not as asked, because my_app_logger is not well; left out: my_app@2.service, "
        "my_app@3.service");
  CHECK(report.services.at(1).error->message.find("my_app_logger@1.service is failed") !=
        std::string::npos);
}

TEST_CASE("A sidekick with stop actions has stopped before its main instance is touched") {
  SidekickWorld world({.stop_delay = 5s});
  world.stand_both({1, 2}, with_stop());
  std::string active_at_delete;
  world.meddle = [&](const HttpRequest& request) {
    if (request.method != "DELETE" || request.target.find("logger") == std::string::npos) return;
    const auto rows = world.sandbox.cluster.states({.unit = SidekickWorld::unit_of(logger, 2)},
                                                   {.first = 0, .count = 1});
    active_at_delete = rows.items.empty() ? "no row" : rows.items[0].active;
  };
  CHECK(world.scale_with("1").status == ScaleStatus::converged);
  CHECK(active_at_delete == "inactive");
  CHECK(world.writes == Names{"PUT my_app_logger@2.service",
                              "DELETE my_app_logger@2.service",
                              "DELETE my_app@2.service"});
}

TEST_CASE("A sidekick that doesn't stop in time keeps its main instance") {
  SidekickWorld world({.stop_delay = 100s});
  world.stand_both({1, 2}, with_stop());
  const auto report = world.scale_with("1", {.timeout = 10s});
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(world.instances() == Numbers{1, 2});
  CHECK(report.services.at(0).changes.at(0).result == StepResult::skipped);
  CHECK(report.services.at(0).status == ScaleStatus::timed_out);
  CHECK(report.services.at(0).error->message ==
        "my_app is not as asked, because this failed: destroy my_app_logger@2.service; left out: "
        "my_app@2.service");
}

TEST_CASE("A main instance that isn't created gets no sidekick, the others do") {
  SidekickWorld world;
  world.stand_both({1});
  world.inject("*:/units/my_app@3.service:*:status=500");
  const auto report = world.scale_with("4");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.instances() == Numbers{1, 2, 4});
  CHECK(world.numbers_of(logger) == Numbers{1, 2, 4});
  CHECK(world.violations.empty());
  const auto& sidekick = report.services.at(1);
  CHECK(sidekick.changes.at(0).result == StepResult::done);
  CHECK(sidekick.changes.at(1).result == StepResult::skipped);
  CHECK(sidekick.status == ScaleStatus::failed);
  CHECK(sidekick.after == 3);
  CHECK(sidekick.error->message ==
        "my_app_logger is not as asked, because this failed: create my_app@3.service; left out: "
        "my_app_logger@3.service");
}

TEST_CASE("A main instance whose sidekick can't be destroyed stays, the others go") {
  SidekickWorld world;
  world.stand_both({1, 2, 3});
  world.inject("DELETE:/units/my_app_logger@3.service:*:status=400,no");
  const auto report = world.scale_with("1");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.instances() == Numbers{1, 3});
  CHECK(world.numbers_of(logger) == Numbers{1, 3});
  CHECK(world.violations.empty());
  CHECK(report.services.at(0).changes.at(0).result == StepResult::skipped);
  CHECK(report.services.at(0).changes.at(1).result == StepResult::done);
  CHECK(report.services.at(0).status == ScaleStatus::failed);
}

TEST_CASE("Nothing is changed where a sidekick can't be had") {
  struct Row {
    const char* name;
    std::vector<ScaleRequest> requests;
    ErrorKind kind;
  };

  const auto wish = [](const Names& sidekicks) {
    return SidekickWorld::request_with("2", sidekicks);
  };
  for (const auto& row :
       std::vector<Row>{{"no template", {wish({logger, "nobody"})}, ErrorKind::not_found},
                        {"global", {wish({"everywhere"})}, ErrorKind::refused},
                        {"itself", {wish({"my_app"})}, ErrorKind::usage},
                        {"twice", {wish({logger, logger})}, ErrorKind::usage},
                        {"also asked for a count",
                         {wish({logger}), ScaleWorld::request("5", logger)},
                         ErrorKind::usage}}) {
    INFO(row.name);
    SidekickWorld world;
    world.stand_both({1});
    world.stand("everywhere", {}, plus(sidekick_options(), {{"X-Fleet", "Global", "true"}}));
    const auto report = ScaleCommand(world.world(), {}).run(row.requests);
    REQUIRE(report.error);
    CHECK(report.error->kind == row.kind);
    CHECK(report.services.size() == row.requests.size() + row.requests[0].sidekicks.size());
    CHECK(world.writes.empty());
  }
}

TEST_CASE("A fault at any request of a scale with sidekicks is outlasted in the same order") {
  std::size_t runs = 0;
  for (const auto& [before, count] :
       std::vector<std::pair<Numbers, const char*>>{{{1}, "3"}, {{1, 2, 3}, "1"}}) {
    const auto after = std::string(count) == "3" ? Numbers{1, 2, 3} : Numbers{1};
    for (const auto* kind : {"reset", "reset-after", "status=500", "delay=60000", "cut"}) {
      for (std::size_t turn = 1;; turn += sweep_stride) {
        INFO(count << " " << kind << " at request " << turn);
        SidekickWorld world;
        world.stand_both(before, with_stop());
        REQUIRE(world.fleet->machines());
        std::size_t request = 0;
        world.http.other_fault = [&](const HttpRequest&) -> std::optional<Fault> {
          if (++request != turn) return std::nullopt;
          return *parse_fault(std::string("*:*:*:") + kind);
        };
        const auto report = world.scale_with(count);
        if (request < turn) break;  // The scale had fewer requests.
        ++runs;
        CHECK(report.status == ScaleStatus::converged);
        CHECK(world.instances() == after);
        CHECK(world.numbers_of(logger) == after);
        CHECK(world.violations.empty());
      }
    }
  }
  std::cout << "faults at every request of scales with sidekicks: " << runs << " runs\n";
  CHECK(runs * sweep_stride >= 400);
}

TEST_CASE("A fault that lasts from any request on never breaks the order, and is told") {
  for (const auto& [before, count] :
       std::vector<std::pair<Numbers, const char*>>{{{1}, "3"}, {{1, 2, 3}, "1"}}) {
    for (std::size_t turn = 1; turn < 12; ++turn) {
      INFO(count << " from write " << turn);
      SidekickWorld world;
      world.stand_both(before, with_stop());
      std::size_t writes = 0;
      world.http.other_fault = [&](const HttpRequest& request) -> std::optional<Fault> {
        if (request.method == "GET" || ++writes < turn) return std::nullopt;
        return *parse_fault("*:*:*:status=500");
      };
      const auto report = world.scale_with(count);
      CHECK(report.status == (writes >= turn ? ScaleStatus::failed : ScaleStatus::converged));
      CHECK(world.violations.empty());
      if (report.status == ScaleStatus::failed) CHECK_FALSE(scale_errors(report).empty());
      world.http.other_fault = nullptr;
      CHECK(world.scale_with(count).status <= ScaleStatus::converged);
      CHECK(world.instances() == world.numbers_of(logger));
      CHECK(world.violations.empty());
    }
  }
}

TEST_CASE("A signal at any write leaves no order broken, and says how to go on") {
  for (const auto& [before, count] :
       std::vector<std::pair<Numbers, const char*>>{{{1}, "3"}, {{1, 2, 3}, "1"}}) {
    for (std::size_t turn = 1; turn <= 4; ++turn) {
      INFO(count << " at write " << turn);
      SidekickWorld world;
      world.stand_both(before);
      world.meddle = [&](const HttpRequest& request) {
        if (request.method != "GET" && world.writes.size() == turn) world.stop.raise();
      };
      const auto report = world.scale_with(count, {.parallel = 1});
      CHECK(report.status == ScaleStatus::interrupted);
      CHECK(world.writes.size() == turn);
      CHECK(world.violations.empty());
      std::size_t done = 0;
      for (const auto& service : report.services) {
        CHECK(service.error->message.ends_with("to go on: scale-fleet my_app " +
                                               std::string(count) + " --with my_app_logger"));
        for (const auto& change : service.changes) {
          done += change.result == StepResult::done ? 1U : 0U;
          CHECK(change.result != StepResult::planned);
        }
      }
      CHECK(done == turn);
      CHECK(report.services.at(0).after == world.instances().size());
      CHECK(report.services.at(1).after == world.numbers_of(logger).size());
    }
  }
}

TEST_CASE("Without blocking, sidekicks are in the same order and not waited for") {
  SidekickWorld world;
  world.stand_both({1});
  const auto before = world.sandbox.clock.now();
  CHECK(world.scale_with("3", {.no_block = true}).status == ScaleStatus::accepted);
  CHECK(world.sandbox.clock.now() - before < 1s);
  CHECK(world.numbers_of(logger) == Numbers{1, 2, 3});
  CHECK(world.violations.empty());
}

TEST_CASE("A sidekick that never runs is waited for and told, though the main service is well") {
  SidekickWorld world;
  world.stand_both({}, {{"Service", "ExecStart", "/bin/false"}});
  const auto report = world.scale_with("1");
  CHECK(report.services.at(0).status == ScaleStatus::converged);
  CHECK(report.services.at(1).status == ScaleStatus::failed);
  CHECK(report.status == ScaleStatus::failed);
}

TEST_CASE("A dry run shows the steps in the order in which they would happen") {
  SidekickWorld world;
  world.stand_both({1, 2});
  CHECK(scale_text(world.scale_with("1", {.dry_run = true})) ==
        "destroy my_app_logger@2.service: my_app@2.service is not to be there\n"
        "destroy my_app@2.service: only 1 wanted, and 2 is the highest number\n"
        "my_app: 2 -> 1 (planned)\n"
        "my_app_logger: 2 -> 1 (planned)\n");
  CHECK(scale_text(world.scale_with("4", {.dry_run = true, .batch = 1})) ==
        "create my_app@3.service: 3 is the lowest free number\n"
        "create my_app_logger@3.service: my_app@3.service is to run with it\n"
        "create my_app@4.service: 4 is the lowest free number\n"
        "create my_app_logger@4.service: my_app@4.service is to run with it\n"
        "my_app: 2 -> 4 (planned)\n"
        "my_app_logger: 2 -> 4 (planned)\n");
  CHECK(world.writes.empty());
}

TEST_CASE("What was done is told in the order in which it was done") {
  SidekickWorld world;
  world.stand_both({1});
  CHECK(scale_text(world.scale_with("0")) ==
        "Destroyed my_app_logger@1.service\nDestroyed my_app@1.service\n"
        "my_app: 1 -> 0\nmy_app_logger: 1 -> 0\n");
}

TEST_CASE("Who scales without sidekicks sends not one request more") {
  for (const auto* count : {"3", "1"}) {
    SidekickWorld alone;
    alone.stand("my_app", {1, 2}, plain_options());
    SidekickWorld among;
    among.stand_both({1, 2});
    CHECK(alone.scale(count).status == ScaleStatus::converged);
    CHECK(among.scale(count).status == ScaleStatus::converged);
    Names requests;
    for (const auto& request : alone.http.requests())
      requests.push_back(request.method + request.target);
    Names requests_among;
    for (const auto& request : among.http.requests())
      requests_among.push_back(request.method + request.target);
    CHECK(requests == requests_among);
  }
}

TEST_CASE("Sidekicks are found by what their templates say, and people are told") {
  SidekickWorld world;
  world.stand_both({1});
  world.stand(announcer, {}, {{"Unit", "PartOf", "my_app@%i.service"}});
  world.stand("web", {}, plain_options());
  std::vector<ScaleRequest> requests{ScaleWorld::request("2"), ScaleWorld::request("1", "web")};
  CHECK(find_sidekicks(world.world(), requests));
  CHECK(world.http.requests().empty());
  for (auto& request : requests)
    request.find_sidekicks = true;
  CHECK_THROWS_AS(ScaleCommand(world.world(), {}).run(requests), std::invalid_argument);
  REQUIRE(find_sidekicks(world.world(), requests));
  CHECK(world.http.requests().size() == 1);
  CHECK(requests[0].sidekicks == std::vector{*Service::parse(announcer), *Service::parse(logger)});
  CHECK(requests[1].sidekicks.empty());
  CHECK(world.progress.lines ==
        Names{"my_app: found sidekicks: my_app_announcer, my_app_logger",
              "web: found no sidekicks; no template says MachineOf=, BindsTo= or "
              "PartOf=web@%i.service"});
  CHECK(ScaleCommand(world.world(), {}).run(requests).status == ScaleStatus::converged);
  CHECK(world.numbers_of(announcer) == Numbers{1, 2});
  CHECK(world.violations.empty());
}

TEST_CASE("Sidekicks that can't be looked for are an error") {
  SidekickWorld world;
  world.inject("GET:/units:*:status=500");
  auto request = ScaleWorld::request("2");
  request.find_sidekicks = true;
  std::vector requests{request};
  CHECK(find_sidekicks(world.world(), requests).error().kind == ErrorKind::unavailable);
}
