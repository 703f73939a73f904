#include "scale_fleet/core/cluster.hpp"

#include "scale_fleet/core/service_snapshot.hpp"
#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;

namespace {

UnitOptions fleet_option(const std::string& name, std::initializer_list<const char*> values) {
  UnitOptions options;
  for (const auto* value : values) {
    options.push_back({.section = "X-Fleet", .name = name, .value = value});
  }
  return options;
}

}  // namespace

TEST_CASE("Global is what the last value says, in any case") {
  for (const auto* truth : {"true", "TRUE", "yes", "1", "on", "t"}) {
    CHECK(is_global(fleet_option("Global", {"false", truth})));
  }
  CHECK_FALSE(is_global(fleet_option("Global", {"true", "false"})));
  CHECK_FALSE(is_global(fleet_option("Global", {"2"})));
  CHECK_FALSE(is_global({}));
}

TEST_CASE("Only Fleet's three words are states") {
  CHECK(parse_job_state("launched") == JobState::launched);
  CHECK_FALSE(parse_job_state("Launched"));
  CHECK_FALSE(parse_job_state("running"));
  CHECK_FALSE(parse_job_state(""));
}

TEST_CASE("What a unit demands of its machine is shown as it was written") {
  auto options = fleet_option("Conflicts", {"my_app@*.service"});
  options.push_back({.section = "Service", .name = "Conflicts", .value = "other"});
  options.push_back({.section = "X-Fleet", .name = "MachineMetadata", .value = "disk=ssd"});
  CHECK(placement_demands(options) ==
        std::vector<std::string>{"Conflicts=my_app@*.service", "MachineMetadata=disk=ssd"});
}

TEST_CASE("Of several state rows the one of the unit's machine counts") {
  const auto look = ClusterBuilder()
                        .with_template()
                        .row({.unit = "my_app@1.service",
                              .machine_id = "m0",
                              .load = "loaded",
                              .active = "failed"})
                        .running({1})
                        .look();
  REQUIRE(look.instances.size() == 1);
  CHECK(look.instances[0].state->active == "active");
  CHECK(look.states.size() == 2);
}

TEST_CASE("A unit that a moving list shows twice counts once, and numbers are sorted as numbers") {
  const auto look = ClusterBuilder().running({10, 2, 1, 2}).look();
  REQUIRE(look.instances.size() == 3);
  CHECK(look.instances[1].number == 2);
  CHECK(look.instances[2].number == 10);
}
