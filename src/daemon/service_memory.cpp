#include "scale_fleet/daemon/service_memory.hpp"

#include <algorithm>
#include <array>

#include "daemon/demand_json.hpp"
#include "daemon/stored_json.hpp"

namespace scale_fleet {
namespace {

constexpr std::int64_t version = 1;

/// Words of the text, which stay as they are whatever people are shown.
template <typename Value>
struct StoredWord {
  Value value;
  std::string_view word;
};

constexpr std::array direction_words = {StoredWord<Direction>{Direction::none, "none"},
                                        StoredWord<Direction>{Direction::up, "up"},
                                        StoredWord<Direction>{Direction::down, "down"}};

constexpr std::array kind_words = {StoredWord<ReasonKind>{ReasonKind::steady, "steady"},
                                   StoredWord<ReasonKind>{ReasonKind::below_min, "below_min"},
                                   StoredWord<ReasonKind>{ReasonKind::above_max, "above_max"},
                                   StoredWord<ReasonKind>{ReasonKind::schedule, "schedule"},
                                   StoredWord<ReasonKind>{ReasonKind::desired, "desired"},
                                   StoredWord<ReasonKind>{ReasonKind::program, "program"},
                                   StoredWord<ReasonKind>{ReasonKind::alert, "alert"},
                                   StoredWord<ReasonKind>{ReasonKind::threshold, "threshold"},
                                   StoredWord<ReasonKind>{ReasonKind::target, "target"},
                                   StoredWord<ReasonKind>{ReasonKind::no_data, "no_data"},
                                   StoredWord<ReasonKind>{ReasonKind::paused, "paused"}};

template <typename Words, typename Value>
std::string stored_word(const Words& words, Value value) {
  for (const auto& [known, word] : words) {
    if (known == value) return std::string(word);
  }
  return {};
}

template <typename Words>
auto value_of_word(const Words& words, const std::string& text) {
  for (const auto& [known, word] : words) {
    if (word == text) return known;
  }
  throw NotAsStored{fmt::format("'{}' is no word that is known there", text)};
}

Json cool_down_json(const std::optional<CoolDown>& cool_down) {
  if (!cool_down) return nullptr;
  return {{"until", stored_moment(cool_down->until)}, {"because", cool_down->because}};
}

std::optional<CoolDown> read_cool_down(const Json& object, std::string_view name) {
  if (field_of(object, name).is_null()) return std::nullopt;
  const auto& found = object_field(object, name);
  return CoolDown{.until = to_stored_moment(field_of(found, "until")),
                  .because = text_field_of(found, "because")};
}

Json history_json(const History& history) {
  Json changes = Json::array();
  for (const auto& change : history.changes)
    changes.push_back({stored_moment(change.time), change.before, change.after});
  Json recommendations = Json::array();
  for (const auto& recommendation : history.recommendations)
    recommendations.push_back({stored_moment(recommendation.time), recommendation.count});
  return {{"up", cool_down_json(history.up)},
          {"down", cool_down_json(history.down)},
          {"changes", std::move(changes)},
          {"recommendations", std::move(recommendations)},
          {"last_count", or_null(history.last_count)}};
}

const Json& row_of(const Json& list, std::size_t columns) {
  if (!list.is_array() || list.size() != columns) {
    throw NotAsStored{fmt::format("a row has not {} columns", columns)};
  }
  return list;
}

History read_history(const Json& object) {
  History history{.up = read_cool_down(object, "up"),
                  .down = read_cool_down(object, "down"),
                  .changes = {},
                  .recommendations = {},
                  .last_count = optional_count(field_of(object, "last_count"))};
  for (const auto& item : list_field(object, "changes")) {
    const auto& row = row_of(item, 3);
    history.changes.push_back({.time = to_stored_moment(row[0]),
                               .before = to_stored_count(row[1]),
                               .after = to_stored_count(row[2])});
  }
  for (const auto& item : list_field(object, "recommendations")) {
    const auto& row = row_of(item, 2);
    history.recommendations.push_back(
        {.time = to_stored_moment(row[0]), .count = to_stored_count(row[1])});
  }
  return history;
}

Json series_json(const Series& series) {
  Json list = Json::array();
  std::int64_t before = 0;
  for (const auto& sample : series) {
    const auto moment = stored_moment(sample.time);
    if (!list.empty() && moment <= before) continue;  // Both were moved to the same end of time.
    list.push_back(moment - before);
    list.push_back(sample.value);
    before = moment;
  }
  return list;
}

Series read_series(const Json& list) {
  if (!list.is_array() || list.size() % 2 != 0) throw NotAsStored{"a series is not one of pairs"};
  Series series;
  series.reserve(list.size() / 2);
  std::int64_t moment = 0;
  for (std::size_t i = 0; i < list.size(); i += 2) {
    const bool is_first = i == 0;
    // By time, each moment once.
    const auto since = to_integer(list[i], is_first ? -farthest_moment : 1, 2 * farthest_moment);
    moment += since;
    if (moment > farthest_moment) throw NotAsStored{"a sample is beyond all time"};
    series.push_back({.time = WallTime(Millis(moment)), .value = to_number(list[i + 1])});
  }
  return series;
}

Json samples_json(const ServiceMemory& memory) {
  Json metrics = Json::object();
  for (const auto& [key, by_instance] : memory.samples) {
    auto& metric = metrics[key] = Json::object();
    for (const auto& [instance, series] : by_instance)
      metric[instance] = series_json(series);
  }
  return metrics;
}

void read_samples(const Json& metrics, ServiceMemory& memory) {
  for (const auto& [key, by_instance] : metrics.items()) {
    if (!by_instance.is_object()) throw NotAsStored{"a metric is not an object"};
    auto& metric = memory.samples[key];
    for (const auto& [instance, series] : by_instance.items())
      metric[instance] = read_series(series);
  }
}

Json well_since_json(const ServiceMemory& memory) {
  Json units = Json::object();
  for (const auto& [unit, since] : memory.well_since)
    units[unit] = stored_moment(since);
  return units;
}

Json decision_json(const RememberedDecision& decision) {
  return {{"time", stored_moment(decision.time)},
          {"before", decision.before},
          {"count", decision.count},
          {"direction", stored_word(direction_words, decision.direction)},
          {"kind", stored_word(kind_words, decision.kind)},
          {"asked_by", decision.asked_by},
          {"reasons", decision.reasons},
          {"limits", decision.limits}};
}

RememberedDecision read_decision(const Json& object) {
  if (!object.is_object()) throw NotAsStored{"a decision is not an object"};
  return {.time = to_stored_moment(field_of(object, "time")),
          .before = to_stored_count(field_of(object, "before")),
          .count = to_stored_count(field_of(object, "count")),
          .direction = value_of_word(direction_words, text_field_of(object, "direction")),
          .kind = value_of_word(kind_words, text_field_of(object, "kind")),
          .asked_by = text_field_of(object, "asked_by"),
          .reasons = texts_field(object, "reasons"),
          .limits = texts_field(object, "limits")};
}

/// Only where something was ever asked for from outside.
Json demands_json(const ServiceMemory& memory) {
  Json alerts = Json::object();
  for (const auto& [alert, time] : memory.alerts)
    alerts[alert] = stored_moment(time);
  return {{"carrying", memory.carrying ? demand_json(*memory.carrying) : Json(nullptr)},
          {"alerts", std::move(alerts)},
          {"dealt", memory.dealt}};
}

void read_demands(const Json& object, ServiceMemory& memory) {
  const auto& carrying = field_of(object, "carrying");
  if (!carrying.is_null()) memory.carrying = read_demand(carrying);
  for (const auto& [alert, time] : object_field(object, "alerts").items())
    memory.alerts[alert] = to_stored_moment(time);
  memory.dealt = texts_field(object, "dealt");
}

ServiceMemory read_memory(std::string_view text) {
  const auto object = stored_object(text);
  const auto& written = field_of(object, "version");
  if (written.is_null()) throw NotAsStored{"it has no version"};
  if (to_integer(written, 0, INT64_MAX) != version) {
    throw NotAsStored{fmt::format(
        "its version is {}, and this program knows {}", written.get<std::int64_t>(), version)};
  }
  ServiceMemory memory{.history = read_history(object_field(object, "history"))};
  for (const auto& [unit, since] : object_field(object, "well_since").items())
    memory.well_since[unit] = to_stored_moment(since);
  for (const auto& decision : list_field(object, "decisions"))
    memory.decisions.push_back(read_decision(decision));
  read_samples(object_field(object, "samples"), memory);
  memory.move_asked_by = text_field_of(object, "move_asked_by");
  if (object.contains("demands")) read_demands(object_field(object, "demands"), memory);
  return memory;
}

}  // namespace

/// Samples are kept in lists of a moment (for all but the first, milliseconds since the one before)
/// and a value. Moments farther from 1970 than 270,000 years are moved there.
std::string memory_text(const ServiceMemory& memory) {
  Json decisions = Json::array();
  for (const auto& decision : memory.decisions)
    decisions.push_back(decision_json(decision));
  Json object{{"version", version},
              {"history", history_json(memory.history)},
              {"well_since", well_since_json(memory)},
              {"decisions", std::move(decisions)},
              {"samples", samples_json(memory)}};
  if (memory.carrying || !memory.alerts.empty() || !memory.dealt.empty())
    object["demands"] = demands_json(memory);
  if (!memory.move_asked_by.empty()) object["move_asked_by"] = memory.move_asked_by;
  return compact_json(object);
}

Result<ServiceMemory> parse_memory(std::string_view text) {
  return reading_stored([&] { return read_memory(text); });
}

}  // namespace scale_fleet
