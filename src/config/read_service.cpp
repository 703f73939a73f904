#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

std::optional<Service> read_service_name(const YamlValue& value, const std::string& name) {
  auto service = Service::parse(name);
  if (service) return *service;
  value.complain(service.error().message);
  return std::nullopt;
}

std::optional<Service> read_unit(const YamlValue& value) {
  const auto name = read_text(value);
  if (!name) return std::nullopt;
  auto unit = Service::parse_single(*name);
  if (unit) return *unit;
  value.complain(unit.error().message);
  return std::nullopt;
}

std::optional<InstanceNumber> read_instance_number(const YamlValue& value, InstanceNumber least) {
  return read_whole_as<InstanceNumber>(value, {.least = least, .most = max_instance_number});
}

Numbering read_numbering(const YamlValue& value) {
  Numbering numbering;
  const YamlMap map(value, own_keys::instances);
  take(map, "first", numbering.first, [](const YamlValue& number) {
    return read_instance_number(number, 0);
  });
  take(map, "step", numbering.step, [](const YamlValue& number) {
    return read_instance_number(number, 1);
  });
  return numbering;
}

std::optional<std::filesystem::path> read_template_path(const YamlValue& value,
                                                        const FileAround& around) {
  auto path = read_path(value, around.folder);
  if (path && around.exists && !around.exists(*path))
    value.complain(fmt::format("there is no file {}", path->string()));
  return path;
}

/// A name, or {service, template_file}.
std::optional<DeclaredSidekick> read_sidekick(const YamlValue& value, const FileAround& around) {
  std::optional<YamlValue> name = value;
  std::optional<std::filesystem::path> template_file;
  if (value.is(YamlNode::Kind::map)) {
    const YamlMap map(value, own_keys::attached);
    map.must_have("service");
    name = map.find("service");
    take(map, "template_file", template_file, [&](const YamlValue& path) {
      return read_template_path(path, around);
    });
  }
  if (!name) return std::nullopt;
  const auto text = read_text(*name);
  if (!text) return std::nullopt;
  const auto service = read_service_name(*name, *text);
  if (!service) return std::nullopt;
  return DeclaredSidekick{.service = *service, .template_file = template_file};
}

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

void read_policy(const YamlMap& map, const FileAround& around, ServicePolicy& policy) {
  read_bounds(map, policy);
  if (const auto list = map.find("scale_up")) {
    policy.scale_up = read_threshold_rules(*list, "scale_up", around);
  }
  if (const auto list = map.find("scale_down")) {
    policy.scale_down = read_threshold_rules(*list, "scale_down", around);
  }
  if (const auto list = map.find("target")) policy.target = read_target_rules(*list, around);
  if (const auto limits = map.find("limits")) read_limits(*limits, policy);
  if (const auto list = map.find("schedule")) policy.schedule = read_schedule(*list);
  take(map, "warm_up", policy.warm_up, read_duration);
  take(map, "manual_cooldown", policy.manual_cooldown, read_duration);
  take(map, "victims", policy.victims, [](const YamlValue& value) -> std::optional<VictimRule> {
    const auto word = read_choice(value, own_keys::victims);
    if (!word) return std::nullopt;
    return static_cast<VictimRule>(*word);
  });
  for (const auto* key : {"scale_up", "target"}) {
    const auto rules = map.find(key);
    const bool is_open = !map.has("max") && !map.has("count");
    if (rules && is_open) rules->complain("rules that may ask for more need a max");
  }
}

void read_neighbours(const YamlMap& map,
                     const FileAround& around,
                     DeclaredService& service,
                     ServicePlaces& places) {
  if (const auto list = map.find("attached")) {
    for (const auto& item : list->items()) {
      if (auto sidekick = read_sidekick(item, around)) {
        service.attached.push_back(*std::move(sidekick));
        places.attached.push_back(item);
      }
    }
  }
  const auto after = map.find("after");
  if (!after) return;
  for (const auto& item : after->items()) {
    if (auto name = read_text(item)) {
      service.after.push_back(*std::move(name));
      places.after.push_back(item);
    }
  }
}

}  // namespace

void read_service(const YamlValue& value,
                  const std::string& key,
                  const FileAround& around,
                  ReadFile& into) {
  into.keys.push_back(key);
  const YamlMap map(value, own_keys::service);
  const auto unit = map.find("unit");
  const auto name = unit ? read_unit(*unit) : read_service_name(value, key);
  // What stands in a service with a bad name is looked at nevertheless.
  DeclaredService service{.service = name ? *name : *Service::parse("unnamed")};
  ServicePlaces places{.key = key, .value = value};
  take(map, "template_file", service.template_file, [&](const YamlValue& path) {
    return read_template_path(path, around);
  });
  if (const auto instances = map.find("instances")) {
    service.numbering = read_numbering(*instances);
    places.has_ports = instances->find("first").has_value();
  }
  read_neighbours(map, around, service, places);
  take(map, "on_template_change", service.on_template_change, [](const YamlValue& word) {
    const auto place = read_choice(word, own_keys::template_changes);
    return place ? std::optional(static_cast<OnTemplateChange>(*place)) : std::nullopt;
  });
  take(map, "timeout", service.timeout, read_span);
  read_policy(map, around, service.policy);
  for (const auto* none_of_units : {"instances", "attached"}) {
    const auto wrong = unit ? map.find(none_of_units) : std::nullopt;
    if (wrong)
      wrong->complain("a single unit has no instances, and nothing comes and goes with them");
  }
  if (!name) return;
  into.file.services.push_back(std::move(service));
  into.places.push_back(std::move(places));
}

}  // namespace scale_fleet
