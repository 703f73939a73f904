#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "scale_fleet/commands/release_command.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"
#include "support/cluster_builder.hpp"
#include "support/fake_stop_request.hpp"
#include "support/recording_progress.hpp"
#include "support/sandbox_http_client.hpp"

namespace scale_fleet {

/// A text of a version: one that runs, unless other commands are given.
inline UnitOptions version(const std::string& name, UnitOptions commands = {}) {
  UnitOptions options{{.section = "Unit", .name = "Description", .value = "version " + name}};
  if (commands.empty()) {
    commands = {{.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"}};
  }
  options.insert(options.end(), commands.begin(), commands.end());
  return options;
}

inline const UnitOptions v1 = version("1");
inline const UnitOptions v2 = version("2");
inline const UnitOptions v3 = version("3");
inline const UnitOptions failing =
    version("that fails", {{.section = "Service", .name = "ExecStart", .value = "/bin/false"}});

inline std::string message_of(const ReleaseReport& report) {
  return report.scale.error ? report.scale.error->message : "no error";
}

/// Thrown where the process of a release is killed.
struct Killed {};

/// A cluster in which releases are played, watched after every event: how many instances of the
/// services run, at least and at most.
class ReleaseWorld {
 public:
  explicit ReleaseWorld(std::string service, SandboxSettings settings = three_machines())
      : sandbox(std::move(settings)), services{std::move(service)} {
    sandbox.after_event = [this] { look(); };
    connect();
  }

  static SandboxSettings three_machines() { return {.machines = sandbox_machines(3)}; }

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

  /// Puts a template and its instances there, and lets the cluster come to rest.
  void start_with(const std::string& service,
                  const UnitOptions& text,
                  const std::vector<InstanceNumber>& numbers) {
    const auto named = *Service::parse(service);
    sandbox.cluster.put_unit(named.template_name(), text, JobState::inactive);
    for (const auto number : numbers)
      sandbox.cluster.put_unit(named.instance_name(number), text, JobState::launched);
    sandbox.pass(std::chrono::minutes(1));
    least_healthy = running().size();
    most = least_healthy;
  }

  ReleaseReport release(const ReleaseRequest& request, const ReleaseOptions& options = {}) {
    const auto resolved = resolve_release(*fleet, request);
    if (!resolved) {
      ReleaseReport report;
      report.scale.error = resolved.error();
      return report;
    }
    return ReleaseCommand(
               {.fleet = *fleet, .clock = sandbox.clock, .stop = stop, .progress = progress},
               options,
               {.check = check, .asks_to_undo = asks_to_undo, .command_line = "scale-fleet deploy"})
        .run(*resolved);
  }

  /// The instances of the watched services that systemd says are active, by name.
  std::vector<std::string> running() const {
    std::vector<std::string> names;
    for (const auto& row : sandbox.cluster.states({}, {.first = 0, .count = 10'000}).items) {
      if (row.active == "active" && is_instance(row.unit)) names.push_back(row.unit);
    }
    return names;
  }

  /// Instances that run this text, by name: stored so, and reported so.
  std::vector<std::string> running(const UnitOptions& text) const {
    auto names = running();
    const auto hash = unit_hash(text);
    std::erase_if(names, [&](const std::string& name) {
      const auto rows = sandbox.cluster.states({.unit = name}, {.first = 0, .count = 1}).items;
      const auto unit = sandbox.cluster.unit(name);
      return !unit || unit->options != text || rows.front().hash != hash;
    });
    return names;
  }

  /// Every unit that Fleet holds, by name.
  std::vector<std::string> units() {
    sandbox.catch_up();
    std::vector<std::string> names;
    for (const auto& unit : sandbox.cluster.units({.first = 0, .count = 10'000}).items)
      names.push_back(unit.name);
    return names;
  }

  UnitOptions text_of(const std::string& unit) {
    const auto found = sandbox.cluster.unit(unit);
    return found ? found->options : UnitOptions{};
  }

  /// Called at each look, before it counts: for a world that makes instances fail.
  std::function<void()> before_look;

  SandboxWorld sandbox;
  FakeStopRequest stop{sandbox.clock};
  RecordingProgress progress;
  std::unique_ptr<SandboxHttpClient> http;
  std::unique_ptr<FleetApi> fleet;
  HealthCheck* check = nullptr;
  std::function<bool()> asks_to_undo;
  std::vector<std::string> services;  ///< Whose instances are counted together.
  std::size_t least_healthy = 0;
  std::size_t most = 0;
  std::size_t looks = 0;

 private:
  bool is_instance(const std::string& unit) const {
    if (parsed_.size() != services.size()) {
      parsed_.clear();
      for (const auto& service : services)
        parsed_.push_back(*Service::parse(service));
    }
    return std::ranges::any_of(parsed_, [&](const Service& service) {
      return instance_number(service, unit).has_value();
    });
  }

  void look() {
    if (before_look) before_look();
    ++looks;
    least_healthy = std::min(least_healthy, running().size());
    std::size_t count = 0;
    for (const auto& unit : sandbox.cluster.units({.first = 0, .count = 10'000}).items)
      count += is_instance(unit.name) ? 1U : 0U;
    most = std::max(most, count);
  }

  mutable std::vector<Service> parsed_;  // Of `services`: a look is taken after every event.
};

}  // namespace scale_fleet
