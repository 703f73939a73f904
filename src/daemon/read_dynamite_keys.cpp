#include <algorithm>
#include <optional>

#include "daemon/dynamite_names.hpp"
#include "daemon/stored_json.hpp"
#include "scale_fleet/daemon/dynamite_keys.hpp"

namespace scale_fleet {
namespace {

/// Whatever can be made of a text field of somebody else's object.
std::string lenient_text(const Json& object, std::string_view name) {
  if (!object.is_object()) return {};
  const auto& value = field_of(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

DynamiteUnit left_unit(const Json& object) {
  return {.name = lenient_text(object, "name"), .state = lenient_text(object, "state")};
}

void attach(DynamiteInstance& instance, DynamiteUnit unit) {
  const bool is_known = std::ranges::find(instance.attached, unit.name, &DynamiteUnit::name) !=
                        instance.attached.end();
  if (!unit.name.empty() && !is_known) instance.attached.push_back(std::move(unit));
}

/// Of a unit that isn't numbered after an instance: it goes with all of them.
std::optional<InstanceNumber> number_of(const std::string& unit) {
  const auto service = service_of(unit);
  return service ? instance_number(*service, unit) : std::nullopt;
}

/// What the template's key says of one service.
void read_template(const Json& object, DynamiteService& service) {
  for (const auto& attached : attached_list(object)) {
    if (!attached.is_object()) continue;
    const auto& units = field_of(attached, "fleet_service_instances");
    if (!units.is_object()) continue;
    for (const auto& [key, value] : units.items()) {
      auto unit = left_unit(value);
      if (unit.name.empty()) unit.name = key;
      for (auto& instance : service.instances) {
        const auto number = number_of(unit.name);
        if (!number || number == number_of(instance.unit.name)) attach(instance, unit);
      }
    }
  }
  const auto& ports = field_of(object, "used_port_numbers");
  if (ports.is_array()) {
    for (const auto& port : ports) {
      if (!port.is_number_integer() || port == 0) continue;
      service.used_ports.push_back(
          static_cast<InstanceNumber>(to_integer(port, 1, max_instance_number)));
    }
    std::ranges::sort(service.used_ports);
  }
}

/// Reads the keys of one service, whose folder they stand in.
class ServiceKeys {
 public:
  ServiceKeys(std::string name, std::vector<std::string>& problems)
      : problems_(problems), service_{.name = std::move(name)} {}

  void take(const std::string& key, std::string_view name, const std::string& value) {
    if (name == dynamite_template_name) {
      template_ = object_at(key, value);
      template_key_ = key;
      return;
    }
    const auto object = object_at(key, value);
    DynamiteInstance instance{.unit = left_unit(object)};
    // The key says it where the value doesn't, and where it says something else.
    instance.unit.name = name;
    if (object.is_object()) {
      for (const auto& attached : attached_list(object))
        attach(instance, left_unit(attached));
    }
    service_.instances.push_back(std::move(instance));
  }

  DynamiteService finished() {
    if (template_.is_object()) {
      const auto read = reading_stored([&] {
        read_template(template_, service_);
        return true;
      });
      if (!read) note(template_key_, read.error().message);
    }
    std::ranges::stable_sort(service_.instances, {}, [](const DynamiteInstance& instance) {
      return number_of(instance.unit.name).value_or(0);
    });
    return std::move(service_);
  }

  const std::string& name() const { return service_.name; }

 private:
  void note(const std::string& key, const std::string& why) {
    problems_.push_back(printable(key) + ": " + why);
  }

  /// Null where there is none; that is a problem unless nothing is there at all.
  Json object_at(const std::string& key, const std::string& value) {
    if (value.empty() || value == "null") return nullptr;
    auto object = reading_stored([&] { return stored_object(value); });
    if (object) return std::move(*object);
    note(key, object.error().message);
    return nullptr;
  }

  std::vector<std::string>& problems_;
  DynamiteService service_;
  Json template_;
  std::string template_key_;
};

std::string value_at(const DynamiteKeys& keys, std::string_view key) {
  const auto found = keys.find(std::string(key));
  return found == keys.end() ? "" : found->second;
}

}  // namespace

DynamiteApplication read_dynamite_keys(const DynamiteKeys& keys) {
  DynamiteApplication application{.status = value_at(keys, dynamite_status_key),
                                  .configuration = value_at(keys, dynamite_configuration_key)};
  std::map<std::string, ServiceKeys> services;
  for (const auto& [key, value] : keys) {
    if (!key.starts_with(dynamite_services_folder)) continue;
    const auto path = std::string_view(key).substr(dynamite_services_folder.size());
    const auto slash = path.find('/');
    if (slash == 0 || slash == std::string_view::npos || slash + 1 == path.size()) continue;
    const std::string name(path.substr(0, slash));
    services.try_emplace(name, name, application.problems)
        .first->second.take(key, path.substr(slash + 1), value);
  }
  for (auto& [name, service] : services)
    application.services.push_back(service.finished());
  return application;
}

}  // namespace scale_fleet
