#include <algorithm>

#include "support/catch.hpp"
#include "support/kept_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

// What the daemon makes of a file in Dynamite's form. Dynamite's bugs have the numbers B1 to B10;
// `grep -rn "B[0-9]*:" tests` finds the test of each.

namespace {

using Lines = std::vector<std::string>;

/// Tells what it is called for.
class ToldRecord : public ApplicationRecord {
 public:
  Outcome take_over(const DeclaredState&) override {
    calls.emplace_back("take over");
    return answer();
  }

  Outcome write(const DeclaredState&, std::span<const Unit> units) override {
    calls.push_back("write " + std::to_string(units.size()));
    return answer();
  }

  Lines calls;
  std::optional<Error> error;

 private:
  Outcome answer() const { return error ? Outcome(tl::unexpected(*error)) : Outcome{}; }
};

/// Webservers on ports of their own, two each, with what is attached to them.
DeclaredState webservers(InstanceCount min, InstanceCount max) {
  auto state = KeptWorld::declared({.min = min, .max = max}, "webserver");
  state.file.form = DeclaredFile::Form::dynamite;
  auto& service = state.file.services.front();
  service.numbering = {.first = 8080, .step = 2};
  service.template_file = "webserver@.service";
  state.texts["webserver@.service"] = std::make_shared<const UnitOptions>(plain_options());
  for (const auto* attached : {"webserver_announcer", "webserver_logger"}) {
    service.attached.push_back(
        {.service = *Service::parse(attached), .template_file = service.template_file});
  }
  return state;
}

Lines writes_of(const KeptWorld& world) {
  Lines writes;
  for (const auto& request : world.fleet.http.requests()) {
    if (request.method != "GET") writes.push_back(request.method + " " + request.target);
  }
  return writes;
}

std::string unit_path(const std::string& service, int port) {
  return "/fleet/v1/units/" + service + "%40" + std::to_string(port) + ".service";
}

/// What Dynamite sends for an instance: all three inactive, then launched.
void expect_creation(Lines& writes, int port) {
  for (const auto* service : {"webserver_announcer",
                              "webserver_logger",
                              "webserver",
                              "webserver",
                              "webserver_announcer",
                              "webserver_logger"})
    writes.push_back("PUT " + unit_path(service, port));
}

Lines units_in(KeptWorld& world) {
  Lines names;
  for (const auto& unit : world.fleet.sandbox.cluster.units({.first = 0, .count = 1000}).items) {
    if (unit.name.starts_with("webserver")) names.push_back(unit.name);
  }
  return names;
}

const Lines one_webserver{
    "webserver@8080.service", "webserver_announcer@8080.service", "webserver_logger@8080.service"};

}  // namespace

TEST_CASE("the daemon creates the units of a file in Dynamite's form as Dynamite does") {
  KeptWorld world;
  world.start(webservers(2, 5));
  world.turn(2);
  Lines expected;
  expect_creation(expected, 8080);
  expect_creation(expected, 8082);
  CHECK(writes_of(world) == expected);
}

TEST_CASE("attached units without their instance are removed, also those that nobody remembers") {
  // B9: Dynamite brings attached units of removed instances back, and forgets others.
  KeptWorld world;
  auto& cluster = world.fleet.sandbox.cluster;
  for (const auto& name : one_webserver)
    cluster.put_unit(name, plain_options(), JobState::launched);
  cluster.put_unit("webserver_announcer@8083.service", plain_options(), JobState::inactive);
  cluster.put_unit("webserver_logger@8084.service", plain_options(), JobState::launched);
  // Of others, who only share the beginning of a name.
  cluster.put_unit("webserver_logger@blue.service", plain_options(), JobState::launched);
  world.fleet.sandbox.pass(10s);
  world.start(webservers(1, 5));
  world.turn(2);
  CHECK(writes_of(world) == Lines{"DELETE " + unit_path("webserver_announcer", 8083),
                                  "DELETE " + unit_path("webserver_logger", 8084)});
  auto expected = one_webserver;
  expected.emplace_back("webserver_logger@blue.service");
  std::ranges::sort(expected);
  CHECK(units_in(world) == expected);
}

TEST_CASE("what was begun by a daemon that died isn't done again") {
  // B10: Dynamite's queue keeps each request, and sends all of them again after a restart.
  KeptWorld world;
  world.actions.is_holding = true;  // It dies before it hears of the end.
  world.start(webservers(2, 5));
  world.turn();
  CHECK(world.actions.started.size() == 1);
  const auto sent = writes_of(world);
  CHECK(sent.size() == 12);
  world.start(webservers(2, 5));
  world.turn(5);
  CHECK(world.actions.started.size() == 1);
  CHECK(writes_of(world) == sent);
}

TEST_CASE("the record is read by who comes to lead, and written after each turn") {
  KeptWorld world;
  ToldRecord record;
  world.record = &record;
  world.leads = false;
  world.start(webservers(1, 5));
  world.turn(2);
  CHECK(record.calls.empty());
  world.leads = true;
  world.turn(2);
  // Of the template of the world alone; then with three units more.
  CHECK(record.calls == Lines{"take over", "write 1", "write 4"});
  world.daemon->replace(webservers(1, 5), {});
  world.leads = false;
  world.turn();
  world.leads = true;
  world.turn();
  // Read with the new file, and again by who has come to lead once more.
  CHECK(record.calls ==
        Lines{"take over", "write 1", "write 4", "take over", "take over", "write 4"});
}

TEST_CASE("a dry run reads no record and writes none") {
  KeptWorld world;
  ToldRecord record;
  world.record = &record;
  world.start(webservers(1, 5), {.dry_run = true});
  world.turn(2);
  CHECK(record.calls.empty());
}

TEST_CASE("a record that fails is told once and tried again, and keeps nothing from its count") {
  KeptWorld world;
  ToldRecord record;
  record.error = {.kind = ErrorKind::unavailable, .message = "no etcd"};
  world.record = &record;
  world.start(webservers(1, 5));
  world.turn(3);
  CHECK(units_in(world) == one_webserver);
  CHECK(world.fleet.progress.warnings == Lines{"no etcd"});
  CHECK(world.daemon->status().counters.errors.at("unavailable") == 4);
  CHECK(world.daemon->is_well());
  record.error.reset();
  world.turn();
  record.error = {.kind = ErrorKind::unavailable, .message = "no etcd"};
  world.turn();
  CHECK(world.fleet.progress.warnings == Lines{"no etcd", "no etcd"});
}
