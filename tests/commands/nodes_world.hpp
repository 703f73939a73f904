#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/move_world.hpp"
#include "scale_fleet/commands/nodes_command.hpp"

namespace scale_fleet {

/// A cloud whose machines join a sandbox's cluster some time after they were asked for, and leave
/// it some time after they were ended.
class SandboxNodeGroup : public NodeGroup {
 public:
  SandboxNodeGroup(SandboxWorld& sandbox, std::size_t machines) : sandbox_(sandbox) {
    for (std::size_t number = 1; number <= machines; ++number)
      state.members.push_back(member(number));
    state.desired = static_cast<InstanceCount>(machines);
    last_ = machines;
  }

  static GroupMember member(std::size_t number) {
    return {.id = fmt::format("i-{}", number),
            .ip = sandbox_machines(number).at(number - 1).primary_ip,
            .since = WallTime(Millis(static_cast<std::int64_t>(number) * 1000))};
  }

  Result<GroupLook> look() override {
    call("look");
    advance();
    if (broken) return tl::unexpected(*broken);
    auto look = state;
    if (names_none) look.members.clear();
    return look;
  }

  Outcome set_desired(InstanceCount count) override {
    call(fmt::format("set_desired {}", count));
    if (refuses) return tl::unexpected(*refuses);
    for (auto missing = count - state.desired; missing > 0; --missing) {
      coming_.push_back({++last_, sandbox_.clock.now() + boot_time});
      if (!lists_booting) continue;
      state.members.push_back(member(last_));
      state.members.back().is_in_service = false;
    }
    state.desired = count;
    return {};
  }

  Outcome terminate(const std::string& id) override {
    call("terminate " + id);
    if (refuses) return tl::unexpected(*refuses);
    const auto found = std::ranges::find(state.members, id, &GroupMember::id);
    if (found == state.members.end())
      return failure(ErrorKind::refused, id + " is not in the group");
    found->is_in_service = false;
    --state.desired;
    going_.push_back({std::stoul(id.substr(2)), sandbox_.clock.now() + end_time});
    return {};
  }

  Result<std::vector<LaunchFailure>> launch_failures(WallTime) override {
    call("launch_failures");
    return failures;
  }

  std::string display_name() const override { return "the group of the test"; }

  /// Lets machines come and go that are due.
  void advance() {
    const auto now = sandbox_.clock.now();
    const auto comes = [&](const Due& due) {
      return due.moment <= now && !launches_fail && due.number <= last_to_come;
    };
    for (const auto& due : coming_) {
      const auto number = due.number;
      if (!comes(due)) continue;
      std::erase_if(state.members, [&](const GroupMember& each) {
        return each.id == fmt::format("i-{}", number);
      });
      state.members.push_back(member(number));
      sandbox_.cluster.add_machine(machine(number));
    }
    std::erase_if(coming_, comes);
    for (const auto& due : going_) {
      if (due.moment > now) continue;
      sandbox_.cluster.lose_machine(machine(due.number).id);
      std::erase_if(state.members, [&](const GroupMember& each) {
        return each.id == fmt::format("i-{}", due.number);
      });
    }
    std::erase_if(going_, [&](const Due& due) { return due.moment <= now; });
  }

  /// As Fleet shows it.
  Machine machine(std::size_t number) const {
    auto made = sandbox_machines(number).at(number - 1);
    if (has_metadata) made.metadata["instance_id"] = fmt::format("i-{}", number);
    return made;
  }

  GroupLook state;
  std::vector<std::string> calls;
  std::vector<LaunchFailure> failures;
  std::optional<Error> refuses;  ///< Every change.
  std::optional<Error> broken;   ///< Every look.
  bool has_metadata = true;
  bool launches_fail = false;
  std::size_t last_to_come = 1000;  ///< Those of a higher number don't.
  bool names_none = false;          ///< As a program that prints the count alone.
  bool lists_booting = false;       ///< Members that aren't in service yet.
  Duration boot_time = std::chrono::seconds(40);
  Duration end_time = std::chrono::seconds(20);
  std::function<void(const std::string&)> before_call;

  /// What was asked for that changes the group.
  std::vector<std::string> changes() const {
    auto all = calls;
    std::erase_if(
        all, [](const std::string& word) { return word == "look" || word == "launch_failures"; });
    return all;
  }

 private:
  struct Due {
    std::size_t number = 0;
    TimePoint moment;
  };

  void call(const std::string& what) {
    if (before_call) before_call(what);
    calls.push_back(what);
  }

  SandboxWorld& sandbox_;
  std::vector<Due> coming_;
  std::vector<Due> going_;
  std::size_t last_ = 0;
};

/// A cluster on a group of machines.
class NodesTestWorld : public MoveWorld {
 public:
  explicit NodesTestWorld(std::size_t machines, bool has_metadata = true)
      : MoveWorld(machines), group(sandbox, machines) {
    group.has_metadata = has_metadata;
    for (std::size_t number = 1; number <= machines; ++number)
      sandbox.cluster.add_machine(group.machine(number));
    nodes.name = "workers";
    nodes.policy.min = 1;
    nodes.policy.max = 6;
    nodes.timeout = std::chrono::minutes(5);
    sandbox.after_event = [this, former = sandbox.after_event] {
      former();
      group.advance();
    };
  }

  static DeclaredService service(const std::string& name, bool may_move = true) {
    DeclaredService declared{.service = *Service::parse(name)};
    declared.timeout = std::chrono::seconds(30);
    if (may_move) declared.reschedule = MayMove{};
    return declared;
  }

  NodesReport run(const std::string& count,
                  NodesOptions options = {},
                  std::optional<Launches> awaited = {}) {
    const WallTime begun(Millis(1'795'248'000'000));
    return NodesCommand({.world = world(),
                         .group = group,
                         .wall_time = [=] { return begun; },
                         .on_asked = [this] { asked.push_back(group.state.desired); }},
                        options)
        .run({.nodes = nodes,
              .count = *Count::parse(count),
              .services = services,
              .awaited = std::move(awaited)});
  }

  SandboxNodeGroup group;
  std::vector<InstanceCount> asked;  ///< Higher counts that the group has taken.
  DeclaredNodes nodes;
  std::vector<DeclaredService> services{service("my_app")};
};

inline std::string message_of(const NodesReport& report) {
  return report.error ? report.error->message : "no error";
}

}  // namespace scale_fleet
