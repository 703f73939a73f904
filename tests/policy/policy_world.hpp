#pragma once

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

/// A service with its metrics and its past, and a clock that stands still unless it is set. Second
/// 0 is 2026-11-21T08:00:00Z, a Saturday.
struct PolicyWorld {
  ServicePolicy policy = {};
  Samples samples = {};
  History history = {};
  std::optional<Pause> pause = std::nullopt;
  std::optional<InstanceCount> desired = std::nullopt;
  std::vector<InstanceView> instances = {};
  std::vector<Demand> demands = {};
  WallTime now = at(0);

  static WallTime at(int second) {
    return WallTime(std::chrono::milliseconds(1'795'248'000'000)) + std::chrono::seconds(second);
  }

  /// Instances 1 … count, well since long ago: the first the longest.
  PolicyWorld& with(InstanceCount count) {
    instances.clear();
    for (InstanceNumber number = 1; number <= count; ++number)
      instances.push_back(well_since(number, at(-100'000 + static_cast<int>(number))));
    return *this;
  }

  static InstanceView well_since(InstanceNumber number, WallTime since) {
    return {.number = number, .unit = unit(number), .is_idle = false, .well_since = since};
  }

  /// Victims go, the lowest free numbers come and are well at once.
  void carry_out(const Decision& decision) {
    std::erase_if(instances, [&](const InstanceView& instance) {
      return std::ranges::find(decision.victims, instance.number) != decision.victims.end();
    });
    for (InstanceNumber number = 1; instances.size() < decision.count; ++number) {
      const auto place = std::ranges::lower_bound(instances, number, {}, &InstanceView::number);
      if (place == instances.end() || place->number != number)
        instances.insert(place, well_since(number, now));
    }
  }

  static std::string unit(InstanceNumber number) {
    return "web@" + std::to_string(number) + ".service";
  }

  InstanceView& instance(InstanceNumber number) { return instances.at(number - 1); }

  /// `series` is `0:91 10:92.5`: second and value of each sample of the metric of that name.
  PolicyWorld& add(const Metric& metric,
                   const std::string& series,
                   const std::string& instance = "") {
    std::istringstream words(series);
    for (std::string word; words >> word;) {
      const auto colon = word.find(':');
      samples.add(metric_key(metric),
                  instance,
                  {at(std::atoi(word.c_str())), std::strtod(word.c_str() + colon + 1, nullptr)});
    }
    return *this;
  }

  PolicyWorld& at_second(int second) {
    now = at(second);
    return *this;
  }

  Decision decide() const {
    const Situation situation{.instances = instances,
                              .samples = samples,
                              .pause = pause,
                              .desired = desired,
                              .demands = demands};
    return scale_fleet::decide(policy, situation, history, now);
  }

  InstanceCount count() const { return static_cast<InstanceCount>(instances.size()); }

  /// A tick of the daemon: looks, decides, does it at once, remembers.
  Decision tick(int second) {
    at_second(second);
    history = after_look(std::move(history), policy, count(), now);
    const auto decision = decide();
    const auto before = count();
    history = remembered(std::move(history), policy, decision, before, now);
    if (decision.direction == Direction::none) return decision;
    history = after_action(std::move(history), decision, {now, before, decision.count});
    carry_out(decision);
    return decision;
  }
};

/// `up to 4 by scale_up[0]`, `down to 2 by max without 3 4`, `stays at 3`.
inline std::string in_short(const Decision& decision) {
  const auto count = std::to_string(decision.count);
  if (decision.direction == Direction::none) return "stays at " + count;
  auto text =
      std::string(to_string(decision.direction)) + " to " + count + " by " + decision.asked_by;
  if (!decision.victims.empty()) text += " without";
  for (const auto victim : decision.victims)
    text += " " + std::to_string(victim);
  return text;
}

/// Lines of reasons or limits, one below the other.
inline std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += line + "\n";
  return text;
}

inline Metric file_metric(const std::string& name, bool per_instance = false) {
  return {.source = FileMetric{.name = name}, .per_instance = per_instance};
}

/// Above 80 for 30 s, one more.
inline ThresholdRule above_80(bool per_instance = false) {
  ThresholdRule rule;
  rule.path = "scale_up[0]";
  rule.metric = file_metric("load", per_instance);
  rule.comparison = Comparison::above;
  rule.threshold = 80;
  rule.period = std::chrono::seconds(30);
  return rule;
}

/// Below 20 for 30 s, one fewer.
inline ThresholdRule below_20(bool per_instance = false) {
  auto rule = above_80(per_instance);
  rule.path = "scale_down[0]";
  rule.comparison = Comparison::below;
  rule.threshold = 20;
  return rule;
}

}  // namespace scale_fleet
