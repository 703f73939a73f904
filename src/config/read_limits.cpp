#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

std::optional<RateLimit> read_rate_limit(const YamlValue& value) {
  const YamlMap map(value, own_keys::limit);
  map.must_have("by");
  RateLimit limit;
  take(map, "by", limit.by, read_adjustment);
  take(map, "per", limit.period, read_span);
  return limit;
}

std::optional<Cron> read_cron(const YamlValue& value) {
  const auto text = read_text(value);
  if (!text) return std::nullopt;
  auto cron = Cron::parse(*text);
  if (cron) return *cron;
  value.complain(cron.error().message);
  return std::nullopt;
}

/// min and max, or a count that is both.
void read_window_bounds(const YamlMap& map, ScheduleWindow& window) {
  const auto count = map.find("count");
  const bool has_bounds = map.has("min") || map.has("max");
  if (!count && !has_bounds) map.value().complain("one of min, max, count is missing");
  if (count && has_bounds) count->complain("this and min or max exclude each other");
  take(map, "min", window.min, read_count);
  take(map, "max", window.max, read_count);
  if (!count || has_bounds) return;
  window.min = read_count(*count);
  window.max = window.min;
}

std::optional<ScheduleWindow> read_window(const YamlValue& value) {
  const YamlMap map(value, own_keys::schedule);
  const bool is_map = value.is(YamlNode::Kind::map);
  map.must_have("cron");
  map.must_have("for");
  auto window = ScheduleWindow{.cron = *Cron::parse("0 0 1 1 *")};
  std::optional<Cron> cron;
  take(map, "cron", cron, read_cron);
  take(map, "for", window.duration, read_span);
  if (is_map) read_window_bounds(map, window);
  if (!cron) return std::nullopt;
  window.cron = *cron;
  return window;
}

}  // namespace

void read_limits(const YamlValue& value, ServicePolicy& into) {
  const YamlMap map(value, own_keys::limits);
  take(map, "up", into.limit_up, read_rate_limit);
  take(map, "down", into.limit_down, read_rate_limit);
  take(map, "settle_up", into.settle_up, read_duration);
  take(map, "settle_down", into.settle_down, read_duration);
}

std::vector<ScheduleWindow> read_schedule(const YamlValue& list) {
  std::vector<ScheduleWindow> windows;
  for (const auto& item : list.items()) {
    if (auto window = read_window(item)) windows.push_back(*std::move(window));
  }
  return windows;
}

}  // namespace scale_fleet
