#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/commands/drain.hpp"
#include "scale_fleet/commands/reschedule_command.hpp"
#include "scale_fleet/core/drain_blocker.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "support/cluster_builder.hpp"
#include "support/fake_stop_request.hpp"
#include "support/recording_progress.hpp"
#include "support/sandbox_http_client.hpp"

namespace scale_fleet {

/// Thrown where the process that moves units is killed.
struct MoverKilled {};

/// A cluster in which units are moved, watched after every event: how many instances of each
/// service are active, at least.
class MoveWorld {
 public:
  static SandboxSettings quick(std::size_t machines) {
    return {.machines = sandbox_machines(machines),
            .engine_delay = std::chrono::milliseconds(200),
            .agent_delay = std::chrono::milliseconds(200),
            .start_delay = std::chrono::milliseconds(200),
            .stop_delay = std::chrono::milliseconds(200),
            .publish_period = std::chrono::seconds(2)};
  }

  explicit MoveWorld(std::size_t machines) : MoveWorld(quick(machines)) {}

  explicit MoveWorld(SandboxSettings settings) : sandbox(std::move(settings)) {
    sandbox.after_event = [this] { witness(); };
    connect();
  }

  /// A new client, as another process has it: nothing of the former one is in flight any more.
  void connect() {
    http = std::make_unique<SandboxHttpClient>(sandbox);
    fleet = make_http_fleet_api({.http = *http,
                                 .clock = sandbox.clock,
                                 .stop = stop,
                                 .retry = {},
                                 .random = [] { return 0.5; },
                                 .on_retry = [](const std::string&) {}});
  }

  World world() {
    return {.fleet = *fleet, .clock = sandbox.clock, .stop = stop, .progress = progress};
  }

  void launch(const std::string& unit, const UnitOptions& demands = {}) {
    auto options = plain_options();
    options.insert(options.end(), demands.begin(), demands.end());
    sandbox.cluster.put_unit(unit, options, JobState::launched);
    settle();
  }

  void launch_instances(const std::string& service,
                        InstanceNumber count,
                        const UnitOptions& demands = {}) {
    for (InstanceNumber number = 1; number <= count; ++number)
      launch(Service::parse(service)->instance_name(number), demands);
  }

  void settle(Duration duration = std::chrono::seconds(10)) { sandbox.pass(duration); }

  /// From now on the least number of active instances is counted.
  void start_watching() {
    least_active.clear();
    watches = true;
    witness();
  }

  static std::string machine(std::size_t number) {
    return sandbox_machines(number).at(number - 1).id;
  }

  /// The number of the machine that the unit is on; 0: none.
  std::size_t place_of(const std::string& unit) {
    const auto found = sandbox.cluster.unit(unit);
    if (!found || found->machine_id.empty()) return 0;
    return std::stoul(found->machine_id.substr(0, 8), nullptr, 16);
  }

  /// How many instances of the service each machine has, from the first on.
  std::vector<int> spread(const std::string& service) {
    const auto of = *Service::parse(service);
    std::vector<int> counts(sandbox.cluster.machines().size());
    for (const auto& unit : units()) {
      if (!instance_number(of, unit.name) || unit.machine_id.empty()) continue;
      const auto place = place_of(unit.name);
      if (place <= counts.size()) ++counts[place - 1];
    }
    return counts;
  }

  std::vector<Unit> units() const {
    return sandbox.cluster.units({.first = 0, .count = 10'000}).items;
  }

  /// Units that are set to something else than launched, and those that aren't active.
  std::vector<std::string> not_running() const {
    std::vector<std::string> names;
    for (const auto& unit : units()) {
      const bool runs =
          unit.desired_state == JobState::launched && sandbox.cluster.is_active(unit.name);
      const bool counts = !is_template_name(unit.name) && !is_global(unit.options);
      if (!runs && counts) names.push_back(unit.name);
    }
    return names;
  }

  /// What drains leave behind: the names of blockers, and of machines with the key.
  std::vector<std::string> traces() const {
    std::vector<std::string> names;
    for (const auto& unit : units()) {
      if (unit.name.starts_with(blocker_prefix)) names.push_back(unit.name);
    }
    for (const auto& each : sandbox.cluster.machines()) {
      if (each.metadata.contains(std::string(drain_metadata_key))) names.push_back(each.id);
    }
    return names;
  }

  static ServiceMoves moves(const std::string& service,
                            std::optional<InstanceCount> min_healthy = {}) {
    return {.service = *Service::parse(service), .min_healthy = min_healthy};
  }

  MoveReport reschedule(const std::vector<std::string>& services, RescheduleOptions options = {}) {
    std::vector<RescheduleRequest> requests;
    for (const auto& service : services)
      requests.push_back({.service = moves(service), .timeout = std::chrono::seconds(30)});
    return RescheduleCommand(world(), options).run(requests);
  }

  Drain drain(std::vector<ServiceMoves> services = {}) {
    return Drain(
        world(),
        {.services = std::move(services), .timeout = std::chrono::seconds(30), .group = "workers"});
  }

  SandboxWorld sandbox;
  FakeStopRequest stop{sandbox.clock};
  RecordingProgress progress;
  std::unique_ptr<SandboxHttpClient> http;
  std::unique_ptr<FleetApi> fleet;
  bool watches = false;
  /// By service, since start_watching().
  std::map<std::string, std::size_t> least_active;

 private:
  void witness() {
    if (!watches) return;
    std::map<std::string, std::size_t> active;
    for (const auto& [service, least] : least_active)
      active[service] = 0;
    for (const auto& unit : units()) {
      const auto service = service_of(unit.name);
      if (service && sandbox.cluster.is_active(unit.name)) ++active[service->display_name()];
    }
    for (const auto& [service, count] : active) {
      const auto [least, is_new] = least_active.try_emplace(service, count);
      least->second = std::min(least->second, count);
    }
  }
};

/// `my_app@1.service 1>2` for each move that was done, and others with their result behind.
inline std::vector<std::string> lines_of(const MoveReport& report) {
  const auto number = [](const std::string& id) {
    return id.empty() ? std::string("-") : std::to_string(std::stoul(id.substr(0, 8), nullptr, 16));
  };
  std::vector<std::string> lines;
  for (const auto& service : report.services) {
    for (const auto& moved : service.moved) {
      auto line = moved.unit + " " + number(moved.from) + ">" + number(moved.to);
      if (moved.result != StepResult::done) line += " " + std::string(to_string(moved.result));
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

inline std::string message_of(const MoveReport& report) {
  if (report.error) return report.error->message;
  for (const auto& service : report.services) {
    if (service.error) return service.error->message;
  }
  return "no error";
}

}  // namespace scale_fleet
