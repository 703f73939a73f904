#include "commands/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// More than these in one sentence help nobody; `status` shows them all.
constexpr std::size_t most_named = 5;

/// Bytes: no address that is one is longer (IPv6 with a zone).
constexpr std::size_t longest_ip = 64;

std::string describe_unit(const UnitStanding& unit, const std::vector<Machine>& machines) {
  auto text = fmt::format("{} is {}", unit.unit, to_string(unit.condition));
  if (!unit.detail.empty()) text += fmt::format(" ({})", unit.detail);
  if (!unit.machine_id.empty()) text += " on " + location_of(unit.machine_id, machines);
  return text;
}

std::string explain_placement(const std::vector<std::string>& demands,
                              const std::vector<Machine>& machines) {
  const auto has = machines.empty()
                       ? std::string("the number of machines is not known")
                       : fmt::format("the cluster has {}", counted(machines.size(), "machine"));
  if (demands.empty()) return fmt::format("; no machine took it, and {}", has);
  return printable(fmt::format("; it demands {}, and {}", fmt::join(demands, " and "), has));
}

}  // namespace

std::string location_of(const std::string& machine_id, const std::vector<Machine>& machines) {
  if (machine_id.empty()) return {};
  const auto start = shortened(machine_id, 8);
  for (const auto& machine : machines) {
    if (machine.id == machine_id && !machine.primary_ip.empty()) {
      return printable(fmt::format("{}.../{}", start, shortened(machine.primary_ip, longest_ip)));
    }
  }
  return printable(fmt::format("{}...", start));
}

std::string explain_standing(const Standing& standing, const std::vector<Machine>& machines) {
  std::string text;
  std::size_t others = 0;
  std::size_t named = 0;
  const UnitStanding* unscheduled = nullptr;
  for (const auto& unit : standing.units) {
    if (is_good(unit.condition)) continue;
    if (unscheduled == nullptr && unit.condition == Condition::unscheduled) unscheduled = &unit;
    if (named == most_named) {
      ++others;
      continue;
    }
    text += (named++ == 0 ? "" : ", ") + describe_unit(unit, machines);
  }
  if (others > 0) text += fmt::format(", and {} not well either", counted(others, "other"));
  if (unscheduled != nullptr) text += explain_placement(unscheduled->demands, machines);
  return text;
}

}  // namespace scale_fleet
