#include "scale_fleet/core/unit_move.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

struct Scene {
  std::optional<JobState> desired;
  JobState current = JobState::inactive;
  std::string machine;
  std::vector<std::pair<std::string, std::string>> rows;  ///< Machine and systemd's word.
  std::string blocker_on;

  UnitsAndStates look() const {
    UnitsAndStates look;
    if (desired) {
      look.units.push_back({.name = "u.service",
                            .options = {},
                            .desired_state = desired,
                            .current_state = current,
                            .machine_id = machine});
    }
    look.units.push_back({.name = "blocker.service",
                          .options = {},
                          .desired_state = JobState::loaded,
                          .current_state = JobState::loaded,
                          .machine_id = blocker_on});
    for (const auto& [on, active] : rows) {
      look.states.push_back({.unit = "u.service",
                             .machine_id = on,
                             .load = "loaded",
                             .active = active,
                             .sub = {},
                             .hash = {}});
    }
    return look;
  }
};

const UnitMove blocked{
    .unit = "u.service", .from = "a", .blocker = "blocker.service", .is_blocked = true};
const UnitMove unblocked{.unit = "u.service", .from = "a", .blocker = "blocker.service"};

}  // namespace

TEST_CASE("A unit has left when nothing speaks of it on its machine, and its place is taken") {
  struct Row {
    const char* what;
    Scene scene;
    bool left;
    bool left_without_blocker;
  };

  // The steps are those that a real fleetd showed, in their order.
  for (const auto& row : std::vector<Row>{
           {"just told",
            {JobState::inactive, JobState::launched, "a", {{"a", "active"}}, ""},
            false,
            false},
           {"the agent hears",
            {JobState::inactive, JobState::loaded, "a", {{"a", "inactive"}}, ""},
            false,
            false},
           {"unscheduled, its row still there",
            {JobState::inactive, JobState::inactive, "", {{"a", "active"}}, "a"},
            false,
            false},
           {"the row is gone, too",
            {JobState::inactive, JobState::inactive, "", {}, "a"},
            true,
            true},
           {"gone, and the blocker not yet there",
            {JobState::inactive, JobState::inactive, "", {}, ""},
            false,
            true},
           {"a row of another machine's is none of ours",
            {JobState::inactive, JobState::inactive, "", {{"b", "failed"}}, "a"},
            true,
            true},
           {"somebody launched it",
            {JobState::launched, JobState::inactive, "", {}, "a"},
            false,
            false},
           {"somebody destroyed it, and it still runs",
            {{}, JobState::inactive, "", {{"a", "active"}}, ""},
            false,
            false},
           {"somebody destroyed it", {{}, JobState::inactive, "", {}, ""}, true, true}}) {
    INFO(row.what);
    CHECK(has_left(blocked, row.scene.look()) == row.left);
    CHECK(has_left(unblocked, row.scene.look()) == row.left_without_blocker);
  }
}

TEST_CASE("A unit has arrived when it runs again, elsewhere where it may not come back") {
  struct Row {
    const char* what;
    Scene scene;
    bool arrived;
    bool arrived_unblocked;
  };

  for (const auto& row : std::vector<Row>{
           {"no machine yet", {JobState::launched, JobState::inactive, "", {}, "a"}, false, false},
           {"scheduled", {JobState::launched, JobState::inactive, "b", {}, "a"}, false, false},
           {"starting",
            {JobState::launched, JobState::launched, "b", {{"b", "activating"}}, "a"},
            false,
            false},
           {"active",
            {JobState::launched, JobState::launched, "b", {{"b", "active"}}, "a"},
            true,
            true},
           {"active where it was",
            {JobState::launched, JobState::launched, "a", {{"a", "active"}}, ""},
            false,
            true},
           {"the row of its former machine",
            {JobState::launched, JobState::launched, "b", {{"a", "active"}}, "a"},
            false,
            false},
           {"failed",
            {JobState::launched, JobState::launched, "b", {{"b", "failed"}}, "a"},
            false,
            false},
           {"destroyed", {{}, JobState::inactive, "", {}, "a"}, true, true}}) {
    INFO(row.what);
    CHECK(has_arrived(blocked, row.scene.look()) == row.arrived);
    CHECK(has_arrived(unblocked, row.scene.look()) == row.arrived_unblocked);
  }
  auto unwell = blocked;
  unwell.was_well = false;
  const Scene failed{JobState::launched, JobState::launched, "b", {{"b", "failed"}}, "a"};
  CHECK(has_arrived(unwell, failed.look()));
}

TEST_CASE("A unit has arrived with its followers, those that are still there") {
  struct Row {
    std::string machine;
    std::string active;
    bool arrived;
  };

  auto move = blocked;
  move.followers = {"f.service"};
  const Scene there{JobState::launched, JobState::launched, "b", {{"b", "active"}}, "a"};
  CHECK(has_arrived(move, there.look()));
  for (const auto& row : std::vector<Row>{{"", "active", false},
                                          {"a", "active", false},
                                          {"b", "activating", false},
                                          {"b", "active", true}}) {
    INFO(row.machine << " " << row.active);
    auto look = there.look();
    look.units.push_back({.name = "f.service",
                          .options = {},
                          .desired_state = JobState::launched,
                          .current_state = JobState::launched,
                          .machine_id = row.machine});
    look.states.push_back({.unit = "f.service",
                           .machine_id = row.machine,
                           .load = "loaded",
                           .active = row.active,
                           .sub = {},
                           .hash = {}});
    CHECK(has_arrived(move, look) == row.arrived);
  }
}
