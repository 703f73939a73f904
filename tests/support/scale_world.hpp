#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scale_fleet/commands/scale_command.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "support/cluster_builder.hpp"
#include "support/fake_stop_request.hpp"
#include "support/recording_progress.hpp"
#include "support/sandbox_http_client.hpp"

namespace scale_fleet {

/// A sandbox cluster and everything that scaling it needs, without a network, on simulated time.
class ScaleWorld {
 public:
  explicit ScaleWorld(SandboxSettings settings = {}) : sandbox(std::move(settings)), http(sandbox) {
    fleet = make_http_fleet_api(
        {.http = http,
         .clock = sandbox.clock,
         .stop = stop,
         .retry = {},
         .random = [] { return 0.5; },
         .on_retry = [this](const std::string& line) { retries.push_back(line); }});
  }

  World world() {
    return {.fleet = *fleet, .clock = sandbox.clock, .stop = stop, .progress = progress};
  }

  /// Puts a template and so many running instances there, and lets the cluster come to rest.
  void start_with(const std::vector<InstanceNumber>& numbers,
                  UnitOptions options = plain_options()) {
    sandbox.cluster.put_unit("my_app@.service", options, JobState::inactive);
    for (const auto number : numbers) {
      sandbox.cluster.put_unit(unit(number), options, JobState::launched);
    }
    sandbox.pass(std::chrono::minutes(1));
  }

  static std::string unit(InstanceNumber number) {
    return "my_app@" + std::to_string(number) + ".service";
  }

  static std::vector<InstanceNumber> numbers(InstanceNumber first, InstanceNumber last) {
    std::vector<InstanceNumber> all;
    for (auto number = first; number <= last; ++number)
      all.push_back(number);
    return all;
  }

  static ScaleRequest request(const std::string& count, const std::string& service = "my_app") {
    return {.service = *Service::parse(service), .count = *Count::parse(count)};
  }

  ScaleReport scale(const std::string& count, ScaleOptions options = {}) {
    return ScaleCommand(world(), options).run({request(count)});
  }

  void inject(const std::string& spec) { sandbox.faults.add(*parse_fault(spec)); }

  /// The numbers of the instances that Fleet has, in order.
  std::vector<InstanceNumber> instances() {
    sandbox.catch_up();
    const auto all = sandbox.cluster.units({.first = 0, .count = 100'000}).items;
    const auto look = snapshot_of(*Service::parse("my_app"), all, {});
    std::vector<InstanceNumber> found;
    for (const auto& instance : look.instances)
      found.push_back(instance.number);
    return found;
  }

  /// How many requests of that method were sent.
  std::size_t sent(const std::string& method) const {
    std::size_t count = 0;
    for (const auto& seen : http.requests())
      count += seen.method == method ? 1U : 0U;
    return count;
  }

  SandboxWorld sandbox;
  SandboxHttpClient http;
  FakeStopRequest stop{sandbox.clock};
  RecordingProgress progress;
  std::vector<std::string> retries;
  std::unique_ptr<FleetApi> fleet;
};

}  // namespace scale_fleet
