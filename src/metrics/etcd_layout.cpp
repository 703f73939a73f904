#include "metrics/etcd_layout.hpp"

#include <fmt/format.h>

#include "metrics/metric_value.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_quoted_value = 80;

/// What to say of a key that has no usable value for a metric.
std::string unusable(const StoredKey& key, std::string_view json_path, bool has_time) {
  const auto name = printable_start(key.key, 200);
  if (!has_time) return fmt::format("the last name of {} isn't a time", name);
  const auto value = printable_start(key.value, longest_quoted_value);
  if (json_path.empty()) return fmt::format("{} isn't a number: `{}`", name, value);
  return fmt::format("{} holds no number at {}: `{}`", name, printable(json_path), value);
}

}  // namespace

EtcdLayout::EtcdLayout(std::string base, const std::vector<Metric>& metrics)
    : base_(std::move(base)) {
  for (const auto& metric : metrics) {
    const auto* etcd = std::get_if<EtcdMetric>(&metric.source);
    if (etcd == nullptr) continue;
    const auto key = metric_key(metric);
    if (!folders_.emplace(key, "").second) continue;
    const auto* uuid = metric.per_instance ? "/UUID" : "";
    folders_[key] = fmt::format("{}/{}{}/{}", base_, etcd->type, uuid, etcd->folder);
    auto& by_type = metric.per_instance ? by_instance_ : together_;
    by_type[etcd->type][etcd->folder].push_back({.metric = key, .json_path = etcd->json_path});
  }
}

std::optional<EtcdLayout::Place> EtcdLayout::find(std::string_view key) const {
  const auto names = names_below(base_, key);
  const bool is_of_instance = names.size() == 4;
  if (!is_of_instance && names.size() != 3) return std::nullopt;
  const auto& by_type = is_of_instance ? by_instance_ : together_;
  const auto of_type = by_type.find(names.front());
  if (of_type == by_type.end()) return std::nullopt;
  const auto of_folder = of_type->second.find(names[names.size() - 2]);
  if (of_folder == of_type->second.end()) return std::nullopt;
  return Place{.metrics = &of_folder->second,
               .type = names.front(),
               .uuid = is_of_instance ? names[1] : std::string_view(),
               .time = names.back()};
}

void EtcdLayout::read(const Place& place,
                      const StoredKey& key,
                      const UnitRegistry& units,
                      Reading& reading) {
  const auto time = parse_wall_time(place.time);
  const auto unit = place.uuid.empty() ? place.uuid : units.unit_of(place.type, place.uuid);
  const std::string instance(unit.empty() ? place.uuid : unit);
  for (const auto& wanted : *place.metrics) {
    const auto value = time ? parse_metric_value(key.value, wanted.json_path) : std::nullopt;
    if (value) {
      reading.points.push_back({.metric = wanted.metric,
                                .instance = instance,
                                .sample = {.time = *time, .value = *value}});
    } else {
      ++reading.bad_values;
      reading.failures.push_back(
          {.metric = wanted.metric, .why = unusable(key, wanted.json_path, time.has_value())});
    }
  }
}

}  // namespace scale_fleet
