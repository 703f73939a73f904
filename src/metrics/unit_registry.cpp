#include "metrics/unit_registry.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

/// The next name of a path, without its slashes; empty at its end.
std::string_view take_name(std::string_view& path) {
  path.remove_prefix(std::min(path.size(), path.find_first_not_of('/')));
  const auto name = path.substr(0, path.find('/'));
  path.remove_prefix(name.size());
  return name;
}

}  // namespace

std::vector<std::string_view> names_below(std::string_view folder, std::string_view key) {
  for (auto name = take_name(folder); !name.empty(); name = take_name(folder)) {
    if (take_name(key) != name) return {};
  }
  std::vector<std::string_view> names;
  for (auto name = take_name(key); !name.empty(); name = take_name(key))
    names.push_back(name);
  return names;
}

UnitRegistry::UnitRegistry(std::string_view registry, const std::vector<StoredKey>& keys) {
  for (const auto& key : keys) {
    const auto names = names_below(registry, key.key);
    if (names.size() != 3 || names[2] != "service_instance_name") continue;
    constexpr std::string_view blanks = " \t\r\n";
    std::string_view unit = key.value;
    unit.remove_prefix(std::min(unit.size(), unit.find_first_not_of(blanks)));
    unit = unit.substr(0, unit.find_last_not_of(blanks) + 1);
    if (unit.empty()) continue;
    const auto* ending = unit.ends_with(".service") ? "" : ".service";
    by_type_[std::string(names[0])][std::string(names[1])] = std::string(unit) + ending;
  }
}

std::string_view UnitRegistry::unit_of(std::string_view type, std::string_view uuid) const {
  const auto of_type = by_type_.find(type);
  if (of_type == by_type_.end()) return {};
  const auto found = of_type->second.find(uuid);
  return found == of_type->second.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace scale_fleet
