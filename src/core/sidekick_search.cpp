#include <algorithm>
#include <map>

#include "core/utf8.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "scale_fleet/core/sidekicks.hpp"
#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

/// The units that one with these lines can't be without: it shares their machine, or stops with
/// them.
std::vector<std::string> leaders_of(const UnitOptions& options) {
  std::vector<std::string> lists = peer_names(options);
  for (const auto* key : {"BindsTo", "PartOf"}) {
    for (const auto list : option_values(options, "Unit", key))
      lists.emplace_back(list);
  }
  std::vector<std::string> leaders;
  for (const auto& list : lists) {
    for (const auto word : words_of(list))
      leaders.emplace_back(word);
  }
  return leaders;
}

/// Whether the lines name the instance of `main` that `specifier` stands for: `%i`, `%I`, or a
/// number.
bool follows(const UnitOptions& options, const Service& main, const std::string& specifier) {
  const auto leader = main.name_prefix() + specifier + "." + main.suffix();
  const auto leaders = leaders_of(options);
  return std::ranges::find(leaders, leader) != leaders.end();
}

bool is_sidekick(const ServiceSnapshot& snapshot, const Service& main) {
  const auto follows_by_specifier = [&](const UnitOptions& options) {
    return follows(options, main, "%i") || follows(options, main, "%I");
  };
  if (snapshot.template_unit) return follows_by_specifier(snapshot.template_unit->options);
  return std::ranges::any_of(snapshot.instances, [&](const Instance& instance) {
    return follows_by_specifier(instance.unit.options) ||
           follows(instance.unit.options, main, std::to_string(instance.number));
  });
}

/// The service that a unit is the template or a counted instance of.
std::optional<Service> service_with(const std::string& unit) {
  if (!is_template_name(unit)) return service_of(unit);
  const auto service = Service::parse(unit);
  return service ? std::optional(*service) : std::nullopt;
}

}  // namespace

std::vector<Service> sidekicks_of(const Service& main, std::span<const Unit> all_units) {
  std::map<std::string, std::vector<Unit>> by_service;
  for (const auto& unit : all_units) {
    if (kept_for(unit)) continue;
    if (const auto service = service_with(unit.name)) {
      by_service[service->template_name()].push_back(unit);
    }
  }
  std::vector<Service> sidekicks;
  for (const auto& [template_name, units] : by_service) {
    const auto service = Service::parse(template_name);
    if (!service || *service == main) continue;
    if (is_sidekick(snapshot_of(*service, units, {}), main)) sidekicks.push_back(*service);
  }
  return sidekicks;
}

}  // namespace scale_fleet
