#include "bench/decisions.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {
namespace {

constexpr Millis sample_interval{10'000};

struct BenchedService {
  ServicePolicy policy;
  std::vector<InstanceView> instances;
  History history;
};

ThresholdRule benched_rule(const std::string& path, const Metric& metric) {
  ThresholdRule rule;
  rule.path = path;
  rule.metric = metric;
  rule.period = std::chrono::minutes(2);
  rule.cooldown = std::chrono::minutes(1);
  return rule;
}

ServicePolicy benched_policy(const Metric& metric) {
  ServicePolicy policy;
  policy.min = 1;
  policy.max = 100;
  policy.scale_up.push_back(benched_rule("scale_up[0]", metric));
  policy.scale_up.back().threshold = 80;
  policy.scale_down.push_back(benched_rule("scale_down[0]", metric));
  policy.scale_down.back().comparison = Comparison::below;
  policy.scale_down.back().threshold = 20;
  policy.scale_down.back().aggregation = {Aggregation::Kind::average};
  policy.limit_up = RateLimit{.by = {.kind = Adjustment::Kind::percent, .amount = 100}};
  policy.limit_down = RateLimit{.by = {.amount = 1}};
  return policy;
}

/// One in ten is over the upper threshold, one in ten below the lower.
double benched_value(int service, int sample) {
  const double wave = 0.5 * (sample % 7);
  return (service % 10 == 0 ? 90 : service % 10 == 1 ? 10 : 50) + wave;
}

class BenchedCluster {
 public:
  explicit BenchedCluster(const DecisionLoad& load) {
    for (int number = 0; number < load.services; ++number)
      add_service(load, number);
  }

  /// How many went up, and down.
  std::pair<int, int> decide_all() const {
    std::pair<int, int> changes;
    for (const auto& service : services_) {
      const Situation situation{
          .instances = service.instances, .samples = samples_, .pause = {}, .desired = {}};
      const auto decision = decide(service.policy, situation, service.history, now_);
      if (decision.direction == Direction::up) ++changes.first;
      if (decision.direction == Direction::down) ++changes.second;
    }
    return changes;
  }

 private:
  void add_service(const DecisionLoad& load, int number) {
    const auto name = fmt::format("service{:04}", number);
    const Metric metric{.source = EtcdMetric{.type = name, .folder = "cpu_user"},
                        .per_instance = true};
    BenchedService service{.policy = benched_policy(metric), .instances = {}, .history = {}};
    for (int i = 1; i <= load.instances; ++i) {
      const auto instance = static_cast<InstanceNumber>(i);
      service.instances.push_back({.number = instance,
                                   .unit = fmt::format("{}@{}.service", name, instance),
                                   .is_idle = false,
                                   .well_since = now_ - std::chrono::hours(24)});
      // Not all at the same moment, as machines are.
      for (int sample = 0; sample < load.samples; ++sample) {
        samples_.add(
            metric_key(metric),
            service.instances.back().unit,
            {now_ - sample * sample_interval - Millis(137 * i), benched_value(number, sample)});
      }
    }
    services_.push_back(std::move(service));
  }

  WallTime now_{std::chrono::hours(24 * 365 * 50)};
  Samples samples_;
  std::vector<BenchedService> services_;
};

}  // namespace

DecisionTimes measure_decisions(const DecisionLoad& load, int rounds) {
  using Clock = std::chrono::steady_clock;
  const BenchedCluster cluster(load);
  std::vector<std::chrono::duration<double>> times;
  for (int round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    const auto [ups, downs] = cluster.decide_all();
    times.push_back(Clock::now() - start);
    if (ups != (load.services + 9) / 10 || downs != (load.services + 8) / 10)
      throw std::runtime_error(fmt::format("{} ups and {} downs were decided", ups, downs));
  }
  std::ranges::sort(times);
  return {.median = times.at(times.size() / 2), .longest = times.back()};
}

std::string decision_row(int rounds) {
  const DecisionLoad load;
  const auto times = measure_decisions(load, rounds);
  return fmt::format(
      "| none | decide on {} services by 2 policies each, {} series of {} samples | {:.1f} ms | "
      "|\n",
      load.services,
      load.services * load.instances,
      load.samples,
      times.median.count() * 1e3);
}

}  // namespace scale_fleet
