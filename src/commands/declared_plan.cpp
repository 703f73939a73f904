#include "scale_fleet/commands/declared_plan.hpp"

#include <algorithm>

#include "scale_fleet/commands/declared_order.hpp"
#include "scale_fleet/core/step_waves.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {
namespace {

/// The places of the steps of each plan in the order in which they begin.
std::vector<std::vector<std::size_t>> turns_of(const std::vector<ServiceDrift>& drifts) {
  std::vector<ScalePlan> plans;
  std::vector<std::vector<std::size_t>> turns;
  for (const auto& drift : drifts) {
    plans.push_back(drift.plan);
    turns.emplace_back(drift.plan.steps.size());
  }
  std::size_t turn = 0;
  for (const auto& wave : waves(plans)) {
    for (const auto& step : wave)
      turns[step.place.plan][step.place.step] = turn++;
  }
  return turns;
}

ServiceReport planned_report(const ServiceDrift& drift,
                             const std::vector<std::size_t>& turns,
                             const DeclaredService& declared) {
  const auto& plan = drift.plan;
  ServiceReport report{.service = plan.service.display_name(),
                       .desired = plan.desired,
                       .before = plan.before,
                       .after = plan.before,
                       .status = plan.steps.empty() ? ScaleStatus::unchanged : ScaleStatus::planned,
                       .changes = {},
                       .left_alone = plan.left_alone,
                       .error = std::nullopt};
  if (declared.on_template_change == OnTemplateChange::keep) report.other_text = drift.other_text;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    report.changes.push_back({.step = plan.steps[i], .turn = turns[i]});
  return report;
}

std::vector<ServiceReport> failed_reports(const ScaleRequest& request, const Error& error) {
  const auto status = status_of(error.kind);
  std::vector<ServiceReport> reports{{.service = request.service.display_name(),
                                      .desired = request.count.number,
                                      .status = status,
                                      .error = error}};
  for (const auto& sidekick : request.sidekicks) {
    reports.push_back({.service = sidekick.display_name(), .status = status, .is_sidekick = true});
  }
  return reports;
}

std::vector<ServiceReport> planned_reports(const ScaleRequest& request,
                                           const DeclaredService& declared,
                                           const ClusterLook& look) {
  const auto drifts = drifts_of(request, declared, look);
  if (!drifts) return failed_reports(request, drifts.error());
  const auto turns = turns_of(*drifts);
  std::vector<ServiceReport> reports;
  for (std::size_t i = 0; i < drifts->size(); ++i) {
    reports.push_back(planned_report((*drifts)[i], turns[i], declared));
    reports.back().is_sidekick = i > 0;
  }
  return reports;
}

}  // namespace

Result<ClusterLook> look_at_cluster(FleetApi& fleet) {
  auto units = fleet.units("");
  if (!units) return tl::unexpected(units.error());
  auto states = fleet.states("");
  if (!states) return tl::unexpected(states.error());
  std::ranges::stable_sort(*states, {}, &UnitState::unit);
  return ClusterLook{.units = std::move(*units), .states = std::move(*states), .machines = {}};
}

InstanceCount current_count(const ClusterLook& look, const Service& service) {
  const auto instances = snapshot_in(look, service).instances.size();
  if (service.is_single()) return static_cast<InstanceCount>(instances);
  const auto name = mark_unit_name(service);
  const auto unit = std::ranges::lower_bound(look.units, name, {}, &Unit::name);
  if (unit != look.units.end() && unit->name == name) {
    if (const auto mark = read_mark(*unit)) return mark->count;
  }
  return static_cast<InstanceCount>(instances);
}

InstanceCount wished_count(const DeclaredService& declared, InstanceCount current, WallTime now) {
  // Rules without data would hold, ask for more, or fall back: they have no say here.
  const ServicePolicy bounds{
      .min = declared.policy.min, .max = declared.policy.max, .schedule = declared.policy.schedule};
  const std::vector<InstanceView> instances(current);
  const Samples samples;
  return decide(bounds, {.instances = instances, .samples = samples}, {}, now).count;
}

std::vector<ScaleRequest> declared_requests(const DeclaredFile& file,
                                            const DeclaredTexts& texts,
                                            const ClusterLook& look,
                                            WallTime now,
                                            const std::set<std::string>& held_up) {
  std::vector<ScaleRequest> requests;
  for (const auto& declared : file.services) {
    const auto current = current_count(look, declared.service);
    auto count = wished_count(declared, current, now);
    if (held_up.contains(declared.service.display_name())) count = std::max(count, current);
    requests.push_back(declared_request(declared, count, texts, file.form));
  }
  return requests;
}

ScaleReport plan_declared(const DeclaredFile& file,
                          const std::vector<ScaleRequest>& requests,
                          const ClusterLook& look) {
  ScaleReport report;
  for (const auto& wave : declared_waves(file.services)) {
    for (const auto place : wave) {
      auto services = planned_reports(requests.at(place), file.services[place], look);
      std::ranges::move(services, std::back_inserter(report.services));
    }
  }
  report.status = overall_status(report);
  return report;
}

}  // namespace scale_fleet
