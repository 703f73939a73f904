#include "scale_fleet/commands/release_sidekicks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/commands/find_sidekicks.hpp"
#include "scale_fleet/core/sidekicks.hpp"

namespace scale_fleet {
namespace {

/// Each service of the release, as a scale that has sidekicks.
std::vector<ScaleRequest> as_scales(const ReleaseRequest& request) {
  std::vector<ScaleRequest> scales{{.service = request.service, .count = {}}};
  if (request.replaces) scales.push_back({.service = *request.replaces, .count = {}});
  return scales;
}

Result<bool> says_it_goes_with(FleetApi& fleet, const Service& sidekick, const Service& main) {
  const auto units = fleet.units(sidekick.name_prefix());
  if (!units) return tl::unexpected(units.error());
  return !sidekicks_of(main, *units).empty();
}

/// Those of a release that was broken off, of either service.
Outcome take_from_marks(FleetApi& fleet, ReleaseRequest& request) {
  for (const auto& service : {std::optional(request.service), request.replaces}) {
    if (!service) continue;
    const auto unit = fleet.unit(mark_unit_name(*service));
    if (!unit) return tl::unexpected(unit.error());
    if (!*unit) continue;
    const auto mark = read_mark(**unit);
    if (!mark) return tl::unexpected(mark.error());
    std::ranges::copy_if(
        mark->sidekicks, std::back_inserter(request.sidekicks), [&](const ReleaseSidekick& each) {
          return std::ranges::find(request.sidekicks, each) == request.sidekicks.end();
        });
  }
  return {};
}

}  // namespace

Outcome find_release_sidekicks(World world, const ScaleRequest& with, ReleaseRequest& request) {
  if (!with.find_sidekicks && with.sidekicks.empty()) return take_from_marks(world.fleet, request);
  auto scales = as_scales(request);
  if (with.find_sidekicks) {
    for (auto& scale : scales)
      scale.find_sidekicks = true;
    if (auto found = find_sidekicks(world, scales); !found) return found;
  }
  for (const auto& sidekick : with.sidekicks) {
    auto goes_with_outgoing = Result<bool>(false);
    if (request.replaces) {
      goes_with_outgoing = says_it_goes_with(world.fleet, sidekick, *request.replaces);
      if (!goes_with_outgoing) return tl::unexpected(goes_with_outgoing.error());
    }
    scales[*goes_with_outgoing ? 1 : 0].sidekicks.push_back(sidekick);
  }
  if (auto fine = check_sidekicks(scales); !fine) return fine;
  for (const auto& scale : scales) {
    for (const auto& sidekick : scale.sidekicks)
      request.sidekicks.push_back({.sidekick = sidekick, .main = scale.service});
  }
  return {};
}

}  // namespace scale_fleet
