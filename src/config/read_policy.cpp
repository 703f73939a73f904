#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

void read_bounds(const YamlMap& map, ServicePolicy& policy) {
  take(map, "min", policy.min, read_count);
  take(map, "max", policy.max, read_count);
  const auto count = map.find("count");
  if (!count) {
    if (!map.has("min") && !map.has("max") && map.value().is(YamlNode::Kind::map)) {
      map.value().complain("it isn't said how many there shall be: write count, or min and max");
    }
    return;
  }
  if (map.has("min") || map.has("max")) {
    count->complain("this and min or max exclude each other");
    return;
  }
  if (const auto number = read_count(*count)) {
    policy.min = *number;
    policy.max = number;
  }
}

}  // namespace

void read_policy(const YamlMap& map, const FileAround& around, ServicePolicy& into) {
  read_bounds(map, into);
  if (const auto list = map.find("scale_up")) {
    into.scale_up = read_threshold_rules(*list, "scale_up", around);
  }
  if (const auto list = map.find("scale_down")) {
    into.scale_down = read_threshold_rules(*list, "scale_down", around);
  }
  if (const auto list = map.find("target")) into.target = read_target_rules(*list, around);
  if (const auto limits = map.find("limits")) read_limits(*limits, into);
  if (const auto list = map.find("schedule")) into.schedule = read_schedule(*list);
  take(map, "manual_cooldown", into.manual_cooldown, read_duration);
  if (const auto remote = map.find("remote")) into.remote = read_remote(*remote);
  for (const auto* key : {"scale_up", "target", "remote"}) {
    const auto rules = map.find(key);
    const bool is_open = !map.has("max") && !map.has("count");
    if (rules && is_open) rules->complain("rules that may ask for more need a max");
  }
}

void read_cooldowns(const YamlValue& value, CoolDownPair into) {
  if (value.is(YamlNode::Kind::map)) {
    const YamlMap map(value, own_keys::cooldown);
    take(map, "up", into.up, read_duration);
    take(map, "down", into.down, read_duration);
  } else if (const auto both = read_duration(value)) {
    into.up = *both;
    into.down = *both;
  }
}

std::optional<RemoteRule> read_remote(const YamlValue& value) {
  RemoteRule rule;
  if (!value.is(YamlNode::Kind::map)) {
    const auto is_allowed = read_switch(value);
    return is_allowed.value_or(false) ? std::optional(rule) : std::nullopt;
  }
  const YamlMap map(value, own_keys::remote);
  take(map, "up_by", rule.up_by, read_adjustment);
  take(map, "down_by", rule.down_by, read_adjustment);
  if (const auto cooldown = map.find("cooldown"))
    read_cooldowns(*cooldown, {rule.cooldown_up, rule.cooldown_down});
  return rule;
}

std::optional<MayMove> read_reschedule(const YamlValue& value) {
  MayMove rule;
  if (!value.is(YamlNode::Kind::map)) {
    const auto is_allowed = read_switch(value);
    return is_allowed.value_or(false) ? std::optional(rule) : std::nullopt;
  }
  const YamlMap map(value, own_keys::reschedule);
  take(map, "min_healthy", rule.min_healthy, read_count);
  return rule;
}

}  // namespace scale_fleet
