#include "scale_fleet/daemon/dynamite_keys.hpp"

#include <algorithm>
#include <set>

#include "daemon/dynamite_names.hpp"
#include "daemon/stored_json.hpp"

namespace scale_fleet {
namespace {

constexpr std::int64_t most_ports = 1'000'000;

std::string_view state_word(const Unit& unit) {
  return to_string(unit.desired_state.value_or(JobState::inactive));
}

Json unit_json(const Unit& unit) {
  return {{"name", unit.name}, {"state", state_word(unit)}, {"attached_services", Json::array()}};
}

/// Writes the keys of one application.
class DynamiteWriter {
 public:
  DynamiteWriter(const Json& services, const DynamiteUnitFiles& files, std::span<const Unit> units)
      : services_(services), files_(files) {
    for (const auto& unit : units)
      units_[unit.name] = &unit;
  }

  DynamiteKeys keys() {
    DynamiteKeys keys;
    for (const auto& [name, service] : services_.items()) {
      if (!service.is_object()) throw NotAsStored{fmt::format("{} is no service", name)};
      if (text_field_of(service, "type") == "attached_service") continue;
      const auto folder = fmt::format("{}{}/", dynamite_services_folder, name);
      const auto instances = instances_of(name);
      auto value = template_json(name, instances);
      value["attached_services"] = attached_templates(name, instances);
      value["fleet_service_instances"] = Json::object();
      keys[folder + std::string(dynamite_template_name)] = spaced_json(value);
      for (const auto* unit : instances)
        keys[folder + unit->name] = spaced_json(instance_json(name, *unit));
    }
    return keys;
  }

 private:
  using Units = std::vector<const Unit*>;

  const Json& service_named(const std::string& name) const {
    const auto& service = field_of(services_, name);
    if (!service.is_object()) throw NotAsStored{fmt::format("there is no service {}", name)};
    return service;
  }

  bool is_template(const std::string& name) const {
    return holds_at(text_field_of(service_named(name), "name_of_unit_file"));
  }

  static bool holds_at(const std::string& text) { return text.find('@') != std::string::npos; }

  const Unit* unit_named(const std::string& name) const {
    const auto found = units_.find(name);
    return found == units_.end() ? nullptr : found->second;
  }

  /// By number; of what is no template the one unit, if it is there.
  Units instances_of(const std::string& name) const {
    if (!is_template(name)) {
      const auto* unit = unit_named(text_field_of(service_named(name), "name_of_unit_file"));
      return unit == nullptr ? Units{} : Units{unit};
    }
    std::map<InstanceNumber, const Unit*> by_number;
    for (auto found = units_.lower_bound(name + "@");
         found != units_.end() && found->first.starts_with(name + "@");
         ++found) {
      if (const auto number = dynamite_number(name, found->first))
        by_number[*number] = found->second;
    }
    Units instances;
    for (const auto& [number, unit] : by_number)
      instances.push_back(unit);
    return instances;
  }

  std::vector<std::string> attached_names(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& item : attached_list(service_named(name))) {
      if (!item.is_string()) throw NotAsStored{fmt::format("{} attaches no name", name)};
      names.push_back(item.get<std::string>());
    }
    return names;
  }

  /// The unit of the attached service that goes with an instance; none where it isn't there.
  const Unit* attached_unit(const std::string& attached,
                            const std::string& name,
                            const Unit& instance) const {
    if (!is_template(attached))
      return unit_named(text_field_of(service_named(attached), "name_of_unit_file"));
    const auto number = dynamite_number(name, instance.name);
    return number ? unit_named(fmt::format("{}@{}.service", attached, *number)) : nullptr;
  }

  Json instance_json(const std::string& name, const Unit& instance) const {
    auto value = unit_json(instance);
    for (const auto& attached : attached_names(name)) {
      if (const auto* unit = attached_unit(attached, name, instance))
        value["attached_services"].push_back(unit_json(*unit));
    }
    return value;
  }

  static Json details_json(const std::string& name, const Json& service) {
    Json details = {{"name", name}};
    for (const auto* field : {"name_of_unit_file",
                              "type",
                              "min_instance",
                              "max_instance",
                              "base_instance_prefix_number",
                              "ports_per_instance"})
      details[field] = field_of(service, field);
    // Dynamite writes them to a field of another name than it reads.
    details["attached_services"] = nullptr;
    for (const auto* field : {"service_dependency", "scale_up_policy", "scale_down_policy"})
      details[field] = field_of(service, field);
    return details;
  }

  /// All but the attached services and the instances.
  Json template_json(const std::string& name, const Units& instances) const {
    const auto& service = service_named(name);
    const auto file_name = text_field_of(service, "name_of_unit_file");
    const auto file = files_.find(file_name);
    if (file == files_.end())
      throw NotAsStored{fmt::format("the unit file '{}' of {} is not there", file_name, name)};
    Json options = Json::array();
    for (const auto& [section, option, value] : file->second.options)
      options.push_back({{"section", section}, {"name", option}, {"value", value}});
    Json value = {{"name", name},
                  {"unit_file_details_json_dict",
                   {{"desiredState", "inactive"}, {"options", std::move(options)}}},
                  {"path_on_filesystem", file->second.path},
                  {"service_config_details", details_json(name, service)},
                  {"is_template", holds_at(file_name)}};
    if (auto ports = port_numbers(name, instances); !ports.is_null())
      value["used_port_numbers"] = std::move(ports);
    return value;
  }

  /// A place for each port that the service may have: its number where it is used, else 0. Null
  /// where the configuration doesn't say how many there are.
  Json port_numbers(const std::string& name, const Units& instances) const {
    const auto& service = service_named(name);
    const auto& most = field_of(service, "max_instance");
    const auto& ports_each = field_of(service, "ports_per_instance");
    if (!is_template(name) || most.is_null() || ports_each.is_null()) return nullptr;
    const auto width = to_integer(ports_each, 0, most_ports);
    const auto size = to_integer(most, 0, most_ports) * width;
    if (size > most_ports) throw NotAsStored{fmt::format("{} has more than a million ports", name)};
    const auto& base_field = field_of(service, "base_instance_prefix_number");
    const auto base = base_field.is_null() ? 0 : to_integer(base_field, 0, max_instance_number);
    std::vector<std::int64_t> ports(static_cast<std::size_t>(size), 0);
    for (const auto* unit : instances) {
      const std::int64_t first = *dynamite_number(name, unit->name);
      for (auto port = first; port < first + width; ++port) {
        if (port >= base && port - base < size) ports[static_cast<std::size_t>(port - base)] = port;
      }
    }
    return ports;
  }

  Json attached_templates(const std::string& name, const Units& instances) const {
    Json list = Json::array();
    for (const auto& attached : attached_names(name)) {
      auto value = template_json(attached, {});
      Json units = Json::object();
      for (const auto* instance : instances) {
        if (const auto* unit = attached_unit(attached, name, *instance))
          units[unit->name] = unit_json(*unit);
      }
      value["attached_services"] = Json::array();
      value["fleet_service_instances"] = std::move(units);
      list.push_back(std::move(value));
    }
    return list;
  }

  const Json& services_;
  const DynamiteUnitFiles& files_;
  std::map<std::string, const Unit*> units_;
};

}  // namespace

Result<DynamiteKeys> dynamite_keys(std::string_view configuration,
                                   const DynamiteUnitFiles& files,
                                   std::span<const Unit> units) {
  auto keys = reading_stored([&] {
    const auto root = stored_object(configuration);
    const auto& dynamite = field_of(root, "Dynamite");
    if (!dynamite.is_object()) throw NotAsStored{"its root key is not \"Dynamite\""};
    auto written = DynamiteWriter(object_field(dynamite, "Service"), files, units).keys();
    written[std::string(dynamite_configuration_key)] = configuration;
    written[std::string(dynamite_status_key)] = "Running";
    return written;
  });
  if (!keys) return failure(ErrorKind::usage, "Dynamite's configuration: " + keys.error().message);
  return keys;
}

KeyChanges key_changes(const DynamiteKeys& present, const DynamiteKeys& wanted) {
  KeyChanges changes;
  for (const auto& [key, value] : wanted) {
    const auto found = present.find(key);
    if (found == present.end() || found->second != value) changes.put[key] = value;
  }
  for (const auto& [key, value] : present) {
    if (!wanted.contains(key)) changes.remove.push_back(key);
  }
  return changes;
}

}  // namespace scale_fleet
