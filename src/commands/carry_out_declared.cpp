#include "scale_fleet/commands/carry_out_declared.hpp"

#include <algorithm>

#include "commands/declared_release.hpp"
#include "scale_fleet/commands/scale_command.hpp"

namespace scale_fleet {
namespace {

/// The service's report and its sidekicks': they stand behind each other.
std::vector<ServiceReport*> reports_of(const ScaleRequest& request, ScaleReport& report) {
  const auto main =
      std::ranges::find(report.services, request.service.display_name(), &ServiceReport::service);
  std::vector<ServiceReport*> reports;
  for (auto each = main; each != report.services.end(); ++each) {
    if (each != main && !each->is_sidekick) break;
    reports.push_back(&*each);
  }
  return reports;
}

bool ended_well(const std::vector<ServiceReport*>& reports) {
  return std::ranges::all_of(reports, [](const ServiceReport* report) {
    return report->status <= ScaleStatus::accepted && !report->error;
  });
}

/// The release, and what it leaves: it renews the sidekicks of the instances that it renews, and
/// others may have another text alone.
void renew(World world,
           const DeclaredWish& wish,
           const ScaleOptions& options,
           const std::vector<ServiceReport*>& services) {
  add_report(release_declared(world, wish, options).scale, services);
  const bool is_done = wish.request.sidekicks.empty();
  if (is_done || !ended_well(services) || world.stop.requested()) return;
  auto request = wish.request;
  request.current.reset();  // It held when the first step was planned.
  request.replaces_other_text = true;
  add_report(ScaleCommand(world, options).run({request}), services);
}

}  // namespace

ScaleReport carry_out_declared(World world,
                               const std::vector<DeclaredWish>& wishes,
                               const ScaleOptions& options) {
  std::vector<ScaleRequest> requests;
  std::vector<const DeclaredWish*> to_release;
  for (const auto& wish : wishes) {
    auto& request = requests.emplace_back(wish.request);
    // Where this can't be said the scale can't look either, and tells.
    const bool is_release = needs_release(world.fleet, wish).value_or(false);
    // A release renews the sidekicks with their instances.
    request.replaces_other_text = wish.replaces_text && !is_release;
    if (is_release) to_release.push_back(&wish);
  }
  auto scale_options = options;
  scale_options.each_for_itself = true;
  auto report = ScaleCommand(world, scale_options).run(requests);
  for (const auto* wish : to_release) {
    const auto services = reports_of(wish->request, report);
    const bool may_begin = ended_well(services) && !options.dry_run && !world.stop.requested();
    if (may_begin) renew(world, *wish, scale_options, services);
  }
  report.status = overall_status(report);
  return report;
}

ScaleReport carry_out_declared(World world,
                               const DeclaredService& declared,
                               const ScaleRequest& request,
                               const ScaleOptions& options,
                               bool replaces_text) {
  return carry_out_declared(
      world,
      {DeclaredWish{.declared = declared, .request = request, .replaces_text = replaces_text}},
      options);
}

}  // namespace scale_fleet
