#include "scale_fleet/core/move_plan.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scale_fleet/core/drain_blocker.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

/// Writes down which unit is on which machine; all run unless said.
class MachineScene {
 public:
  explicit MachineScene(const std::vector<std::string>& machines) {
    for (const auto& id : machines)
      look.machines.push_back({.id = id, .primary_ip = {}, .metadata = {}});
  }

  MachineScene& unit(const std::string& name,
                     const std::string& machine,
                     UnitOptions options = {},
                     const std::string& active = "active") {
    look.units.push_back({.name = name,
                          .options = std::move(options),
                          .desired_state = JobState::launched,
                          .current_state = JobState::launched,
                          .machine_id = machine});
    look.states.push_back({.unit = name,
                           .machine_id = machine,
                           .load = "loaded",
                           .active = active,
                           .sub = {},
                           .hash = {}});
    return *this;
  }

  ClusterLook look;
};

MovingUnits moving_app(const ClusterLook& look, std::optional<InstanceCount> min = {}) {
  return moving_units({.service = *Service::parse("app"), .min_healthy = min}, look);
}

/// `app@1.service a>b`, `nothing`, or the error.
std::string told(const Result<std::optional<UnitMove>>& next) {
  if (!next) return next.error().message;
  if (!*next) return "nothing";
  return (*next)->unit + " " + (*next)->from + ">" + (*next)->to;
}

UnitOptions x_fleet_line(const std::string& name, const std::string& value) {
  return {{"X-Fleet", name, value}};
}

}  // namespace

TEST_CASE("The next move goes from the fullest machine to the emptiest that suits") {
  struct Row {
    const char* what;
    MachineScene scene;
    std::string next;
  };

  auto full = [] {
    return MachineScene({"a", "b"}).unit("app@1.service", "a").unit("app@2.service", "a");
  };
  for (const auto& row :
       std::vector<Row>{{"no instance", MachineScene({"a", "b"}), "nothing"},
                        {"two more", full(), "app@1.service a>b"},
                        {"one more", full().unit("x.service", "b"), "nothing"},
                        {"others count",
                         full().unit("x.service", "a").unit("y.service", "b"),
                         "app@1.service a>b"},
                        {"a global unit is on every machine",
                         full().unit("g.service", "", x_fleet_line("Global", "true")),
                         "app@1.service a>b"},
                        {"the fullest first",
                         MachineScene({"a", "b", "c"})
                             .unit("app@1.service", "a")
                             .unit("x.service", "a")
                             .unit("app@2.service", "b")
                             .unit("y.service", "b")
                             .unit("z.service", "b"),
                         "app@2.service b>c"},
                        {"two move together, which would only turn it around",
                         full()
                             .unit("log.service", "a", x_fleet_line("MachineOf", "app@1.service"))
                             .unit("x.service", "b"),
                         "app@2.service a>b"},
                        {"the other machine conflicts",
                         full()
                             .unit("x.service", "b", x_fleet_line("Conflicts", "app@*"))
                             .unit("y.service", "a")
                             .unit("z.service", "a"),
                         "nothing"},
                        {"a sidekick isn't moved by itself",
                         MachineScene({"a", "b"})
                             .unit("main.service", "a")
                             .unit("x.service", "a")
                             .unit("app@1.service", "a", x_fleet_line("MachineOf", "main.service")),
                         "nothing"}}) {
    INFO(row.what);
    const auto& look = row.scene.look;
    CHECK(told(next_to_reschedule(moving_app(look), look, {})) == row.next);
  }
}

TEST_CASE("Moves even the load out and come to an end, in random clusters") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto up_to = [&](std::size_t most) { return random() % (most + 1); };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> machines;
    for (std::size_t i = 0; i <= 1 + up_to(4); ++i)
      machines.push_back(std::string(1, static_cast<char>('a' + i)));
    MachineScene scene(machines);
    const auto any_machine = [&] { return machines[up_to(machines.size() - 1)]; };
    const auto instances = up_to(12);
    for (std::size_t i = 1; i <= instances; ++i) {
      const auto number = std::to_string(i);
      const auto machine = any_machine();
      scene.unit("app@" + number + ".service", machine);
      if (up_to(3) == 0) {
        scene.unit("log@" + number + ".service",
                   machine,
                   x_fleet_line("MachineOf", "app@" + number + ".service"));
      }
    }
    for (std::size_t i = up_to(6); i > 0; --i)
      scene.unit("x" + std::to_string(i) + ".service", any_machine());
    const auto& look = scene.look;
    const auto plan = planned_reschedule(moving_app(look), look, false);
    REQUIRE(plan);
    CHECK(plan->size() <= 40);
    auto after = look;
    for (const auto& move : *plan) {
      CHECK(move.from != move.to);
      for (auto& unit : after.units) {
        const bool goes = unit.name == move.unit ||
                          std::ranges::find(move.followers, unit.name) != move.followers.end();
        if (goes) CHECK(unit.machine_id == move.from);
        if (goes) unit.machine_id = move.to;
      }
      for (auto& state : after.states) {
        const auto unit = std::ranges::find(after.units, state.unit, &Unit::name);
        state.machine_id = unit->machine_id;
      }
    }
    CHECK(told(next_to_reschedule(moving_app(after), after, {})) == "nothing");
  }
}

TEST_CASE("So many stay active while one moves") {
  struct Row {
    const char* what;
    std::vector<std::string> active;  ///< Of the instances, by number; all on the first machine.
    std::optional<InstanceCount> min;
    std::string next;
  };

  for (const auto& row : std::vector<Row>{
           {"all others", {"active", "active", "active"}, {}, "app@1.service a>b"},
           {"not all others",
            {"active", "failed", "active"},
            {},
            "app@1.service can't be moved: 1 of app would stay active, and 2 must; app@2.service "
            "isn't active"},
           {"as many as are asked for", {"active", "failed", "active"}, 1, "app@1.service a>b"},
           {"the only one", {"active", "failed"}, 0, "app@1.service a>b"},
           {"more than there are",
            {"active", "active"},
            2,
            "app@1.service can't be moved: 1 of app would stay active, and 2 must"},
           {"one that isn't active isn't moved", {"failed", "failed"}, {}, "nothing"}}) {
    INFO(row.what);
    MachineScene scene({"a", "b"});
    scene.unit("x.service", "a");
    for (std::size_t i = 0; i < row.active.size(); ++i)
      scene.unit("app@" + std::to_string(i + 1) + ".service", "a", {}, row.active[i]);
    const auto next = next_to_reschedule(moving_app(scene.look, row.min), scene.look, {});
    CHECK(told(next) == row.next);
    if (!next) CHECK(next.error().kind == ErrorKind::precondition);
  }
}

TEST_CASE("Who leaves a machine, and where to") {
  auto scene = MachineScene({"a", "b", "c"})
                   .unit("app@1.service", "a")
                   .unit("app@2.service", "b")
                   .unit("log@1.service", "a", x_fleet_line("MachineOf", "app@%i.service"))
                   .unit("x@7.service", "a")
                   .unit("x@8.service", "a")
                   .unit("y.service", "a", {}, "failed")
                   .unit("g.service", "", x_fleet_line("Global", "true"));
  const Blocker blocker{.machine_id = "a", .unit = "app@9.service"};
  scene.unit(blocker_name(blocker), "a", blocker_options(blocker));
  scene.look.machines.front().metadata["scale-fleet-drain"] = "a";
  const auto& look = scene.look;
  CHECK(check_may_leave("a", look));
  CHECK(units_left_on("a", look) ==
        std::vector<std::string>{
            "app@1.service", "log@1.service", "x@7.service", "x@8.service", "y.service"});
  const auto services = services_on("a", look, {{.service = *Service::parse("app")}});
  REQUIRE(services.size() == 3);
  CHECK(services[0].units == std::vector<std::string>{"app@1.service", "app@2.service"});
  CHECK(services[1] ==
        MovingUnits{.name = "x", .units = {"x@7.service", "x@8.service"}, .min_healthy = 0});
  CHECK(services[2].name == "y.service");
  CHECK(told(next_to_leave(services[0], look, "a")) == "app@1.service a>c");
  const auto move = next_to_leave(services[0], look, "a");
  CHECK((*move)->followers == std::vector<std::string>{"log@1.service"});
  CHECK((*move)->blocker == blocker_name({.machine_id = "a", .unit = "app@1.service"}));
  CHECK(told(next_to_leave(services[2], look, "a")) == "y.service a>c");
  CHECK_FALSE((*next_to_leave(services[2], look, "a"))->was_well);
  CHECK(told(next_to_leave(services[0], look, "c")) == "nothing");
}

TEST_CASE("A blocker keeps its unit away, and can be read again") {
  for (const auto* name : {"app@1.service", "a:b-c_d.mount", R"(dev-sda\x2d1.device)"}) {
    for (const auto state : {JobState::launched, JobState::loaded}) {
      INFO(name);
      const Blocker blocker{.machine_id = "a1", .unit = name, .state = state, .group = "workers"};
      const Unit unit{.name = blocker_name(blocker), .options = blocker_options(blocker)};
      CHECK(read_blocker(unit) == blocker);
      CHECK(check_unit_name(unit.name));
      MachineScene scene({"a1", "b"});
      scene.look.machines.front().metadata["scale-fleet-drain"] = "a1";
      scene.unit(unit.name, "a1", unit.options).unit(name, "b");
      scene.unit("app@7.service", "b");
      // It may not come back, though its machine is empty but for the blocker; others may.
      const auto b = services_on("b", scene.look, {});
      for (const auto& service : b) {
        const auto next = next_to_leave(service, scene.look, "b");
        CHECK(next.has_value() == (service.units.front() == "app@7.service"));
      }
    }
  }
  const Blocker blocker{.machine_id = "a1", .unit = "app.service"};
  CHECK_FALSE(read_blocker({.name = "app.service", .options = blocker_options(blocker)}));
  CHECK_FALSE(read_blocker({.name = "scale-fleet-drain-1.service", .options = {}}));
  auto other = blocker;
  other.machine_id = "a2";
  CHECK(blocker_name(other) != blocker_name(blocker));
  CHECK_FALSE(read_blocker({.name = blocker_name(other), .options = blocker_options(blocker)}));
}
