#include <cmath>

#include "etcd/key_event.hpp"
#include "etcd/key_tree.hpp"
#include "fuzz/fuzz_target.hpp"
#include "metrics/etcd_layout.hpp"

namespace scale_fleet {
namespace {

const EtcdLayout& layout() {
  static const EtcdLayout known(
      "/metrics",
      {{.source = EtcdMetric{.type = "web", .folder = "cpu"}, .per_instance = true},
       {.source = EtcdMetric{.type = "lb", .folder = "time", .json_path = "back.p95"}},
       {.source = EtcdMetric{.type = "lb", .folder = "time", .json_path = "rate"}}});
  return known;
}

void try_key(const StoredKey& key, const UnitRegistry& units) {
  const auto place = layout().find(key.key);
  if (!place) return;
  must_hold(!place->metrics->empty(), "a key belongs to a metric");
  Reading reading;
  EtcdLayout::read(*place, key, units, reading);
  must_hold(reading.points.size() + reading.failures.size() == place->metrics->size(),
            "each metric has a value or a failure");
  must_hold(reading.bad_values == reading.failures.size(), "each bad value is counted");
  for (const auto& point : reading.points) {
    must_hold(std::isfinite(point.sample.value), "a value is finite");
    must_hold(point.instance.empty() == place->uuid.empty(), "an instance has a name");
  }
  for (const auto& failed : reading.failures)
    must_hold(is_for_people(failed.why), "why a value is bad can be shown");
}

void try_failure(const KeyFailure& failed) {
  must_hold(failed.answer != KeyAnswer::done, "what failed isn't done");
  must_hold(is_for_people(failed.message), "what etcd says can be shown");
}

}  // namespace

/// A folder's reply, the lines of a watch, and, cut at the first line feed, a key and its value.
void try_input(std::string_view input) {
  const auto folder = read_folder_reply(HttpResponse{.body = std::string(input)});
  if (!folder) try_failure(folder.error());
  const UnitRegistry units = folder ? UnitRegistry("/services", folder->keys) : UnitRegistry();
  for (const auto& key : folder ? folder->keys : std::vector<StoredKey>())
    try_key(key, units);

  std::string_view rest = input;
  try_key({.key = std::string(take_line(rest)), .value = std::string(rest), .modified = 1}, units);
  for (rest = input; !rest.empty();) {
    const auto event = read_key_event(take_line(rest));
    if (!event) {
      try_failure(event.error());
    } else if (*event) {
      try_key(**event, units);
    }
  }
}

}  // namespace scale_fleet
