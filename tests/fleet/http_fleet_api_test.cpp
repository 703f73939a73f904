#include "scale_fleet/fleet/http_fleet_api.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "fleet/scripted_fleet.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/fleet/page_token.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> names_of(const std::vector<Unit>& units) {
  std::vector<std::string> names;
  for (const auto& unit : units)
    names.push_back(unit.name);
  return names;
}

void put_units(ScaleWorld& world, unsigned count) {
  for (unsigned i = 1; i <= count; ++i) {
    world.sandbox.cluster.put_unit(
        fmt::format("my_app@{}.service", i), plain_options(), JobState::inactive);
  }
}

}  // namespace

TEST_CASE("A list is read to its end, however many pages it has") {
  struct Row {
    unsigned units;
    std::size_t requests;
  };

  // After exactly one or two full pages Fleet has an empty one.
  for (const auto& row :
       std::vector<Row>{{0, 1}, {1, 1}, {99, 1}, {100, 2}, {101, 2}, {200, 3}, {250, 3}}) {
    CAPTURE(row.units);
    ScaleWorld world;
    put_units(world, row.units);
    const auto units = world.fleet->units("");
    REQUIRE(units);
    const auto names = names_of(*units);
    CHECK(names.size() == row.units);
    CHECK(std::ranges::is_sorted(names));
    CHECK(std::set(names.begin(), names.end()).size() == row.units);
    CHECK(world.sent("GET") == row.requests);
  }
}

TEST_CASE("States and machines are read to their end too") {
  ScaleWorld world({.machines = sandbox_machines(3), .page_size = 2});
  world.start_with({1, 2, 3, 4, 5});
  const auto states = world.fleet->states("my_app@");
  REQUIRE(states);
  CHECK(states->size() == 5);
  const auto machines = world.fleet->machines();
  REQUIRE(machines);
  CHECK(machines->size() == 3);
}

TEST_CASE("Only names with the prefix are answered") {
  ScaleWorld world;
  world.start_with({1});
  world.sandbox.cluster.put_unit("my_app_v2@1.service", plain_options(), JobState::launched);
  world.sandbox.pass(1min);
  CHECK(names_of(*world.fleet->units("my_app@")) ==
        std::vector<std::string>{"my_app@.service", "my_app@1.service"});
  CHECK(world.fleet->units("my_ap")->size() == 3);
  CHECK(world.fleet->units("none")->empty());
  CHECK(world.fleet->states("my_app@")->size() == 1);
  CHECK(world.fleet->states("my_app_v2@")->size() == 1);
}

TEST_CASE("A service among 10,000 units is found, and found again, with few pages") {
  ScaleWorld world;
  for (int i = 0; i < 9'900; ++i) {
    world.sandbox.cluster.put_unit(
        fmt::format("other_{:05}@1.service", i), plain_options(), JobState::inactive);
  }
  for (int i = 1; i <= 100; ++i) {
    world.sandbox.cluster.put_unit(
        fmt::format("other_05000x@{}.service", i), plain_options(), JobState::launched);
  }
  world.sandbox.pass(1min);
  CHECK(world.fleet->units("other_05000x@")->size() == 100);
  CHECK(world.sent("GET") <= 16);
  const auto before_states = world.sent("GET");
  CHECK(world.fleet->states("other_05000x@")->size() == 100);
  CHECK(world.sent("GET") - before_states <= 16);
  const auto before_again = world.sent("GET");
  CHECK(world.fleet->units("other_05000x@")->size() == 100);
  CHECK(world.fleet->states("other_05000x@")->size() == 100);
  CHECK(world.sent("GET") - before_again <= 2 * (2 + 2));
  CHECK(world.fleet->units("")->size() == 10'000);
}

TEST_CASE("What is found of a service is what stands in the whole list, units and states") {
  const std::vector<std::string> services{"app", "app-x", "app.y", "app_v2", "b", "zz"};
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    RandomSource draw(seed);
    ScaleWorld world({.machines = sandbox_machines(3),
                      .page_size = static_cast<std::uint16_t>(draw.between(5, 34))});
    const auto kinds = static_cast<std::uint64_t>(draw.between(1, 6));
    for (int count = draw.between(0, 399); count > 0; --count) {
      const auto& service = services[draw.below(kinds)];
      const auto state = draw.percent(30) ? JobState::inactive : JobState::launched;
      world.sandbox.cluster.put_unit(
          fmt::format("{}@{}.service", service, draw.between(0, 299)), plain_options(), state);
    }
    world.sandbox.pass(1min);
    auto units = *world.fleet->units("");
    auto states = *world.fleet->states("");
    const auto prefix = draw.pick(services) + "@";
    std::erase_if(units, [&](const Unit& unit) { return !unit.name.starts_with(prefix); });
    std::erase_if(states, [&](const UnitState& state) { return !state.unit.starts_with(prefix); });
    CAPTURE(seed, prefix);
    REQUIRE(*world.fleet->units(prefix) == units);
    REQUIRE(*world.fleet->states(prefix) == states);
    REQUIRE(*world.fleet->units(prefix) == units);
  }
}

TEST_CASE("After a restart with another page size a service is found all the same") {
  for (const auto page_size : std::array<std::uint16_t, 3>{20, 50, 2'000}) {
    ScaleWorld world({.page_size = 25});
    put_units(world, 300);
    world.sandbox.cluster.put_unit("our@1.service", plain_options(), JobState::inactive);
    CHECK(world.fleet->units("our@")->size() == 1);
    SandboxWorld restarted({.page_size = page_size});
    for (int i = 0; i < 300; ++i) {
      restarted.cluster.put_unit(
          fmt::format("my_app@{}.service", i), plain_options(), JobState::inactive);
    }
    restarted.cluster.put_unit("our@1.service", plain_options(), JobState::inactive);
    std::swap(world.sandbox.cluster, restarted.cluster);
    CHECK(world.fleet->units("our@")->size() == 1);
    CHECK(world.fleet->units("my_app@")->size() == 300);
  }
}

TEST_CASE("A service that a list hides by another order is missed by nobody") {
  // As some other server might sort: small letters first.
  std::vector<Unit> first_page;
  for (int i = 0; i < 100; ++i)
    first_page.push_back({.name = fmt::format("app_{:03}@1.service", i)});
  ScriptedWorld world;
  world.http.answer("/fleet/v1/units",
                    write_unit_page({.items = first_page, .next_token = write_page_token(100, 2)}));
  world.http.answer(
      "/fleet/v1/units?nextPageToken=ZAACAA%3D%3D",
      write_unit_page({.items = {{.name = "Zeta@.service"}, {.name = "Zeta@1.service"}}}));
  world.http.answer("/fleet/v1/units/Zeta%40.service", write_unit({.name = "Zeta@.service"}));
  CHECK(world.fleet->units("Zeta@")->size() == 2);
  // And one that is really not there costs no walk.
  world.http.answers["/fleet/v1/units/Alpha%40.service"] =
      HttpResponse{.status = 404, .headers = {}, .body = write_error(404, "no such unit")};
  const auto before = world.http.targets.size();
  CHECK(world.fleet->units("Alpha@")->empty());
  CHECK(world.http.targets.size() == before + 2);
}

TEST_CASE("A unit that moves to the next page while it is read counts once") {
  ScaleWorld world;
  put_units(world, 150);
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.target.find("nextPageToken") == std::string::npos) return;
    world.sandbox.cluster.put_unit("aaa@1.service", plain_options(), JobState::inactive);
  };
  const auto units = world.fleet->units("my_app@");
  REQUIRE(units);
  CHECK(units->size() == 150);
}

TEST_CASE("A unit that slips to a page that is read already is found all the same") {
  // Before each request for a later page a unit of that service is destroyed.
  for (const auto* victim : {"aaa", "my_app"}) {
    CAPTURE(victim);
    ScaleWorld world;
    put_units(world, 250);
    for (int i = 1; i <= 20; ++i) {
      world.sandbox.cluster.put_unit(
          fmt::format("aaa@{}.service", i), plain_options(), JobState::inactive);
    }
    int destroyed = 0;
    world.http.before_acting = [&](const HttpRequest& request) {
      if (request.target.find("nextPageToken") == std::string::npos) return;
      world.sandbox.cluster.delete_unit(fmt::format("{}@{}.service", victim, ++destroyed));
    };
    const auto units = world.fleet->units("my_app@");
    REQUIRE(units);
    CHECK(destroyed >= 4);
    const auto found = names_of(*units);
    for (const auto& unit : world.sandbox.cluster.units({.first = 0, .count = 1'000}).items) {
      if (unit.name.starts_with("my_app@")) CHECK(std::ranges::count(found, unit.name) == 1);
    }
  }
}

TEST_CASE("Of a unit that is listed twice the later one counts") {
  ScriptedWorld world;
  world.http.answer("/fleet/v1/units",
                    write_unit_page({.items = {{.name = "b@1.service"}, {.name = "a@1.service"}},
                                     .next_token = "x=/"}));
  world.http.answer("/fleet/v1/units?nextPageToken=x%3D%2F",
                    write_unit_page({.items = {{.name = "b@1.service", .machine_id = "later"}}}));
  const auto units = world.fleet->units("");
  REQUIRE(units);
  CHECK(names_of(*units) == std::vector<std::string>{"a@1.service", "b@1.service"});
  CHECK(units->at(1).machine_id == "later");
}

TEST_CASE("A unit that moves to another machine has a row for each") {
  ScriptedWorld world;
  const UnitState first{.unit = "a@1.service", .machine_id = "m1", .active = "active"};
  const UnitState second{.unit = "a@1.service", .machine_id = "m2", .active = "activating"};
  world.http.answer("/fleet/v1/state", write_state_page({.items = {second, first, second}}));
  CHECK(*world.fleet->states("") == std::vector<UnitState>{first, second});
}

TEST_CASE("A list that never ends is an error and no list") {
  struct Row {
    const char* first;
    const char* second;
    const char* why;
  };

  const auto* const with_x = R"({"units": [{"name": "a@1.service"}], "nextPageToken": "x"})";
  const auto* const token_only = R"({"nextPageToken": "x"})";
  for (const auto& row : std::vector<Row>{{with_x, with_x, "the same page token came twice"},
                                          {token_only, token_only, "nothing but the token"},
                                          {with_x, token_only, "nothing but the token"}}) {
    ScriptedWorld world;
    world.http.answer("/fleet/v1/units", row.first);
    world.http.answer("/fleet/v1/units?nextPageToken=x", row.second);
    const auto units = world.fleet->units("");
    REQUIRE_FALSE(units);
    CHECK(units.error().kind == ErrorKind::refused);
    CAPTURE(units.error().message);
    CHECK(units.error().message.find(row.why) != std::string::npos);
    CHECK(world.http.targets.size() <= 2);
  }
  ScaleWorld world;
  put_units(world, 250);
  world.inject("GET:/units:2:repeat-token");
  CHECK_FALSE(world.fleet->units(""));
}

TEST_CASE("A page that Fleet refuses or that isn't Fleet's makes an error of the list") {
  struct Row {
    const char* fault;
    const char* message;
  };

  for (const auto& row :
       std::vector<Row>{{"GET:/units:2:status=400,token limit must be 50",
                         "cannot list units at http://sandbox: HTTP 400: token limit must be 50"},
                        {"GET:/units:2:status=404,html", "this is not a Fleet API"},
                        {"GET:/units:2:status=200,html", "is this a Fleet API? Check --endpoint"},
                        {"GET:/units:1:redirect", "redirects are not followed"}}) {
    CAPTURE(row.fault);
    ScaleWorld world;
    put_units(world, 150);
    world.inject(row.fault);
    const auto units = world.fleet->units("");
    REQUIRE_FALSE(units);
    CHECK(units.error().kind == ErrorKind::refused);
    CAPTURE(units.error().message);
    CHECK(units.error().message.find(row.message) != std::string::npos);
    CHECK(world.retries.empty());
  }
}

TEST_CASE("A page that fails in passing is asked for again, and the others aren't") {
  for (const auto* kind :
       {"status=500", "status=503", "reset", "close", "cut", "garbage", "delay=10000", "refused"}) {
    CAPTURE(kind);
    ScaleWorld world;
    put_units(world, 250);
    world.inject(fmt::format("GET:/units:2-3:{}", kind));
    const auto units = world.fleet->units("");
    REQUIRE(units);
    CHECK(units->size() == 250);
    CHECK(world.sent("GET") == 5);
    CHECK(world.retries.size() == 2);
  }
}

TEST_CASE("A Fleet that never recovers is unavailable after all attempts") {
  ScaleWorld world;
  world.inject("GET:/units:*:status=503,no etcd");
  const auto units = world.fleet->units("");
  REQUIRE_FALSE(units);
  CHECK(units.error().kind == ErrorKind::unavailable);
  CHECK(units.error().http_status == 503);
  CHECK(units.error().message ==
        "cannot list units at http://sandbox: HTTP 503: no etcd (11 attempts)");
  CHECK(world.sent("GET") == 11);
}

TEST_CASE("Nobody waits long for a Fleet that was never reached") {
  ScaleWorld never;
  never.inject("*:*:*:refused");
  const auto begun = never.sandbox.clock.now();
  const auto units = never.fleet->units("");
  REQUIRE_FALSE(units);
  CHECK(units.error().kind == ErrorKind::unavailable);
  CHECK(never.sent("GET") == 3);
  CHECK(never.sandbox.clock.now() - begun < 3s);

  ScaleWorld once_there;
  REQUIRE(once_there.fleet->units(""));
  once_there.inject("*:*:1-10:refused");
  CHECK(once_there.fleet->units(""));
  CHECK(once_there.sent("GET") == 12);
}

TEST_CASE("One unit is read by its name, and one that isn't there is none") {
  ScaleWorld world;
  world.start_with({3});
  const auto unit = world.fleet->unit("my_app@3.service");
  REQUIRE(unit);
  REQUIRE(*unit);
  CHECK((*unit)->name == "my_app@3.service");
  CHECK((*unit)->options == plain_options());
  const auto none = world.fleet->unit("my_app@4.service");
  REQUIRE(none);
  CHECK_FALSE(*none);
  CHECK(world.http.requests().front().target == "/fleet/v1/units/my_app%403.service");
  world.inject("GET:*:1:status=404,html");
  CHECK_FALSE(world.fleet->unit("my_app@3.service"));
}
