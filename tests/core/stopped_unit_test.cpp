#include "scale_fleet/core/stopped_unit.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

constexpr auto launched = JobState::launched;
constexpr auto loaded = JobState::loaded;
constexpr auto inactive = JobState::inactive;

UnitState row(const char* machine, const char* active, const char* unit = "my_app@1.service") {
  return {.unit = unit,
          .machine_id = machine,
          .load = "loaded",
          .active = active,
          .sub = {},
          .hash = {}};
}

struct Row {
  const char* name;
  JobState desired;
  std::optional<JobState> current;
  const char* machine;
  std::vector<UnitState> states;
  bool stopped;
};

}  // namespace

TEST_CASE("A unit that was set to loaded has stopped once its agent says so") {
  const std::vector<Row> rows{
      {"it runs still", loaded, launched, "m1", {row("m1", "active")}, false},
      {"its stop has begun", loaded, loaded, "m1", {row("m1", "active")}, false},
      {"it is being stopped", loaded, loaded, "m1", {row("m1", "deactivating")}, false},
      {"it has stopped", loaded, loaded, "m1", {row("m1", "inactive")}, true},
      {"it has stopped, and failed at that", loaded, loaded, "m1", {row("m1", "failed")}, true},
      {"it had failed, unseen by its agent", loaded, launched, "m1", {row("m1", "failed")}, false},
      {"a row from before its start", loaded, launched, "m1", {row("m1", "inactive")}, false},
      {"a list from before the stop", launched, inactive, "", {}, false},
      {"scheduled, its agent has said nothing", loaded, inactive, "m1", {}, false},
      {"on no machine", loaded, inactive, "", {}, true},
      {"on no machine, which a Fleet doesn't say", loaded, std::nullopt, "", {}, true},
      {"on no machine now, and stopping", loaded, inactive, "", {row("m1", "deactivating")}, false},
      {"moved, and stopping where it was",
       loaded,
       loaded,
       "m2",
       {row("m1", "active"), row("m2", "inactive")},
       false},
      {"moved, and not yet loaded there", loaded, inactive, "m2", {row("m1", "inactive")}, false},
      {"somebody set it to inactive", inactive, inactive, "", {row("m1", "inactive")}, true},
      {"another unit runs",
       loaded,
       loaded,
       "m1",
       {row("m1", "inactive"), row("m1", "active", "x")},
       true},
  };
  for (const auto& expected : rows) {
    INFO(expected.name);
    const UnitsAndStates look{.units = {{.name = "my_app@1.service",
                                         .options = {},
                                         .desired_state = expected.desired,
                                         .current_state = expected.current,
                                         .machine_id = expected.machine}},
                              .states = expected.states};
    CHECK(has_stopped("my_app@1.service", look) == expected.stopped);
    CHECK_FALSE(is_gone("my_app@1.service", look));
  }
}

TEST_CASE("A destroyed unit is gone, and has stopped, when no row of it is left") {
  const Unit other{.name = "my_app@2.service",
                   .options = {},
                   .desired_state = launched,
                   .current_state = launched,
                   .machine_id = "m1"};
  const UnitsAndStates gone{.units = {other}, .states = {row("m1", "active", "my_app@2.service")}};
  CHECK(is_gone("my_app@1.service", gone));
  CHECK(has_stopped("my_app@1.service", gone));
  for (const auto* active : {"active", "deactivating", "inactive", "failed"}) {
    const UnitsAndStates look{.units = {other}, .states = {row("m1", active)}};
    CHECK_FALSE(is_gone("my_app@1.service", look));
    CHECK_FALSE(has_stopped("my_app@1.service", look));
  }
}
