#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "program/program_world.hpp"
#include "scale_fleet/core/drain_blocker.hpp"
#include "support/auto_scaling_double.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// A Fleet whose machines come and go quickly.
inline FleetPlace quick_machines() {
  auto place = quick;
  place.machine_ttl = std::chrono::milliseconds(1);
  return place;
}

/// The machines of a Fleet as an Auto Scaling group has them: what AWS launches joins the cluster,
/// what it ends is lost to it.
class MachinesAtAws {
 public:
  explicit MachinesAtAws(FleetServer& fleet) : fleet_(fleet) {
    doubled.with([this](AutoScalingState& state) {
      state.groups = {{.name = "web", .min = 1, .max = 5, .desired = 3}};
      auto& group = state.groups.front();
      for (const auto& machine : fleet_.with([](auto& cluster) { return cluster.machines(); })) {
        ++state.launched;
        group.instances.push_back({.id = "i-" + machine.primary_ip, .ip = machine.primary_ip});
      }
      state.on_launch = [this](const DoubleInstance& instance) { join(instance); };
      state.on_terminate = [this](const DoubleInstance& instance) { lose(instance); };
    });
  }

  std::map<std::string, std::string> environment() const {
    return {{"AWS_ENDPOINT_URL", doubled.endpoint()},
            {"AWS_ACCESS_KEY_ID", AutoScalingDouble::access_key_id},
            {"AWS_SECRET_ACCESS_KEY", AutoScalingDouble::secret_access_key},
            {"AWS_REGION", AutoScalingDouble::region}};
  }

  std::size_t calls_of(const std::string& action) {
    return doubled.with([&](const AutoScalingState& state) {
      return static_cast<std::size_t>(std::ranges::count(state.calls, action, &SeenCall::action));
    });
  }

  /// That change the group.
  std::size_t changes() {
    return calls_of("SetDesiredCapacity") + calls_of("TerminateInstanceInAutoScalingGroup");
  }

  void befall(const std::string& action, AutoScalingFault::Kind kind, int times = 1) {
    doubled.with([&](AutoScalingState& state) {
      for (int i = 0; i < times; ++i)
        state.faults.push_back({.action = action, .kind = kind});
    });
  }

  std::uint32_t desired() {
    return doubled.with([](AutoScalingState& state) { return state.find("web")->desired; });
  }

  /// What still was on machines at the moment at which AWS was told to end them.
  std::vector<std::string> found_on_ended() {
    const std::scoped_lock lock(mutex_);
    return found_on_ended_;
  }

  AutoScalingDouble doubled;

 private:
  void join(const DoubleInstance& instance) {
    auto id = instance.id.substr(2);
    id.insert(0, 32 - id.size(), 'f');
    fleet_.with([&](SandboxCluster& cluster) {
      cluster.add_machine({.id = id, .primary_ip = instance.ip, .metadata = {}});
    });
  }

  void lose(const DoubleInstance& instance) {
    auto found = fleet_.with([&](SandboxCluster& cluster) {
      std::vector<std::string> names;
      for (const auto& machine : cluster.machines()) {
        if (machine.primary_ip != instance.ip) continue;
        // Those that keep others away never run.
        const auto add = [&](const std::string& unit) {
          if (!unit.starts_with(blocker_prefix)) names.push_back(unit);
        };
        for (const auto& row :
             cluster.states({.unit = {}, .machine_id = machine.id}, {0, 1'000}).items)
          add(row.unit);
        for (const auto& unit : cluster.units({0, 1'000}).items) {
          if (unit.machine_id == machine.id) add(unit.name);
        }
        cluster.lose_machine(machine.id);
      }
      return names;
    });
    const std::scoped_lock lock(mutex_);
    std::ranges::move(found, std::back_inserter(found_on_ended_));
  }

  FleetServer& fleet_;
  std::mutex mutex_;
  std::vector<std::string> found_on_ended_;
};

/// How many units of my_app each machine has, by its address, of those that are active.
inline std::map<std::string, int> spread_of(FleetServer& fleet) {
  return fleet.with([](SandboxCluster& cluster) {
    std::map<std::string, int> counts;
    const auto machines = cluster.machines();
    for (const auto& machine : machines)
      counts[machine.primary_ip] = 0;
    for (const auto& unit : cluster.units({0, 1'000}).items) {
      if (!unit.name.starts_with("my_app@") || !cluster.is_active(unit.name)) continue;
      const auto found = std::ranges::find(machines, unit.machine_id, &Machine::id);
      ++counts[found == machines.end() ? "nowhere" : found->primary_ip];
    }
    return counts;
  });
}

/// A bash script for `command:`: what each verb does.
inline void write_cloud(const TemporaryFolder& folder, const std::string& verbs) {
  folder.write("cloud",
               "#!/bin/bash\ncd \"${0%/*}\" || exit 1\necho \"$@\" >>calls\ncase $1 in\n" + verbs +
                   "esac\n");
  std::filesystem::permissions(folder.path("cloud"), std::filesystem::perms::owner_all);
}

/// What that script was run with, a line each time.
inline std::string calls_of_cloud(const TemporaryFolder& folder) {
  std::ifstream stream(folder.path("calls"));
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace scale_fleet
