#include "commands/declared_release.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/commands/observe.hpp"
#include "scale_fleet/commands/release_command.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// One more than the count may be there meanwhile where that leaves neither the bounds nor, where
/// numbers are ports, the ports.
bool may_surge(const DeclaredService& declared, InstanceCount count) {
  return declared.numbering == Numbering{} && count < declared.policy.max.value_or(max_count);
}

ReleaseRequest release_request(const DeclaredWish& wish) {
  const auto count = wish.request.count.number;
  const bool surges = may_surge(wish.declared, count);
  ReleaseRequest release{.kind = wish.request.text ? ReleaseKind::deploy : ReleaseKind::refresh,
                         .service = wish.request.service,
                         .replaces = {},
                         .text = {},
                         .count = count};
  if (wish.request.text) release.text = *wish.request.text;
  release.max_surge = {.number = surges ? 1U : 0U};
  release.max_unavailable = {.number = surges ? 0U : 1U};
  release.stop_first = wish.request.stop_first;
  for (const auto& sidekick : wish.request.sidekicks) {
    // One plain unit for all instances has nothing to do with the turn of one of them.
    if (!sidekick.is_single())
      release.sidekicks.push_back({.sidekick = sidekick, .main = wish.request.service});
  }
  release.sidekick_texts = wish.request.sidekick_texts;
  return release;
}

/// The command for a shell that goes on with such a release.
std::string release_command_line(const DeclaredWish& wish) {
  const auto name = shell_word(wish.request.service.display_name());
  if (!wish.declared.template_file) return fmt::format("scale-fleet refresh {}", name);
  return fmt::format(
      "scale-fleet deploy {} --from {}", name, shell_word(wish.declared.template_file->string()));
}

}  // namespace

Result<bool> needs_release(FleetApi& fleet, const DeclaredWish& wish) {
  if (!wish.replaces_text || wish.request.service.is_single()) return false;
  const auto look =
      observe(fleet, wish.request.service, [](const ServiceSnapshot&) { return false; });
  if (!look) return tl::unexpected(look.error());
  // One that was broken off is to be ended, though all may have their text already.
  const auto mark = fleet.unit(mark_unit_name(wish.request.service));
  if (!mark) return tl::unexpected(mark.error());
  if (*mark && kept_for(**mark)) return true;
  if (!wish.request.text && !look->template_unit) return false;
  const auto& text = wish.request.text ? *wish.request.text : look->template_unit->options;
  return std::ranges::any_of(look->instances, [&](const Instance& instance) {
    return !is_same_text(instance.unit.options, text);
  });
}

ReleaseReport release_declared(World world, const DeclaredWish& wish, const ScaleOptions& options) {
  return ReleaseCommand(world, {.scale = options}, {.command_line = release_command_line(wish)})
      .run(release_request(wish));
}

void add_report(const ScaleReport& later, const std::vector<ServiceReport*>& services) {
  std::size_t turns = 0;
  for (const auto* service : services) {
    for (const auto& change : service->changes)
      turns = std::max(turns, change.turn + 1);
  }
  for (const auto& report : later.services) {
    const auto found = std::ranges::find(services, report.service, &ServiceReport::service);
    if (found == services.end()) continue;
    auto& service = **found;
    for (auto change : report.changes) {
      change.turn += turns;
      service.changes.push_back(std::move(change));
    }
    if (report.after) service.after = report.after;
    if (report.error) service.error = report.error;
    service.status = std::max(service.status, report.status);
  }
  auto& main = *services.front();
  main.status = std::max(main.status, later.status);
  if (later.error) main.error = later.error;
}

}  // namespace scale_fleet
