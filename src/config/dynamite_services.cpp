#include "config/dynamite_services.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/dynamite_keys.hpp"
#include "config/yaml_scalars.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// What a word should have been: `; did you mean 'x'?`
std::string hint_at(std::string_view word, const std::vector<std::string_view>& known) {
  const auto near = nearest_word(shortened(word, longest_shown_word), known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

/// Reads the services of one file, which know each other by their keys.
class DynamiteServiceReader {
 public:
  DynamiteServiceReader(const YamlValue& value, const DynamiteAround& around, ReadFile& into)
      : around_(around), into_(into), services_(value) {
    for (const auto& [key, service] : services_.entries()) {
      maps_.emplace(key, dynamite_map(service, dynamite_keys::service));
      names_.push_back(key);
    }
  }

  void read_all() {
    for (const auto& [key, value] : services_.entries()) {
      if (is_attached(key)) {
        read_attached(key);
      } else {
        into_.keys.push_back(key);
        read_main(key, value);
      }
    }
  }

  /// Once all services are read: the attached ones stand anywhere in the file.
  void join_attached() {
    for (std::size_t i = 0; i < into_.places.size(); ++i) {
      std::vector<YamlValue> understood;
      for (const auto& value : into_.places[i].attached) {
        if (join(value, into_.file.services[i])) understood.push_back(value);
      }
      into_.places[i].attached = std::move(understood);
    }
  }

 private:
  bool is_attached(const std::string& key) const {
    const auto type = maps_.at(key).find("type");
    return type && type->node().text == dynamite_keys::attached_type;
  }

  /// The unit of name_of_unit_file: where there is an @ a template that has to bear the key's name,
  /// since Dynamite names instances by the key.
  std::optional<Service> read_unit(const std::string& key) {
    const auto& map = maps_.at(key);
    map.must_have("name_of_unit_file");
    const auto named = map.find("name_of_unit_file");
    const auto name = named ? read_dynamite_word(*named) : std::nullopt;
    if (!name) return std::nullopt;
    const bool is_template = name->find('@') != std::string::npos;
    const auto unit = is_template ? Service::parse(key) : Service::parse_single(*name);
    if (!unit) {
      (is_template ? map.value() : *named).complain(unit.error().message);
      return std::nullopt;
    }
    const auto expected = is_template ? unit->template_name() : key + ".service";
    if (*name == expected) return *unit;
    named->complain(
        fmt::format("units are named by the service's key, so the unit file has to be {}, not {}",
                    printable_start(expected, longest_shown_word),
                    shown(*named)));
    return std::nullopt;
  }

  std::optional<std::filesystem::path> unit_file(const std::string& key) const {
    const auto named = maps_.at(key).find("name_of_unit_file");
    if (around_.folders.empty()) {
      named->complain("no folder is named that unit files are in: ServiceFiles: {PathList: […]}");
      return std::nullopt;
    }
    const auto& name = named->node().text;
    std::vector<std::filesystem::path> found;
    for (const auto& folder : around_.folders) {
      if (around_.exists && around_.exists(folder / name)) found.push_back(folder / name);
    }
    if (found.size() > 1) {
      named->complain(fmt::format("this file is in two folders: {} and {}",
                                  printable(found[0].string()),
                                  printable(found[1].string())));
    }
    return found.empty() ? around_.folders.front() / name : found.front();
  }

  void read_attached(const std::string& key) {
    const auto unit = read_unit(key);
    if (!unit) return;
    if (unit->is_single()) {
      maps_.at(key)
          .find("name_of_unit_file")
          ->complain(
              "an attached service comes and goes with instances, so it has to be a "
              "template: NAME@.service");
      return;
    }
    attached_.insert_or_assign(key,
                               DeclaredSidekick{.service = *unit, .template_file = unit_file(key)});
  }

  void read_main(const std::string& key, const YamlValue& value) {
    const auto& map = maps_.at(key);
    const auto unit = read_unit(key);
    // What stands in a service with a bad name is looked at nevertheless.
    DeclaredService service{.service = unit ? *unit : *Service::parse("unnamed")};
    ServicePlaces places{.key = key, .value = value};
    if (unit) service.template_file = unit_file(key);
    read_numbers(map, service, places, unit && !unit->is_single());
    read_names(map, "attached_service", places.attached);
    read_names(map, "service_dependency", places.after);
    for (const auto& word : places.after)
      service.after.push_back(word.node().text);
    read_rule(map, "scale_up_policy", service.policy.scale_up);
    read_rule(map, "scale_down_policy", service.policy.scale_down);
    if (const auto type = map.find("type")) static_cast<void>(read_dynamite_word(*type));
    if (!unit) return;
    into_.file.services.push_back(std::move(service));
    into_.places.push_back(std::move(places));
  }

  static std::optional<InstanceNumber> read_port(const YamlValue& value) {
    return read_whole_as<InstanceNumber>(value, {.least = 1, .most = 65'535});
  }

  static void read_numbers(const YamlMap& map,
                           DeclaredService& service,
                           ServicePlaces& places,
                           bool is_template) {
    auto& policy = service.policy;
    policy.min = 1;  // ScalingEngine.py:124
    take(map, "min_instance", policy.min, read_count);
    take(map, "max_instance", policy.max, read_count);
    take(map, "base_instance_prefix_number", service.numbering.first, read_port);
    take(map, "ports_per_instance", service.numbering.step, read_port);
    if (is_template) {
      map.must_have("max_instance");
      map.must_have("base_instance_prefix_number");
      places.has_ports = map.has("base_instance_prefix_number") && map.has("max_instance");
    } else if (!map.has("max_instance")) {
      policy.max = std::max<InstanceCount>(policy.min, 1);
    }
    if (!is_template) service.numbering = {};
  }

  static void read_names(const YamlMap& map, std::string_view key, std::vector<YamlValue>& into) {
    const auto list = map.find(key);
    if (!list) return;
    for (const auto& item : list->items()) {
      if (read_dynamite_word(item)) into.push_back(item);
    }
  }

  void read_rule(const YamlMap& map, std::string_view key, std::vector<ThresholdRule>& into) {
    const auto value = map.find(key);
    if (!value) return;
    const auto inner = dynamite_map(*value, dynamite_keys::policy_of_service);
    const auto named = inner.find("ScalingPolicy");
    const auto name = named ? read_dynamite_word(*named) : std::nullopt;
    if (!name) return;
    const auto policy = around_.policies.find(*name);
    if (policy != around_.policies.end()) {
      into.push_back(policy->second);
      return;
    }
    std::vector<std::string_view> known;
    for (const auto& entry : around_.policies)
      known.push_back(entry.first);
    named->complain(
        fmt::format("there is no ScalingPolicy {}{}", shown(*named), hint_at(*name, known)));
  }

  bool join(const YamlValue& value, DeclaredService& service) {
    const auto& name = value.node().text;
    const auto found = attached_.find(name);
    if (service.service.is_single()) {
      value.complain("a single unit has no instances that others could come and go with");
    } else if (found != attached_.end()) {
      service.attached.push_back(found->second);
      return true;
    } else if (!maps_.contains(name)) {
      value.complain(fmt::format("there is no Service {}{}", shown(value), hint_at(name, names_)));
    } else if (!is_attached(name)) {
      value.complain(
          fmt::format("the service {} isn't of the type attached_service", shown(value)));
    }
    return false;
  }

  const DynamiteAround& around_;
  ReadFile& into_;
  YamlMap services_;
  std::map<std::string, YamlMap, std::less<>> maps_;
  std::vector<std::string_view> names_;
  std::map<std::string, DeclaredSidekick, std::less<>> attached_;
};

}  // namespace

void read_dynamite_services(const YamlValue& value, const DynamiteAround& around, ReadFile& into) {
  DynamiteServiceReader reader(value, around, into);
  reader.read_all();
  reader.join_attached();
}

}  // namespace scale_fleet
