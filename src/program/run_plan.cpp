#include <algorithm>

#include "cli/run_arguments.hpp"
#include "program/console.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/declared_plan.hpp"
#include "scale_fleet/commands/show_scale.hpp"

namespace scale_fleet {
namespace {

ScaleReport look_and_plan(FleetApi& fleet,
                          const DeclaredFile& file,
                          const DeclaredTexts& texts,
                          const std::set<std::string>& held_up) {
  const auto look = look_at_cluster(fleet);
  if (!look) {
    return {.status = status_of(look.error().kind), .services = {}, .error = look.error()};
  }
  return plan_declared(
      file, declared_requests(file, texts, *look, system_wall_time(), held_up), *look);
}

/// Instances that keep another text than the template's differ, too; `refresh` replaces them.
bool is_other_text_kept(const ScaleReport& report) {
  return std::ranges::any_of(
      report.services, [](const ServiceReport& service) { return !service.other_text.empty(); });
}

}  // namespace

Result<int> run_plan(const Invocation& invocation) {
  const auto etcd = read_etcd_members(invocation.arguments);
  if (!etcd) return tl::unexpected(etcd.error());
  auto file = invocation.declared.value();
  choose_etcd(file, *etcd);
  const auto texts = read_declared_texts(file);
  if (!texts) return tl::unexpected(texts.error());
  const auto session = Session::open(invocation.options, invocation.environment, {});
  if (!session) return tl::unexpected(session.error());
  const auto world = (*session)->world();
  const auto held_up = leave_out_paused(file, invocation.options.tls, world.clock, world.progress);
  const auto report = look_and_plan(world.fleet, file, *texts, held_up);
  const auto printed =
      print_answer(invocation.options.json ? scale_json(report) : scale_text(report));
  for (const auto& error : scale_errors(report))
    print_error(error);
  if (!printed) return tl::unexpected(printed.error());
  if (report.status == ScaleStatus::interrupted && world.stop.signal())
    return exit_code_of_signal(*world.stop.signal());
  const bool differs = report.status == ScaleStatus::unchanged && is_other_text_kept(report);
  return static_cast<int>(exit_code_of(differs ? ScaleStatus::planned : report.status, true));
}

}  // namespace scale_fleet
