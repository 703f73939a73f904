#pragma once

#include <map>
#include <string>
#include <vector>

#include "scale_fleet/commands/apply_command.hpp"
#include "support/scale_world.hpp"

namespace scale_fleet {

inline UnitOptions text_of_version(const std::string& version) {
  return {{.section = "Unit", .name = "Description", .value = "version " + version},
          {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"}};
}

/// A service of the file, made of `units/NAME` in the version that the world says.
inline DeclaredService declared(const std::string& name,
                                InstanceCount min,
                                std::optional<InstanceCount> max = std::nullopt) {
  const bool is_single = name.ends_with(".service");
  DeclaredService service{.service =
                              is_single ? *Service::parse_single(name) : *Service::parse(name)};
  service.template_file = "units/" + name;
  service.policy.min = min;
  service.policy.max = max;
  return service;
}

inline DeclaredSidekick attached(const std::string& name) {
  return {.service = *Service::parse(name), .template_file = "units/" + name};
}

/// A sandbox's cluster, and what a declared file says of it.
class DeclaredWorld : public ScaleWorld {
 public:
  explicit DeclaredWorld(SandboxSettings settings = {.machines = sandbox_machines(3)})
      : ScaleWorld(std::move(settings)) {}

  /// Units of that name are made of this version from now on; of version 1 unless this says so.
  void rewrite(const std::string& name, const std::string& version) { versions_[name] = version; }

  DeclaredTexts texts() const {
    DeclaredTexts texts;
    const auto add = [&](const std::optional<std::filesystem::path>& path) {
      if (!path) return;
      const auto found = versions_.find(path->filename().string());
      texts[*path] = std::make_shared<const UnitOptions>(
          text_of_version(found == versions_.end() ? "1" : found->second));
    };
    for (const auto& service : file.services) {
      add(service.template_file);
      for (const auto& sidekick : service.attached)
        add(sidekick.template_file);
    }
    return texts;
  }

  /// What the program does of `plan FILE`.
  ScaleReport plan() {
    const auto look = look_at_cluster(*fleet);
    if (!look) return {.status = status_of(look.error().kind), .error = look.error()};
    return plan_declared(file, declared_requests(file, texts(), *look, now), *look);
  }

  /// What it does of `apply FILE`.
  ScaleReport apply(ScaleOptions options = {}) {
    const auto look = look_at_cluster(*fleet);
    if (!look) return {.status = status_of(look.error().kind), .error = look.error()};
    return ApplyCommand(world(), options, std::nullopt)
        .run(file, declared_requests(file, texts(), *look, now), *look);
  }

  void put(const std::string& unit,
           const std::string& version = "1",
           JobState state = JobState::launched) {
    sandbox.cluster.put_unit(unit, text_of_version(version), state);
  }

  void rest() { sandbox.pass(std::chrono::minutes(1)); }

  /// `web@1.service launched 1`, by name: every unit with its desired state and version.
  std::vector<std::string> units() {
    sandbox.catch_up();
    std::vector<std::string> lines;
    for (const auto& unit : sandbox.cluster.units({.first = 0, .count = 10'000}).items) {
      const std::string description(option_values(unit.options, "Unit", "Description").at(0));
      lines.push_back(unit.name + " " +
                      std::string(to_string(unit.desired_state.value_or(JobState::inactive))) +
                      description.substr(description.rfind(' ')));
    }
    return lines;
  }

  DeclaredFile file;
  WallTime now{};

 private:
  std::map<std::string, std::string> versions_;
};

/// `create web@1.service, …`: of all services, in the order of the report.
inline std::string changes_in(const ScaleReport& report) {
  std::string text;
  for (const auto& service : report.services) {
    for (const auto& change : service.changes) {
      text += (text.empty() ? "" : ", ") + std::string(to_string(change.step.action)) + " " +
              change.step.unit;
    }
  }
  return text;
}

inline const ServiceReport& report_on(const ScaleReport& report, const std::string& service) {
  for (const auto& each : report.services) {
    if (each.service == service) return each;
  }
  throw std::out_of_range(service + " is not in the report");
}

inline std::string ending_of(const ServiceReport& report) {
  return std::string(to_string(report.status)) +
         (report.error ? ": " + report.error->message : std::string());
}

}  // namespace scale_fleet
