#include "scale_fleet/commands/find_sidekicks.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/sidekicks.hpp"

namespace scale_fleet {
namespace {

std::string finding(const Service& main, const std::vector<Service>& found) {
  if (found.empty()) {
    return fmt::format(
        "{}: found no sidekicks; no template says MachineOf=, BindsTo= or PartOf={}%i.{}",
        main.display_name(),
        main.name_prefix(),
        main.suffix());
  }
  std::vector<std::string> names;
  names.reserve(found.size());
  for (const auto& sidekick : found)
    names.push_back(sidekick.display_name());
  return fmt::format("{}: found sidekicks: {}", main.display_name(), fmt::join(names, ", "));
}

}  // namespace

Outcome find_sidekicks(World world, std::vector<ScaleRequest>& requests) {
  if (std::ranges::none_of(requests, &ScaleRequest::find_sidekicks)) return {};
  const auto units = world.fleet.units("");
  if (!units) return tl::unexpected(units.error());
  for (auto& request : requests) {
    if (!request.find_sidekicks) continue;
    const auto found = sidekicks_of(request.service, *units);
    world.progress.tell(finding(request.service, found));
    std::ranges::copy_if(
        found, std::back_inserter(request.sidekicks), [&](const Service& sidekick) {
          return std::ranges::find(request.sidekicks, sidekick) == request.sidekicks.end();
        });
    request.find_sidekicks = false;
  }
  return {};
}

}  // namespace scale_fleet
