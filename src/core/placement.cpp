#include "scale_fleet/core/placement.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

/// Split at the first `@` and the last dot (unit/unit.go:215-267).
struct NameParts {
  std::string_view without_suffix;
  std::string_view prefix;
  std::string_view instance;
};

NameParts split_name(std::string_view name) {
  const auto stem = name.substr(0, name.rfind('.'));
  const auto at = stem.find('@');
  if (at == std::string_view::npos) {
    return {.without_suffix = stem, .prefix = stem, .instance = {}};
  }
  return {.without_suffix = stem, .prefix = stem.substr(0, at), .instance = stem.substr(at + 1)};
}

std::string expand(std::string_view value, std::string_view unit_name) {
  if (unit_name.empty()) return std::string(value);
  const auto parts = split_name(unit_name);
  std::string result;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char next = value[i] == '%' && i + 1 < value.size() ? value[i + 1] : '\0';
    ++i;
    switch (next) {
      case 'n':
        result += unit_name;
        break;
      case 'N':
        result += parts.without_suffix;
        break;
      case 'p':
        result += parts.prefix;
        break;
      case 'i':
        result += parts.instance;
        break;
      default:
        --i;
        result += value[i];
    }
  }
  return result;
}

/// `"a" "b"` is a and b; anything else is one value.
std::vector<std::string_view> split_values(std::string_view value) {
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) return {value};
  value = value.substr(1, value.size() - 2);
  std::vector<std::string_view> values;
  constexpr std::string_view between = "\" \"";
  for (auto end = value.find(between); end != std::string_view::npos; end = value.find(between)) {
    values.push_back(value.substr(0, end));
    value.remove_prefix(end + between.size());
  }
  values.push_back(value);
  return values;
}

std::string_view without_old_prefix(std::string_view name) {
  for (const std::string_view prefix : {"X-Condition", "X-"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

void add_demand(Placement& placement, std::string_view name, const std::string& value) {
  if (name == "Conflicts") placement.conflicts.push_back(value);
  if (name == "Replaces") placement.replaces.push_back(value);
  if (name == "MachineOf") placement.peers.push_back(value);
  if (name == "MachineID") placement.machine_id = value;
  const auto equals = value.find('=');
  if (name == "MachineMetadata" && equals != std::string::npos && equals > 0) {
    placement.metadata[value.substr(0, equals)].insert(value.substr(equals + 1));
  }
}

}  // namespace

Placement read_placement(const UnitOptions& options, std::string_view unit_name) {
  Placement placement;
  for (const auto& option : options) {
    if (option.section != "X-Fleet") continue;
    for (const auto value : split_values(option.value)) {
      add_demand(placement, without_old_prefix(option.name), expand(value, unit_name));
    }
  }
  placement.global = is_global(options);
  return placement;
}

bool machine_suits(const Placement& placement, const Machine& machine) {
  if (!placement.machine_id.empty() && placement.machine_id != machine.id) return false;
  return std::ranges::all_of(placement.metadata, [&](const auto& demand) {
    const auto has = machine.metadata.find(demand.first);
    return has != machine.metadata.end() && demand.second.contains(has->second);
  });
}

}  // namespace scale_fleet
