#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/release_world.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// A way of releasing: in place, or beside the former version.
struct Way {
  std::string name;
  std::string service;
  std::string former;

  /// The release of a text.
  ReleaseRequest request(const UnitOptions& text) const {
    ReleaseRequest request{
        .kind = ReleaseKind::deploy, .service = *Service::parse(service), .replaces = {}};
    if (former != service) request.replaces = *Service::parse(former);
    request.text = text;
    return request;
  }

  /// The way back, as it is typed after a release or in its midst.
  ReleaseRequest rollback() const {
    return {.kind = ReleaseKind::rollback, .service = *Service::parse(service), .replaces = {}};
  }
};

inline std::vector<Way> both_ways() {
  return {{"in place", "my_app", "my_app"},
          {"beside each other", "example:2.0.0", "example:1.0.0"}};
}

inline std::vector<std::string> instances(const std::string& service, InstanceCount count) {
  std::vector<std::string> names;
  for (InstanceNumber number = 1; number <= count; ++number)
    names.push_back(Service::parse(service)->instance_name(number));
  return names;
}

inline std::string template_of(const std::string& service) {
  return Service::parse(service)->template_name();
}

/// Quick to start, so that there are fewer looks and a sweep over requests stays short.
inline SandboxSettings quick_machines() {
  auto settings = ReleaseWorld::three_machines();
  settings.engine_delay = settings.agent_delay = std::chrono::milliseconds(200);
  settings.start_delay = settings.stop_delay = std::chrono::milliseconds(200);
  return settings;
}

inline ReleaseOptions quick_options() {
  return {.scale = {.timeout = std::chrono::seconds(30)}, .settle = std::chrono::milliseconds(200)};
}

/// Instances of the former version run, on three machines; five of them unless said.
inline std::unique_ptr<ReleaseWorld> quick_world(const Way& way,
                                                 const UnitOptions& text,
                                                 InstanceCount count = 5,
                                                 SandboxSettings settings = quick_machines()) {
  auto world = std::make_unique<ReleaseWorld>(way.service, std::move(settings));
  if (way.former != way.service) world->services.push_back(way.former);
  std::vector<InstanceNumber> numbers;
  for (InstanceNumber number = 1; number <= count; ++number)
    numbers.push_back(number);
  world->start_with(way.former, text, numbers);
  return world;
}

/// The units of Fleet that aren't what a release keeps for the way back, `former@`.
inline std::vector<std::string> without_kept(ReleaseWorld& world) {
  auto names = world.units();
  std::erase_if(
      names, [](const std::string& name) { return name.find(".former@.") != std::string::npos; });
  return names;
}

/// Exactly these instances, all with this text, and no trace of a release but for the kept version.
inline void check_ends_at(ReleaseWorld& world,
                          const std::string& service,
                          const UnitOptions& text,
                          InstanceCount count = 5) {
  CHECK(world.running(text) == instances(service, count));
  CHECK(world.running() == instances(service, count));
  CHECK(world.text_of(template_of(service)) == text);
  auto names = without_kept(world);
  std::erase_if(names, is_template_name);
  CHECK(names == instances(service, count));
  for (const auto& name : world.units())
    CHECK(name.find(".release@.") == std::string::npos);
}

/// What Fleet holds: unit, its text and the state that is wanted of it.
using Holdings = std::map<std::string, std::pair<UnitOptions, std::optional<JobState>>>;

inline Holdings holdings_of(ReleaseWorld& world) {
  Holdings holdings;
  for (const auto& name : world.units()) {
    const auto unit = world.sandbox.cluster.unit(name);
    if (unit) holdings.emplace(name, std::pair(unit->options, unit->desired_state));
  }
  return holdings;
}

/// What a report says of each unit is so, where nobody else was at work: what was done last is
/// there, and what isn't named, or was skipped, is as it was.
inline void check_truth(const ReleaseReport& report, const Holdings& before, ReleaseWorld& world) {
  const auto now = holdings_of(world);
  std::map<std::string, const Change*> last;
  for (const auto& service : report.scale.services) {
    for (const auto& change : service.changes) {
      CHECK(change.result != StepResult::planned);
      CHECK((change.result == StepResult::failed) == change.error.has_value());
      if (change.result == StepResult::skipped) continue;
      auto& latest = last[change.step.unit];
      if (latest == nullptr || latest->turn < change.turn) latest = &change;
    }
  }
  for (const auto& [unit, held] : before) {
    INFO(unit << " was there before");
    if (!last.contains(unit)) CHECK((now.contains(unit) && now.at(unit) == held));
  }
  for (const auto& [unit, held] : now) {
    INFO(unit << " is there now");
    if (!last.contains(unit)) CHECK(before.contains(unit));
  }
  for (const auto& [unit, change] : last) {
    INFO(unit << ": " << to_string(change->step.action));
    if (change->result != StepResult::done) continue;
    const bool is_gone = change->step.action == Action::destroy;
    CHECK(now.contains(unit) != is_gone);
    if (is_gone || !now.contains(unit)) continue;
    if (change->step.options) CHECK(now.at(unit).first == *change->step.options);
    CHECK(now.at(unit).second ==
          (is_template_name(unit) ? JobState::inactive : JobState::launched));
  }
}

/// Nobody was missing, and nobody too many, at any moment.
inline void check_limits(const ReleaseWorld& world, std::size_t least = 5, std::size_t most = 6) {
  CHECK(world.least_healthy >= least);
  CHECK(world.most <= most);
}

inline bool is_write(const HttpRequest& request) {
  return request.method != "GET";
}

}  // namespace scale_fleet
