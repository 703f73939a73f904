#include "scale_fleet/commands/declared_scale.hpp"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "scale_fleet/core/sidekicks.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// Null where Fleet's template is meant.
std::shared_ptr<const UnitOptions> text_at(const std::optional<std::filesystem::path>& file,
                                           const DeclaredTexts& texts) {
  return file ? texts.at(*file) : nullptr;
}

/// Those of a list by name whose names begin with `prefix`.
template <typename Row>
std::span<const Row> rows_of(const std::vector<Row>& rows,
                             const std::string& prefix,
                             std::string Row::*name) {
  const auto begin = std::ranges::lower_bound(rows, prefix, {}, name);
  const auto end = std::partition_point(
      begin, rows.end(), [&](const Row& row) { return (row.*name).starts_with(prefix); });
  return {begin, end};
}

/// Those that stay and aren't made of the text that they should be made of.
std::vector<std::string> with_other_text(const ServiceSnapshot& look,
                                         const std::shared_ptr<const UnitOptions>& text,
                                         const std::vector<std::string>& kept) {
  if (!text && !look.template_unit) return {};
  const auto& wanted = text ? *text : look.template_unit->options;
  const std::set<std::string_view> stay(kept.begin(), kept.end());
  std::vector<std::string> units;
  for (const auto& instance : look.instances) {
    const auto& unit = instance.unit;
    if (stay.contains(unit.name) && !is_same_text(unit.options, wanted)) units.push_back(unit.name);
  }
  return units;
}

void plan_replacements(const DeclaredService& declared, ServiceDrift& drift) {
  const bool is_planned =
      declared.on_template_change == OnTemplateChange::keep || declared.service.is_single();
  if (is_planned) return;
  const auto whose = declared.template_file
                         ? fmt::format("of {}", declared.template_file->string())
                         : fmt::format("of {}", declared.service.template_name());
  for (const auto& unit : drift.other_text) {
    drift.plan.steps.push_back({.action = Action::replace,
                                .unit = unit,
                                .reason = fmt::format("its text isn't that {}", whose)});
  }
}

}  // namespace

ScaleRequest declared_request(const DeclaredService& declared,
                              InstanceCount count,
                              const DeclaredTexts& texts,
                              DeclaredFile::Form form) {
  ScaleRequest request{.service = declared.service, .count = {.number = count}};
  request.numbering = declared.numbering;
  request.text = text_at(declared.template_file, texts);
  request.submit_first = form == DeclaredFile::Form::dynamite;
  request.replaces_other_text = declared.on_template_change == OnTemplateChange::replace;
  for (const auto& [sidekick, template_file] : declared.attached) {
    request.sidekicks.push_back(sidekick);
    if (auto text = text_at(template_file, texts))
      request.sidekick_texts.push_back({.sidekick = sidekick, .text = std::move(text)});
  }
  return request;
}

ServiceSnapshot snapshot_in(const ClusterLook& look, const Service& service) {
  const auto prefix = service.name_prefix();
  return snapshot_of(service,
                     rows_of(look.units, prefix, &Unit::name),
                     rows_of(look.states, prefix, &UnitState::unit));
}

Result<std::vector<ServiceDrift>> drifts_of(const ScaleRequest& request,
                                            const DeclaredService& declared,
                                            const ClusterLook& look) {
  std::vector<ServiceDrift> drifts;
  const auto service = snapshot_in(look, request.service);
  auto plan = plan_scale(service, request);
  if (!plan) return tl::unexpected(plan.error());
  auto& main = drifts.emplace_back(ServiceDrift{.plan = std::move(*plan), .other_text = {}});
  main.other_text = with_other_text(service, request.text, main.plan.kept);
  plan_replacements(declared, main);
  for (const auto& sidekick : request.sidekicks) {
    const auto wish = sidekick_request(request, sidekick, drifts.front().plan);
    const auto its_look = snapshot_in(look, sidekick);
    auto its_plan = plan_sidekick(its_look, wish);
    if (!its_plan) return tl::unexpected(its_plan.error());
    auto other_text = with_other_text(its_look, wish.text, its_plan->kept);
    drifts.push_back({.plan = std::move(*its_plan), .other_text = std::move(other_text)});
  }
  return drifts;
}

Result<Drift> drift_of(const ScaleRequest& request,
                       const DeclaredService& declared,
                       const ClusterLook& look) {
  const auto drifts = drifts_of(request, declared, look);
  if (!drifts) return tl::unexpected(drifts.error());
  Drift all;
  for (const auto& [plan, other_text] : *drifts) {
    all.steps.insert(all.steps.end(), plan.steps.begin(), plan.steps.end());
    all.other_text.insert(all.other_text.end(), other_text.begin(), other_text.end());
  }
  return all;
}

}  // namespace scale_fleet
