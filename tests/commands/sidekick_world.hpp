#pragma once

#include <string>
#include <vector>

#include "support/scale_world.hpp"

namespace scale_fleet {

inline constexpr const char* logger = "my_app_logger";
inline constexpr const char* announcer = "my_app_announcer";

inline UnitOptions plus(UnitOptions options, std::initializer_list<UnitOption> more) {
  options.insert(options.end(), more);
  return options;
}

/// Lines of a sidekick of my_app, on the same machine.
inline UnitOptions sidekick_options() {
  return {{"Unit", "BindsTo", "my_app@%i.service"},
          {"Service", "ExecStart", "/bin/sleep 100000"},
          {"X-Fleet", "MachineOf", "my_app@%i.service"}};
}

/// my_app with its sidekicks, and a watch on their order at every request.
class SidekickWorld : public ScaleWorld {
 public:
  explicit SidekickWorld(SandboxSettings settings = {}) : ScaleWorld(std::move(settings)) {
    http.before_acting = [this](const HttpRequest& request) { watch(request); };
  }

  /// A template, and so many running instances.
  void stand(const std::string& service,
             const std::vector<InstanceNumber>& numbers,
             const UnitOptions& options) {
    sandbox.cluster.put_unit(service + "@.service", options, JobState::inactive);
    for (const auto number : numbers)
      sandbox.cluster.put_unit(unit_of(service, number), options, JobState::launched);
    sandbox.pass(std::chrono::minutes(1));
  }

  /// my_app and the logger with the same numbers.
  void stand_both(const std::vector<InstanceNumber>& numbers,
                  const UnitOptions& of_logger = sidekick_options()) {
    stand("my_app", numbers, plain_options());
    stand(logger, numbers, of_logger);
  }

  static std::string unit_of(const std::string& service, InstanceNumber number) {
    return service + "@" + std::to_string(number) + ".service";
  }

  static ScaleRequest request_with(const std::string& count,
                                   const std::vector<std::string>& sidekicks = {logger}) {
    auto wish = request(count);
    for (const auto& sidekick : sidekicks)
      wish.sidekicks.push_back(*Service::parse(sidekick));
    return wish;
  }

  ScaleReport scale_with(const std::string& count, ScaleOptions options = {}) {
    return ScaleCommand(world(), options).run({request_with(count)});
  }

  bool has(const std::string& service, InstanceNumber number) const {
    return sandbox.cluster.unit(unit_of(service, number)).has_value();
  }

  /// The numbers of the service's instances in Fleet.
  std::vector<InstanceNumber> numbers_of(const std::string& service) {
    sandbox.catch_up();
    const auto all = sandbox.cluster.units({.first = 0, .count = 100'000}).items;
    std::vector<InstanceNumber> found;
    for (const auto& instance : snapshot_of(*Service::parse(service), all, {}).instances)
      found.push_back(instance.number);
    return found;
  }

  /// `PUT my_app@3.service`, of each write, in the order in which they acted.
  std::vector<std::string> writes;
  /// What broke the order.
  std::vector<std::string> violations;
  /// Called after the watch, as SandboxHttpClient::before_acting.
  std::function<void(const HttpRequest&)> meddle = [](const HttpRequest&) {};

 private:
  void watch(const HttpRequest& request) {
    if (request.method != "GET") {
      const auto unit = unit_in(request.target);
      writes.push_back(request.method + " " + unit);
      check(request.method, unit);
    }
    meddle(request);
  }

  void check(const std::string& method, const std::string& unit) {
    const auto my_app = *Service::parse("my_app");
    const auto number = instance_number(my_app, unit);
    for (const auto* sidekick : {logger, announcer}) {
      if (method == "DELETE" && number && has(sidekick, *number))
        violations.push_back(unit + " is destroyed before its " + sidekick);
      const auto its_number = instance_number(*Service::parse(sidekick), unit);
      const bool is_new = its_number && !has(sidekick, *its_number);
      if (method == "PUT" && is_new && !has("my_app", *its_number))
        violations.push_back(unit + " is created before its main instance");
    }
  }

  static std::string unit_in(const std::string& target) {
    auto unit = target.substr(target.rfind('/') + 1);
    if (const auto at = unit.find("%40"); at != std::string::npos) unit.replace(at, 3, "@");
    return unit;
  }
};

}  // namespace scale_fleet
