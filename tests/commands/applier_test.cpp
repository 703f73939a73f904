#include "scale_fleet/commands/applier.hpp"

#include <algorithm>
#include <map>

#include "scale_fleet/fleet/unit_hash.hpp"
#include "support/applier_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("A replaced unit takes its new text, and no other is touched") {
  ApplierWorld world;
  world.start_with({1, 2, 3});
  CHECK(world.apply({replacing(2, new_options())}).at(0).result == StepResult::done);
  CHECK(world.options_of(2) == new_options());
  CHECK(world.wanted_state(2) == JobState::launched);
  world.live(1min);
  CHECK(world.row(2)->hash == unit_hash(new_options()));
  CHECK(world.row(2)->active == "active");
  for (const auto number : {1U, 3U}) {
    CHECK(world.options_of(number) == plain_options());
    CHECK(world.lived(number) == Words{"active"});
  }
  CHECK(world.sent() == Words{"PUT my_app@2.service launched+options", "GET my_app@2.service"});
  CHECK(world.progress.lines == Words{"my_app@2.service: replaced"});
}

TEST_CASE("A step's own options come before the plan's, for instances and templates") {
  ApplierWorld world;
  world.start_with({1, 2});
  auto create = replacing(3, new_options());
  create.action = Action::create;
  auto template_step = replacing(1, new_options());
  template_step.unit = "my_app@.service";
  const auto changes = world.apply({template_step,
                                    replacing(1, new_options()),
                                    replacing(2, {}),
                                    create,
                                    {.action = Action::create, .unit = ScaleWorld::unit(4)}});
  for (const auto& change : changes)
    CHECK(change.result == StepResult::done);
  CHECK(world.sandbox.cluster.unit("my_app@.service")->options == new_options());
  CHECK(world.sandbox.cluster.unit("my_app@.service")->desired_state == JobState::inactive);
  CHECK(world.options_of(1) == new_options());
  CHECK(world.options_of(2) == plain_options());
  CHECK(world.options_of(3) == new_options());
  CHECK(world.options_of(4) == plain_options());
}

TEST_CASE("A unit that stops first has stopped before it gets its new text") {
  ApplierWorld world({.stop_delay = 7s});
  world.start_with({1, 2});
  CHECK(world.apply({stopping(replacing(1, new_options()))}).at(0).result == StepResult::done);
  world.live(1min);
  CHECK(world.lived(1) == Words{"active", "deactivating", "inactive", "activating", "active"});
  CHECK(world.lived(2) == Words{"active"});
  CHECK(world.row(1)->hash == unit_hash(new_options()));
  CHECK(world.writes() ==
        Words{"PUT my_app@1.service loaded", "PUT my_app@1.service launched+options"});
  CHECK(world.progress.lines ==
        Words{"my_app@1.service: stopping, to be replaced then", "my_app@1.service: replaced"});
}

TEST_CASE("A restart stops a unit and starts it with the text that it has") {
  for (const bool takes_new_options : {true, false}) {
    ApplierWorld world({.takes_new_options = takes_new_options});
    world.start_with({1, 2});
    CHECK(world.apply({stopping(replacing(1, {}))}).at(0).result == StepResult::done);
    world.live(1min);
    CHECK(world.lived(1) == Words{"active", "deactivating", "inactive", "activating", "active"});
    CHECK(world.lived(2) == Words{"active"});
    CHECK(world.options_of(1) == plain_options());
    CHECK(world.writes() ==
          Words{"PUT my_app@1.service loaded", "PUT my_app@1.service launched+options"});
    CHECK(std::ranges::count(world.sent(), "GET my_app@1.service") == 0);
  }
}

TEST_CASE("A unit is started anew by a restart, however it stands") {
  struct Row {
    const char* name;
    const char* active;  ///< Before; empty where it has no row.
    Duration age;        ///< Since it was launched.
    bool has_ended = false;
    SandboxSettings settings = {};
  };

  for (const auto& row : std::vector<Row>{{"failed long ago", "failed", 1min, true},
                                          {"ended long ago", "inactive", 1min, true},
                                          {"starting", "activating", 2500ms},
                                          {"scheduled, and not yet started", "", 1500ms},
                                          {"not yet scheduled", "", 100ms},
                                          {"for no machine", "", 1min, false, {.machines = {}}}}) {
    INFO(row.name);
    ApplierWorld world(row.settings);
    world.start_with({});
    world.sandbox.cluster.put_unit(ScaleWorld::unit(1), plain_options(), JobState::launched);
    world.live(row.age);
    if (row.has_ended) {
      world.sandbox.cluster.set_systemd_state(ScaleWorld::unit(1), row.active, "dead");
    }
    REQUIRE((world.row(1) ? world.row(1)->active : "") == row.active);
    CHECK(world.apply({stopping(replacing(1, {}))}).at(0).result == StepResult::done);
    CHECK(world.wanted_state(1) == JobState::launched);
    if (row.settings.machines.empty()) continue;
    world.live(1min);
    CHECK(world.row(1)->active == "active");
    const auto lived = world.lived(1);
    const Words tail(lived.end() - 2, lived.end());
    CHECK(tail == Words{"activating", "active"});
  }
}

TEST_CASE("A Fleet that ignores new options has the unit destroyed, gone and created") {
  ApplierWorld world({.stop_delay = 5s, .takes_new_options = false});
  world.start_with({1, 2});
  std::optional<bool> was_gone;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method != "PUT" || world.sandbox.cluster.unit(ScaleWorld::unit(1))) return;
    was_gone = !world.row(1);
  };
  CHECK(world.apply({replacing(1, new_options())}).at(0).result == StepResult::done);
  CHECK(was_gone == true);
  CHECK(world.writes() == Words{"PUT my_app@1.service launched+options",
                                "DELETE my_app@1.service",
                                "PUT my_app@1.service launched+options"});
  world.live(1min);
  CHECK(world.options_of(1) == new_options());
  CHECK(world.row(1)->hash == unit_hash(new_options()));
  CHECK(world.row(1)->active == "active");
  CHECK(world.lived(2) == Words{"active"});
}

TEST_CASE("A Fleet that ignores new options stops a unit first that stops first") {
  ApplierWorld world({.takes_new_options = false});
  world.start_with({1});
  std::string before_delete;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method == "DELETE") before_delete = world.row(1)->active;
  };
  CHECK(world.apply({stopping(replacing(1, new_options()))}).at(0).result == StepResult::done);
  CHECK(before_delete == "inactive");
  CHECK(world.options_of(1) == new_options());
}

TEST_CASE("A list that lags isn't taken for a Fleet that ignores new options") {
  // What a follower of etcd shows for a while: the unit as it was before the PUT.
  ApplierWorld world;
  world.start_with({1});
  bool is_put = false;
  std::size_t looks = 0;
  world.http.before_acting = [&](const HttpRequest& request) {
    is_put = is_put || request.method == "PUT";
    if (!is_put || request.method != "GET") return;
    // The first three looks see the old text, and then the new one.
    world.sandbox.cluster.put_unit(
        ScaleWorld::unit(1), ++looks <= 3 ? plain_options() : new_options(), JobState::launched);
  };
  CHECK(world.apply({replacing(1, new_options())}).at(0).result == StepResult::done);
  CHECK(looks == 4);
  CHECK(std::ranges::count(world.sent(), "DELETE my_app@1.service") == 0);
}

TEST_CASE("A replaced unit that somebody destroys is left to him, and one that lacks is created") {
  ApplierWorld world;
  world.start_with({1});
  world.http.before_acting = [&](const HttpRequest& request) {
    if (request.method == "GET") world.sandbox.cluster.delete_unit(ScaleWorld::unit(1));
  };
  const auto changes = world.apply({replacing(1, new_options())});
  CHECK(changes.at(0).result == StepResult::failed);
  CHECK(changes.at(0).error->message ==
        "my_app@1.service was replaced, and somebody destroyed it meanwhile");
  world.http.before_acting = nullptr;
  world.live(1min);
  CHECK(world.apply({stopping(replacing(1, new_options())), replacing(2, new_options())})
            .at(0)
            .result == StepResult::done);
  CHECK(world.options_of(1) == new_options());
  CHECK(world.options_of(2) == new_options());
}

TEST_CASE("A unit that doesn't stop in time keeps its text, and is told to be loaded") {
  ApplierWorld world({.stop_delay = 100s});
  world.start_with({1});
  const auto changes = world.apply({stopping(replacing(1, new_options()))}, {.timeout = 10s});
  CHECK(changes.at(0).result == StepResult::failed);
  CHECK(changes.at(0).error->kind == ErrorKind::timed_out);
  CHECK(changes.at(0).error->message ==
        "my_app@1.service was set to loaded, to stop before it is replaced, and stays so: it had "
        "not stopped when the time for waiting ran out");
  CHECK(world.options_of(1) == plain_options());
  CHECK(world.wanted_state(1) == JobState::loaded);
}

TEST_CASE("A unit that is destroyed already, and still runs, isn't created over it") {
  ApplierWorld world({.stop_delay = 100s});
  world.start_with({1});
  world.sandbox.cluster.delete_unit(ScaleWorld::unit(1));
  const auto step = stopping(replacing(1, new_options()));
  const auto changes = world.apply({step}, {.timeout = 10s});
  CHECK(changes.at(0).result == StepResult::failed);
  CHECK(changes.at(0).error->message ==
        "my_app@1.service isn't in Fleet any more, and its machine still runs it: it had not "
        "stopped when the time for waiting ran out");
  CHECK(world.instances().empty());
  CHECK(world.apply({step}).at(0).result == StepResult::done);
  CHECK(world.options_of(1) == new_options());
}

TEST_CASE("A stopped unit whose replacement is refused is told to have been stopped") {
  ApplierWorld world;
  world.start_with({1});
  world.inject("PUT:/units/my_app@1.service:2:status=400,no");
  const auto changes = world.apply({stopping(replacing(1, new_options()))});
  CHECK(changes.at(0).result == StepResult::failed);
  CHECK(changes.at(0).error->http_status == 400);
  CHECK(changes.at(0).error->message ==
        "cannot replace my_app@1.service: HTTP 400: no; before, it was set to loaded and stopped");
  CHECK(world.wanted_state(1) == JobState::loaded);
}

TEST_CASE("A unit that isn't gone in time is told to be destroyed, and not to be created") {
  ApplierWorld world({.stop_delay = 100s, .takes_new_options = false});
  world.start_with({1});
  const auto changes = world.apply({replacing(1, new_options())}, {.timeout = 10s});
  CHECK(changes.at(0).result == StepResult::failed);
  CHECK(changes.at(0).error->kind == ErrorKind::timed_out);
  CHECK(changes.at(0).error->message ==
        "my_app@1.service was destroyed, to be created again with its new text, and that wasn't "
        "done: its machine had not taken it down when the time for waiting ran out");
  CHECK(world.instances().empty());
}
