#include "commands/release_look.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/commands/observe.hpp"

namespace scale_fleet {

Result<ReleaseLook> look_at(FleetApi& fleet, const ReleaseRequest& request) {
  const auto always = [](const ServiceSnapshot&) { return true; };
  auto service = observe(fleet, request.service, always);
  if (!service) return tl::unexpected(service.error());
  ReleaseLook look{.service = std::move(*service), .outgoing = {}, .former = {}, .mark = {}};
  std::vector<std::pair<std::string, std::optional<Unit>*>> kept{
      {former_unit_name(request.service), &look.former},
      {mark_unit_name(request.service), &look.mark}};
  if (request.replaces) {
    auto outgoing = observe(fleet, *request.replaces, always);
    if (!outgoing) return tl::unexpected(outgoing.error());
    look.outgoing = std::move(*outgoing);
    kept.emplace_back(mark_unit_name(*request.replaces), &look.outgoing_mark);
  }
  for (const auto& [sidekick, main] : request.sidekicks) {
    auto snapshot = observe(fleet, sidekick, always);
    if (!snapshot) return tl::unexpected(snapshot.error());
    const auto text = std::ranges::find(request.sidekick_texts, sidekick, &SidekickText::sidekick);
    look.companions.push_back(
        {.main = main,
         .sidekick = std::move(*snapshot),
         .text = text == request.sidekick_texts.end() ? nullptr : text->text});
  }
  for (auto& [name, unit] : kept) {
    auto found = fleet.unit(name);
    if (!found) return tl::unexpected(found.error());
    *unit = std::move(*found);
  }
  return look;
}

ReleaseView view_of(const ReleaseLook& look) {
  return {.look = {.service = look.service, .outgoing = look.outgoing, .restarted = {}},
          .companions = look.companions};
}

std::vector<const ServiceSnapshot*> services_in(const ReleaseView& view) {
  std::vector<const ServiceSnapshot*> services{&view.look.service};
  if (view.look.outgoing) services.push_back(&*view.look.outgoing);
  for (const auto& companion : view.companions)
    services.push_back(&companion.sidekick);
  return services;
}

Result<ReleaseRequest> resolve_release(FleetApi& fleet, const ReleaseRequest& request) {
  if (request.kind == ReleaseKind::rollback) {
    const auto former = fleet.unit(former_unit_name(request.service));
    if (!former) return tl::unexpected(former.error());
    const auto mark = fleet.unit(mark_unit_name(request.service));
    if (!mark) return tl::unexpected(mark.error());
    return resolve_rollback(request, *former, *mark);
  }
  if (!request.text_of) return request;
  const auto source = fleet.unit(request.text_of->template_name());
  if (!source) return tl::unexpected(source.error());
  if (!*source) {
    return failure(ErrorKind::not_found,
                   fmt::format("cannot copy the text of {}: Fleet has no template {}",
                               request.text_of->display_name(),
                               request.text_of->template_name()));
  }
  // With the section that tells what it is kept for, no release could keep it again.
  if (const auto owner = kept_for(**source)) {
    return failure(ErrorKind::refused,
                   fmt::format("{} is kept by a release of {}, its text is not to be copied: "
                               "scale-fleet rollback {} goes back to the former version",
                               (*source)->name,
                               owner->display_name(),
                               owner->display_name()));
  }
  auto resolved = request;
  resolved.text = (*source)->options;
  return resolved;
}

}  // namespace scale_fleet
