#include <algorithm>
#include <limits>

#include "scale_fleet/policy/metric.hpp"
#include "scale_fleet/policy/service_policy.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

WallTime at_second(int second) {
  return WallTime(std::chrono::seconds(second));
}

/// `10:1 20:2`: second and value of each sample.
std::string shown(const Samples& samples, const std::string& instance = "") {
  std::string text;
  for (const auto& sample : samples.by_metric.at("m").by_instance.at(instance)) {
    text += (text.empty() ? "" : " ") +
            std::to_string(sample.time.time_since_epoch() / std::chrono::seconds(1)) + ":" +
            std::to_string(static_cast<int>(sample.value));
  }
  return text;
}

}  // namespace

TEST_CASE("samples are kept by time, in whatever order they arrive") {
  Samples samples;
  for (const int second : {30, 10, 20, 50, 40})
    samples.add("m", "", {at_second(second), static_cast<double>(second)});
  CHECK(shown(samples) == "10:10 20:20 30:30 40:40 50:50");
  samples.add("m", "", {at_second(20), 99});
  CHECK(shown(samples) == "10:10 20:20 30:30 40:40 50:50");
}

TEST_CASE("what isn't finite is no sample") {
  Samples samples;
  samples.add("m", "", {at_second(1), std::numeric_limits<double>::quiet_NaN()});
  samples.add("m", "", {at_second(2), std::numeric_limits<double>::infinity()});
  CHECK(samples.by_metric.empty());
}

TEST_CASE("a series never has more samples than a limit, and keeps the newest") {
  Samples samples;
  for (int second = 0; second < 320'000; ++second)
    samples.add("m", "", {at_second(second), 1});
  const auto& series = samples.by_metric.at("m").by_instance.at("");
  CHECK(series.size() <= 300'000);
  CHECK(series.size() > 250'000);
  CHECK(series.back().time == at_second(319'999));
  CHECK(std::ranges::is_sorted(series, {}, &Sample::time));
}

TEST_CASE("old samples are forgotten, but for the newest of them") {
  Samples samples;
  for (const int second : {10, 20, 30, 40})
    samples.add("m", "", {at_second(second), static_cast<double>(second)});
  samples.add("m", "gone", {at_second(20), 1});
  samples.forget("m", 15s, at_second(45));
  CHECK(shown(samples) == "20:20 30:30 40:40");
  CHECK(!samples.by_metric.at("m").by_instance.contains("gone"));
  samples.forget("other", 15s, at_second(45));
  samples.forget("m", 15s, at_second(100));
  CHECK(samples.by_metric.at("m").by_instance.empty());
}

TEST_CASE("failed readings are remembered when samples are forgotten") {
  Samples samples;
  samples.add("m", "", {at_second(10), 1});
  samples.by_metric["m"].looks_without = 3;
  samples.forget("m", 1s, at_second(100));
  CHECK(samples.by_metric.at("m").looks_without == 3);
}

TEST_CASE("samples of a far future don't stay for ever") {
  Samples samples;
  for (const int second : {10, 20, 1'000'000})
    samples.add("m", "", {at_second(second), 1});
  samples.forget("m", 60s, at_second(20));
  CHECK(shown(samples) == "10:1 20:1");
}

TEST_CASE("a metric is kept as long as any rule can look back on it") {
  const Metric load{.source = FileMetric{.name = "load"}};
  const Metric queue{.source = FileMetric{.name = "queue"}};
  ServicePolicy policy;
  policy.scale_up.push_back({.metric = load, .period = 30s, .staleness = 10s});
  policy.scale_down.push_back({.metric = load, .period = 5min, .staleness = 10s});
  policy.scale_down.push_back({.metric = queue, .points = PointsOf{2, 5}, .staleness = 20s});
  policy.target.push_back({.metric = queue, .staleness = 40s});
  const auto horizons = metric_horizons(policy);
  REQUIRE(horizons.size() == 2);
  CHECK(horizons.at("file load") >= 5min + 2 * 10s);
  CHECK(horizons.at("file load") <= 6min);
  CHECK(horizons.at("file queue") >= 6 * 20s);
}

TEST_CASE("a horizon is bounded, whatever the rule says") {
  ServicePolicy policy;
  policy.scale_up.push_back({.period = Millis::max(),
                             .points = PointsOf{1, std::numeric_limits<int>::max()},
                             .staleness = Millis::max()});
  policy.scale_down.push_back({.period = Millis::max(), .staleness = 24h * 10'000});
  policy.scale_down.push_back({.period = -1ms, .points = PointsOf{-1, -1}, .staleness = -1ms});
  for (const auto& [metric, horizon] : metric_horizons(policy)) {
    CHECK(horizon >= 0ms);
    CHECK(horizon <= Millis(24h * 100'000));
  }
}
