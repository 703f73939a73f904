#include "scale_fleet/commands/show_scale.hpp"
#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Numbers = std::vector<InstanceNumber>;

}  // namespace

TEST_CASE("A failure in passing, of any kind and of any request, is outlasted") {
  struct Row {
    const char* name;
    const char* kind;
  };

  const std::vector<Row> kinds{{"refused", "refused"},
                               {"reset before it was read", "reset"},
                               {"reset after it acted", "reset-after"},
                               {"closed", "close"},
                               {"closed after it acted", "close-after"},
                               {"no reply in time", "delay=60000"},
                               {"500 with an empty message", "status=500"},
                               {"503 for 30 s, then well", "unavailable-for=30"},
                               {"a body cut in the middle", "cut"},
                               {"not HTTP", "garbage"}};
  for (const auto* request : {"GET:/units", "GET:/state", "PUT:/units/*", "DELETE:/units/*"}) {
    for (const auto& row : kinds) {
      const bool goes_down = std::string(request).starts_with("DELETE");
      INFO(request << " " << row.name);
      ScaleWorld world;
      world.start_with({1, 2, 3});
      // The first contact is made: a refused connection is now a fleetd that restarts.
      REQUIRE(world.fleet->machines());
      world.inject(std::string(request) + ":1:" + row.kind);
      const auto report = world.scale(goes_down ? "1" : "5");
      CHECK(report.status == ScaleStatus::converged);
      CHECK_FALSE(world.retries.empty());  // The fault did befall a request.
      CHECK(world.instances() == (goes_down ? Numbers{1} : Numbers{1, 2, 3, 4, 5}));
    }
  }
}

TEST_CASE("What isn't a list of Fleet is an error that changes nothing") {
  for (const auto* fault : {"GET:/units:*:status=500",
                            "GET:/units:*:status=502,html",
                            "GET:/units:*:status=200,html",
                            "GET:/units:*:status=404,html",
                            "GET:/units:*:redirect",
                            "GET:/units:*:cut",
                            "GET:/units:*:garbage",
                            "GET:/units:*:repeat-token",
                            "GET:/units:*:refused",
                            "GET:/units:>1:reset"}) {
    INFO(fault);
    ScaleWorld world({.page_size = 2});
    world.start_with({1, 2, 3});
    world.inject(fault);
    const auto report = world.scale("9");
    CHECK(report.status == ScaleStatus::failed);
    REQUIRE(report.services.at(0).error);
    CHECK_FALSE(report.services.at(0).before.has_value());
    CHECK(world.http.requests().size() == world.sent("GET"));
  }
}

TEST_CASE("States are asked for where they decide, and there they must be had") {
  struct Row {
    const char* count;
    std::size_t looks_at_state;  ///< With --no-block: before anything is changed.
  };

  for (const auto& row : std::vector<Row>{{"9", 0}, {"3", 0}, {"2", 1}}) {
    CAPTURE(row.count);
    ScaleWorld world;
    world.start_with({1, 2, 3});
    CHECK(world.scale(row.count, {.no_block = true}).error == std::nullopt);
    std::size_t looks = 0;
    for (const auto& request : world.http.requests())
      looks += request.target.starts_with("/fleet/v1/state") ? 1U : 0U;
    CHECK(looks == row.looks_at_state);
    // Two looks at the units, before and after, and where the count changes one for a release that
    // was broken off; who is in a hurry gets no machine's address.
    const std::size_t looks_for_mark = std::string_view(row.count) == "3" ? 0 : 1;
    CHECK(world.sent("GET") == 2 + looks_for_mark + row.looks_at_state);
  }
  ScaleWorld world;
  world.start_with({1, 2, 3});
  world.inject("GET:/state:*:status=500");
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK_FALSE(report.services.at(0).before.has_value());
  CHECK(world.http.requests().size() == world.sent("GET"));
}

TEST_CASE("What a former look showed isn't told where the last one failed") {
  ScaleWorld world;
  world.start_with({});
  world.inject("GET:/state:*:status=500");
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.instances() == Numbers{1, 2});
  CHECK(scale_text(report) ==
        "Triggered unit my_app@1.service start\nTriggered unit my_app@2.service start\n"
        "my_app: 0 -> unknown\n");
}

TEST_CASE("A wrong endpoint is told soon, a fleetd that restarts is waited for") {
  ScaleWorld world;
  world.start_with({1});
  world.inject("*:*:*:refused");
  const auto before = world.sandbox.clock.now();
  CHECK(world.scale("2").status == ScaleStatus::failed);
  CHECK(world.sandbox.clock.now() - before < 3s);
}

TEST_CASE("A unit that vanishes between list and delete is gone as asked") {
  ScaleWorld world;
  world.start_with({1, 2, 3});
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method == "DELETE") world.sandbox.cluster.delete_unit(ScaleWorld::unit(3));
  };
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(world.instances() == Numbers{1, 2});
}

TEST_CASE("A unit that answers 500 for ever fails alone") {
  ScaleWorld world;
  world.start_with({1});
  world.inject("*:/units/my_app@3.service:*:status=500");
  const auto report = world.scale("4");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.instances() == Numbers{1, 2, 4});
  const auto& changes = report.services.at(0).changes;
  CHECK(changes.at(0).result == StepResult::done);
  CHECK(changes.at(1).result == StepResult::failed);
  CHECK(changes.at(1).error->http_status == 500);
  CHECK(changes.at(2).result == StepResult::done);
}

TEST_CASE("Fleet's own no is shown in its words and not repeated") {
  ScaleWorld world;
  world.start_with({1});
  world.inject("PUT:/units/my_app@2.service:*:status=400,line too long (max 2048 bytes)");
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.sent("PUT") == 1);
  const auto& error = report.services.at(0).changes.at(0).error;
  CHECK(error->message ==
        "cannot create my_app@2.service: HTTP 400: line too long (max 2048 bytes)");
}

TEST_CASE("An unclear write is looked at before it is repeated") {
  ScaleWorld world;
  world.start_with({1});
  world.inject("PUT:*:1:reset-after");
  CHECK(world.scale("2").status == ScaleStatus::converged);
  CHECK(world.sent("PUT") == 1);
  world.inject("DELETE:*:1:reset-after");
  CHECK(world.scale("1").status == ScaleStatus::converged);
  CHECK(world.sent("DELETE") == 1);
}

TEST_CASE("A number that somebody else took meanwhile with other options is left to him") {
  ScaleWorld world;
  world.start_with({1});
  world.inject("PUT:/units/my_app@2.service:1:reset");
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "PUT") return;
    world.sandbox.cluster.put_unit(
        ScaleWorld::unit(2),
        {{.section = "Service", .name = "ExecStart", .value = "/bin/other"}},
        JobState::launched);
  };
  const auto report = world.scale("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.sandbox.cluster.unit(ScaleWorld::unit(2))->options.size() == 1);
}

TEST_CASE("An outage while waiting is outlasted, or told when it lasts") {
  ScaleWorld world;
  world.start_with({});
  world.inject("GET:/state:>2:unavailable-for=30");
  CHECK(world.scale("2").status == ScaleStatus::converged);
  ScaleWorld lasting;
  lasting.start_with({});
  lasting.inject("GET:/state:>2:status=500");
  const auto report = lasting.scale("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK_FALSE(report.services.at(0).after.has_value());
  CHECK(report.services.at(0).changes.at(0).result == StepResult::done);
  for (const auto& request : lasting.http.requests())
    CHECK(request.target != "/fleet/v1/machines");
}

TEST_CASE("A stranger's 200 to a write is not a done write") {
  for (const auto* fault : {"PUT:/units/my_app@3.service:*:status=200,html",
                            "DELETE:/units/my_app@1.service:*:status=200,html"}) {
    INFO(fault);
    ScaleWorld world;
    world.start_with({1, 2});
    world.inject(fault);
    const auto report = world.scale(std::string(fault).starts_with("PUT") ? "3" : "0");
    CHECK(report.status == ScaleStatus::failed);
    CHECK(world.instances() != Numbers{1, 2, 3});
  }
}

TEST_CASE("A wait ends at its time, though Fleet doesn't answer") {
  ScaleWorld world;
  world.start_with({});
  world.inject("GET:/state:>2:status=500");
  const auto before = world.sandbox.clock.now();
  CHECK(world.scale("2", {.timeout = 5s}).status == ScaleStatus::failed);
  CHECK(world.sandbox.clock.now() - before < 7s);
}

TEST_CASE("Waiting for units to stop ends at its time, though Fleet doesn't answer") {
  ScaleWorld world;
  world.start_with({1},
                   {{"Service", "ExecStart", "/bin/app"}, {"Service", "ExecStop", "/bin/true"}});
  world.inject("GET:/state:>1:status=500");
  const auto before = world.sandbox.clock.now();
  const auto report = world.scale("0", {.timeout = 5s});
  CHECK(report.status == ScaleStatus::failed);
  CHECK(world.sent("PUT") == 1);
  CHECK(world.sandbox.clock.now() - before < 12s);  // This wait, and that for the outcome.
}

TEST_CASE("A repetition that is due waits for its place without spinning") {
  ScaleWorld world;
  world.start_with({});
  world.inject("PUT:*:1:status=503");
  world.inject("PUT:*:2:delay=3000");
  CHECK(world.scale("2", {.parallel = 1}).status == ScaleStatus::converged);
}
