#include "scale_fleet/commands/scale_command.hpp"

#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Numbers = std::vector<InstanceNumber>;

UnitOptions with(std::initializer_list<UnitOption> more) {
  auto options = plain_options();
  options.insert(options.end(), more);
  return options;
}

}  // namespace

TEST_CASE("The cluster has as many as asked, from whatever it had") {
  struct Row {
    const char* name;
    Numbers before;
    const char* count;
    Numbers after;
    std::size_t puts;
    std::size_t deletes;
  };

  const auto upto = [](InstanceNumber last) { return ScaleWorld::numbers(1, last); };
  const std::vector<Row> rows{{"template only", {}, "3", upto(3), 3, 0},
                              {"nine to ten", upto(9), "10", upto(10), 1, 0},
                              {"ten to nine", upto(10), "9", upto(9), 0, 1},
                              {"eleven to ten", upto(11), "10", upto(10), 0, 1},
                              {"gaps", {2, 5, 10}, "4", {1, 2, 5, 10}, 1, 0},
                              {"to none", upto(3), "0", {}, 0, 3},
                              {"as it is", upto(3), "3", upto(3), 0, 0},
                              {"two more", upto(2), "+2", upto(4), 2, 0},
                              {"a page", {}, "100", upto(100), 100, 0},
                              {"a page and one", upto(99), "101", upto(101), 2, 0},
                              {"two pages and a half", upto(250), "249", upto(249), 0, 1}};
  for (const auto& row : rows) {
    INFO(row.name);
    ScaleWorld world;
    world.start_with(row.before);
    const auto report = world.scale(row.count);
    CHECK(report.status ==
          (row.puts + row.deletes == 0 ? ScaleStatus::unchanged : ScaleStatus::converged));
    CHECK(report.services.at(0).after == row.after.size());
    CHECK(world.instances() == row.after);
    CHECK(world.sent("PUT") == row.puts);
    CHECK(world.sent("DELETE") == row.deletes);
  }
}

TEST_CASE("Nothing is sent but GETs on a dry run") {
  ScaleWorld world;
  world.start_with({1, 2, 3});
  const auto report = world.scale("5", {.dry_run = true});
  CHECK(report.status == ScaleStatus::planned);
  CHECK(report.services.at(0).changes.size() == 2);
  CHECK(world.http.requests().size() == world.sent("GET"));
  CHECK(world.scale("3", {.dry_run = true}).status == ScaleStatus::unchanged);
}

TEST_CASE("All wishes are planned before any is begun") {
  ScaleWorld world;
  world.start_with({1});
  const auto report = ScaleCommand(world.world(), {})
                          .run({ScaleWorld::request("5"), ScaleWorld::request("2", "no_such")});
  CHECK(report.status == ScaleStatus::failed);
  CHECK(report.error->kind == ErrorKind::not_found);
  CHECK(world.sent("PUT") == 0);
  CHECK(report.services.at(0).changes.at(0).result == StepResult::skipped);
}

TEST_CASE("Several services are scaled by one command") {
  ScaleWorld world;
  world.start_with({1, 2});
  world.sandbox.cluster.put_unit("web@.service", plain_options(), JobState::inactive);
  const auto report = ScaleCommand(world.world(), {})
                          .run({ScaleWorld::request("1"), ScaleWorld::request("3", "web")});
  CHECK(report.status == ScaleStatus::converged);
  CHECK(report.services.at(0).after == 1);
  CHECK(report.services.at(1).after == 3);
}

TEST_CASE("A failing instance is reported with its machine, after systemd had its chance") {
  ScaleWorld world;
  world.start_with({}, {{.section = "Service", .name = "ExecStart", .value = "/bin/false"}});
  const auto before = world.sandbox.clock.now();
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.sandbox.clock.now() - before >= 10s);
  const auto& error = report.services.at(0).error;
  REQUIRE(error);
  CHECK(error->message.find("my_app@1.service is failed (failed/failed) on ") != std::string::npos);
  CHECK(world.instances() == Numbers{1, 2});
}

TEST_CASE("An unschedulable instance is named when the time is over, with what it demands") {
  ScaleWorld world;
  world.start_with(
      {}, with({{.section = "X-Fleet", .name = "Conflicts", .value = "my_app@*.service"}}));
  const auto before = world.sandbox.clock.now();
  const auto report = world.scale("2", {.timeout = 20s});
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(world.sandbox.clock.now() - before >= 20s);
  CHECK(world.sandbox.clock.now() - before < 25s);
  const auto message = report.services.at(0).error->message;
  CHECK(message.find("is unscheduled") != std::string::npos);
  CHECK(message.find("it demands Conflicts=my_app@*.service, and the cluster has 1 machine") !=
        std::string::npos);
  const auto again = world.scale("2", {.timeout = 5s});
  CHECK(again.services.at(0).error->message.find("it demands Conflicts=") != std::string::npos);
}

TEST_CASE("A slow starter is progress and not a failure") {
  ScaleWorld world;
  world.start_with(
      {}, with({{.section = "Service", .name = "ExecStartPre", .value = "/bin/sleep 60"}}));
  CHECK(world.scale("1").status == ScaleStatus::converged);
  ScaleWorld hasty;
  hasty.start_with(
      {}, with({{.section = "Service", .name = "ExecStartPre", .value = "/bin/sleep 60"}}));
  CHECK(hasty.scale("1", {.timeout = 30s}).status == ScaleStatus::timed_out);
}

TEST_CASE("A oneshot that has finished is as asked, one that runs is awaited") {
  const auto oneshot = [](const char* command) {
    return UnitOptions{{.section = "Service", .name = "Type", .value = "oneshot"},
                       {.section = "Service", .name = "ExecStart", .value = command}};
  };
  ScaleWorld world;
  world.start_with({}, oneshot("/bin/true"));
  CHECK(world.scale("2").status == ScaleStatus::converged);
  ScaleWorld running;
  running.start_with({}, oneshot("/bin/sleep 100000"));
  CHECK(running.scale("2", {.timeout = 20s}).status == ScaleStatus::timed_out);
}

TEST_CASE("Without blocking it returns when Fleet has accepted") {
  ScaleWorld world;
  world.start_with({1});
  const auto before = world.sandbox.clock.now();
  const auto report = world.scale("4", {.no_block = true});
  CHECK(report.status == ScaleStatus::accepted);
  CHECK(report.services.at(0).after == 4);
  CHECK(world.sandbox.clock.now() - before < 1s);
}

TEST_CASE("A batch is well before the next is begun") {
  ScaleWorld world;
  world.start_with({1});
  std::vector<std::size_t> active_at_put;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "PUT") return;
    std::size_t active = 0;
    for (const auto& row : world.sandbox.cluster.states({}, {.first = 0, .count = 100}).items) {
      active += row.active == "active" ? 1U : 0U;
    }
    active_at_put.push_back(active);
  };
  const auto report = world.scale("6", {.batch = 2});
  CHECK(report.status == ScaleStatus::converged);
  CHECK(active_at_put == std::vector<std::size_t>{1, 1, 3, 3, 5});
}

TEST_CASE("A batch that fails keeps the next from being begun") {
  ScaleWorld world;
  world.start_with({}, {{.section = "Service", .name = "ExecStart", .value = "/bin/false"}});
  const auto report = world.scale("4", {.batch = 1});
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.sent("PUT") == 1);
  CHECK(report.services.at(0).changes.at(3).result == StepResult::skipped);
}

TEST_CASE("A number that somebody took between two batches is left to him") {
  ScaleWorld world;
  world.start_with({});
  bool has_meddled = false;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "PUT" || has_meddled) return;
    has_meddled = true;
    world.sandbox.cluster.put_unit(
        ScaleWorld::unit(2),
        {{.section = "Service", .name = "ExecStart", .value = "/bin/other"}},
        JobState::launched);
  };
  const auto report = world.scale("3", {.batch = 1});
  CHECK(report.status == ScaleStatus::overridden);
  CHECK(world.sandbox.cluster.unit(ScaleWorld::unit(2))->options.size() == 1);
  CHECK(report.services.at(0).changes.at(1).result == StepResult::skipped);
}

TEST_CASE("What somebody destroys between two batches is overridden, not timed out") {
  ScaleWorld world;
  world.start_with({});
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.target == "/fleet/v1/state") world.sandbox.cluster.delete_unit(ScaleWorld::unit(1));
  };
  CHECK(world.scale("3", {.batch = 1}).status == ScaleStatus::overridden);
}

TEST_CASE("Stopping first: loaded, stopped, and only then destroyed") {
  ScaleWorld world({.stop_delay = 5s});
  world.start_with({1, 2},
                   with({{.section = "Service", .name = "ExecStopPost", .value = "/bin/true"}}));
  std::string active_at_delete;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "DELETE") return;
    const auto rows =
        world.sandbox.cluster.states({.unit = ScaleWorld::unit(2)}, {.first = 0, .count = 1});
    active_at_delete = rows.items.empty() ? "no row" : rows.items[0].active;
  };
  const auto report = world.scale("1");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(world.sent("PUT") == 1);
  CHECK(active_at_delete == "inactive");
  CHECK(world.instances() == Numbers{1});
}

TEST_CASE("What doesn't stop in time is not destroyed") {
  ScaleWorld world({.stop_delay = 100s});
  world.start_with({1}, with({{.section = "Service", .name = "ExecStop", .value = "/bin/true"}}));
  const auto report = world.scale("0", {.timeout = 10s});
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(world.sent("DELETE") == 0);
  CHECK(report.services.at(0).changes.at(0).result == StepResult::failed);
  CHECK(world.instances() == Numbers{1});
}

TEST_CASE("What somebody else changed meanwhile is reported and not fought") {
  ScaleWorld world;
  world.start_with({1});
  bool has_meddled = false;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "PUT" || has_meddled) return;
    has_meddled = true;
    world.sandbox.cluster.put_unit(ScaleWorld::unit(77), plain_options(), JobState::launched);
  };
  const auto report = world.scale("3");
  CHECK(report.status == ScaleStatus::overridden);
  CHECK(report.services.at(0).after == 4);
  CHECK(world.sent("PUT") == 2);
  CHECK(world.sent("DELETE") == 0);
}

TEST_CASE("A signal ends what is in flight and begins nothing more") {
  ScaleWorld world;
  world.start_with({1});
  std::size_t acted = 0;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method == "PUT" && ++acted == 3) world.stop.raise();
  };
  const auto report = world.scale("9", {.parallel = 2});
  CHECK(report.status == ScaleStatus::interrupted);
  std::size_t done = 0;
  for (const auto& change : report.services.at(0).changes)
    done += change.result == StepResult::done ? 1U : 0U;
  CHECK(done == world.sent("PUT"));
  CHECK(done < 8);
  CHECK(world.instances().size() == 1 + done);
  CHECK(report.services.at(0).after == 1 + done);
  CHECK(report.error.has_value() == false);
  CHECK(report.services.at(0).error->kind == ErrorKind::interrupted);
}

TEST_CASE("A unit that a signal leaves stopped and not destroyed isn't called untouched") {
  ScaleWorld world;
  world.start_with({1, 2, 3});
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method == "DELETE") world.stop.raise();
  };
  auto request = ScaleWorld::request("0");
  request.stop_first = StopFirst::always;
  const auto report = ScaleCommand(world.world(), {.parallel = 1}).run({request});
  CHECK(report.status == ScaleStatus::interrupted);
  CHECK(world.instances().size() == 2);
  const auto& service = report.services.at(0);
  CHECK(service.changes.at(0).result == StepResult::done);
  for (const auto i : {1U, 2U}) {
    CHECK(service.changes.at(i).result == StepResult::failed);
    CHECK(service.changes.at(i).error->message ==
          service.changes.at(i).step.unit +
              " was set to loaded, to stop before it is destroyed, and stays so: interrupted by a "
              "signal");
  }
  CHECK(service.error->message ==
        "my_app was interrupted, begun, not ended: my_app@2.service, "
        "my_app@1.service; to go on: scale-fleet my_app 0");
}

TEST_CASE("A signal while waiting says so, and the same command goes on from there") {
  ScaleWorld world({.start_delay = 30s});
  world.start_with({});
  world.stop.raise_at(world.sandbox.clock.now() + 5s);
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::interrupted);
  CHECK(world.instances() == Numbers{1, 2});
  ScaleWorld again({.start_delay = 30s});
  again.start_with({});
  again.scale("2", {.no_block = true});
  CHECK(again.scale("2").status == ScaleStatus::unchanged);
}

TEST_CASE("Deleted and put back is not taken for a restart that never comes") {
  ScaleWorld world;
  world.start_with({1, 2});
  CHECK(world.scale("1", {.no_block = true}).status == ScaleStatus::accepted);
  CHECK(world.scale("2").status == ScaleStatus::converged);
}
