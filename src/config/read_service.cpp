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

/// A name, or {service, template_file}.
std::optional<DeclaredSidekick> read_sidekick(const YamlValue& value, const FileAround& around) {
  std::optional<YamlValue> name = value;
  std::optional<std::filesystem::path> template_file;
  if (value.is(YamlNode::Kind::map)) {
    const YamlMap map(value, own_keys::attached);
    map.must_have("service");
    name = map.find("service");
    take(map, "template_file", template_file, [&](const YamlValue& path) {
      return read_path_of_file(path, around);
    });
  }
  if (!name) return std::nullopt;
  const auto text = read_text(*name);
  if (!text) return std::nullopt;
  const auto service = read_service_name(*name, *text);
  if (!service) return std::nullopt;
  return DeclaredSidekick{.service = *service, .template_file = template_file};
}

/// What concerns single instances.
void read_choices(const YamlMap& map, ServicePolicy& policy) {
  take(map, "warm_up", policy.warm_up, read_duration);
  take(map, "victims", policy.victims, [](const YamlValue& value) -> std::optional<VictimRule> {
    const auto word = read_choice(value, own_keys::victims);
    if (!word) return std::nullopt;
    return static_cast<VictimRule>(*word);
  });
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
    return read_path_of_file(path, around);
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
  take(map, "reschedule", service.reschedule, [](const YamlValue& moving) {
    return std::optional(read_reschedule(moving));
  });
  read_policy(map, around, service.policy);
  read_choices(map, service.policy);
  for (const auto* none_of_units : {"instances", "attached", "reschedule"}) {
    const auto wrong = unit ? map.find(none_of_units) : std::nullopt;
    if (wrong)
      wrong->complain("a single unit has no instances, and nothing comes, goes or moves with them");
  }
  if (!name) return;
  into.file.services.push_back(std::move(service));
  into.places.push_back(std::move(places));
}

}  // namespace scale_fleet
