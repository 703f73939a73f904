#include "scale_fleet/daemon/kept_demand.hpp"

#include <algorithm>

#include "daemon/demand_json.hpp"

namespace scale_fleet {
namespace {

std::string_view direction_word(Direction direction) {
  switch (direction) {
    case Direction::up:
      return "up";
    case Direction::down:
      return "down";
    case Direction::none:
      break;
  }
  return "none";
}

Direction to_direction(const std::string& word) {
  if (word == "up") return Direction::up;
  if (word == "down") return Direction::down;
  if (word == "none") return Direction::none;
  throw NotAsStored{fmt::format("'{}' is no direction", word)};
}

Asker to_asker(const std::string& word) {
  if (word == "alert") return Asker::alert;
  if (word == "program") return Asker::program;
  throw NotAsStored{fmt::format("'{}' is nobody who asks", word)};
}

}  // namespace

Json demand_json(const KeptDemand& kept) {
  const auto& demand = kept.demand;
  return {{"id", demand.id},
          {"service", kept.service},
          {"asker", demand.asker == Asker::alert ? "alert" : "program"},
          {"asked_by", demand.asked_by},
          {"direction", direction_word(demand.direction)},
          {"by", or_null(demand.by)},
          {"count", or_null(demand.count)},
          {"only_from", or_null(demand.only_from)},
          {"alerts", kept.alerts},
          {"received", stored_moment(kept.received)}};
}

KeptDemand read_demand(const Json& object) {
  KeptDemand kept{.service = text_field_of(object, "service"),
                  .demand = {.id = text_field_of(object, "id"),
                             .asker = to_asker(text_field_of(object, "asker")),
                             .asked_by = text_field_of(object, "asked_by"),
                             .direction = to_direction(text_field_of(object, "direction")),
                             .by = optional_count(field_of(object, "by")),
                             .count = optional_count(field_of(object, "count")),
                             .only_from = optional_count(field_of(object, "only_from"))},
                  .alerts = texts_field(object, "alerts"),
                  .received = to_stored_moment(field_of(object, "received"))};
  if (kept.service.empty() || kept.demand.id.empty())
    throw NotAsStored{"it has no service, or no id"};
  return kept;
}

Millis rest_of_alert(const ServicePolicy& policy, Direction direction) {
  const auto rule = policy.remote.value_or(RemoteRule{});
  const auto cooldown = direction == Direction::up ? rule.cooldown_up : rule.cooldown_down;
  return std::max(cooldown, shortest_rest_of_alert);
}

bool comes_again(const KeptDemand& kept,
                 const std::map<std::string, WallTime>& acted,
                 const ServicePolicy& policy,
                 WallTime now) {
  if (kept.alerts.empty()) return false;
  const auto rest = rest_of_alert(policy, kept.demand.direction);
  return std::ranges::all_of(kept.alerts, [&](const std::string& alert) {
    const auto found = acted.find(alert);
    // One that acted in the future did so by a clock that was set back.
    return found != acted.end() && found->second <= now && now - found->second < rest;
  });
}

AskedBefore asked_before(const KeptDemand& kept, const KeptDemand& other) {
  const auto is_alert = [](const KeptDemand& each) { return each.demand.asker == Asker::alert; };
  const bool goes_the_same_way = is_alert(kept) && is_alert(other) &&
                                 kept.service == other.service &&
                                 kept.demand.direction == other.demand.direction;
  if (!goes_the_same_way) return AskedBefore::nothing;
  const bool has_all = std::ranges::all_of(kept.alerts, [&](const std::string& alert) {
    return std::ranges::find(other.alerts, alert) != other.alerts.end();
  });
  return has_all && !kept.alerts.empty() ? AskedBefore::same_alerts : AskedBefore::same_direction;
}

std::string demand_text(const KeptDemand& demand) {
  return compact_json(demand_json(demand));
}

Result<KeptDemand> parse_demand(std::string_view text) {
  return reading_stored([&] { return read_demand(stored_object(text)); });
}

std::map<std::string, std::optional<KeptDemand>> demands_on_shelf(
    const std::map<std::string, std::string>& texts) {
  std::map<std::string, std::optional<KeptDemand>> demands;
  for (const auto& [id, text] : texts) {
    auto demand = parse_demand(text);
    const bool is_whole = demand && demand->demand.id == id;
    demands[id] = is_whole ? std::optional(*std::move(demand)) : std::nullopt;
  }
  return demands;
}

}  // namespace scale_fleet
