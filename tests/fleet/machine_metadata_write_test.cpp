#include <string>
#include <vector>

#include "fleet/scripted_fleet.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const std::string patched_id = sandbox_machines(1).at(0).id;

std::string value_shown(ScaleWorld& world, const std::string& key) {
  const auto metadata = world.sandbox.cluster.machines().at(0).metadata;
  const auto found = metadata.find(key);
  return found == metadata.end() ? "(none)" : found->second;
}

}  // namespace

TEST_CASE("A change of metadata is written in the form that fleetd reads") {
  CHECK(write_metadata_patch({.machine_id = "m1", .key = "k.1", .value = "a \"b\""}) ==
        R"([{"op":"add","path":"/m1/metadata/k.1","value":{"value":"a \"b\""}}])");
  CHECK(write_metadata_patch({.machine_id = "m1", .key = "k", .value = {}}) ==
        R"([{"op":"remove","path":"/m1/metadata/k"}])");
}

TEST_CASE("A machine's metadata is set and removed, as often as one likes") {
  ScaleWorld world;
  for (int i = 0; i < 2; ++i) {
    CHECK(world.fleet->set_machine_metadata(patched_id, "k", "v"));
    CHECK(value_shown(world, "k") == "v");
  }
  for (int i = 0; i < 2; ++i) {
    CHECK(world.fleet->set_machine_metadata(patched_id, "k", std::nullopt));
    CHECK(value_shown(world, "k") == "(none)");
  }
  CHECK(world.fleet->set_machine_metadata("nobody", "k", "v"));
}

TEST_CASE("A change of metadata outlasts what fails in passing") {
  for (const auto* fault :
       {"refused", "reset", "reset-after", "status=500", "status=503", "delay=60000", "cut"}) {
    INFO(fault);
    ScaleWorld world;
    world.inject(std::string("PATCH:/machines:1:") + fault);
    CHECK(world.fleet->set_machine_metadata(patched_id, "k", "v"));
    CHECK(value_shown(world, "k") == "v");
    CHECK(world.sent("PATCH") == 2);
  }
}

TEST_CASE("A change of metadata that is refused is told, and not repeated") {
  struct Row {
    const char* fault;
    int status;
    const char* words;
  };

  for (const auto& row :
       {Row{"status=405,only GET supported against this resource", 405, "too old"},
        Row{"status=400,machine metadata path invalid", 400, "machine metadata path invalid"},
        Row{"status=200,html", 200, "cannot set the metadata of machine"}}) {
    INFO(row.fault);
    ScaleWorld world;
    world.inject(std::string("PATCH:/machines:*:") + row.fault);
    const auto outcome = world.fleet->set_machine_metadata(patched_id, "k", "v");
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::refused);
    CHECK(outcome.error().http_status == row.status);
    CHECK(outcome.error().message.find(row.words) != std::string::npos);
    CHECK(world.sent("PATCH") == 1);
  }
}

TEST_CASE("After a signal nothing is sent, unless what was begun is to be ended") {
  ScaleWorld world;
  world.start_with({1});
  world.stop.raise();
  CHECK_FALSE(world.fleet->set_machine_metadata(patched_id, "k", "v"));
  world.fleet->go_on_though_stopped(true);
  CHECK(world.fleet->set_machine_metadata(patched_id, "k", "v"));
  std::vector<WriteEnd::Result> ends;
  const auto park = [&] {
    world.fleet->perform(
        {{.kind = Write::Kind::set_state, .unit = ScaleWorld::unit(1), .state = JobState::loaded}},
        1,
        [&](const WriteEnd& end) { ends.push_back(end.result); });
  };
  park();
  world.fleet->go_on_though_stopped(false);
  park();
  CHECK(ends == std::vector{WriteEnd::Result::done, WriteEnd::Result::skipped});
  const auto refused = world.fleet->set_machine_metadata(patched_id, "k", std::nullopt);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::interrupted);
}
