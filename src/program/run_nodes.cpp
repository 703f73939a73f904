#include <algorithm>

#include "cli/nodes_arguments.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "program/make_node_group.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/nodes_command.hpp"

namespace scale_fleet {
namespace {

NodesReport not_begun(const NodesRequest& request, const Error& error) {
  NodesReport report{.group = request.nodes.name, .status = status_of(error.kind), .error = error};
  if (request.count.kind == Count::Kind::absolute) report.desired = request.count.number;
  return report;
}

NodesReport lock_and_change(Session& session,
                            const Invocation& invocation,
                            const NodesArguments& arguments,
                            const NodesRequest& request) {
  const auto group = ConnectedGroup::open(request.nodes,
                                          {.environment = invocation.environment,
                                           .clock = session.clock(),
                                           .stop = session.stop(),
                                           .wake = &session.signals()});
  if (!group) return not_begun(request, group.error());
  if (!arguments.dry_run) {
    const auto locked = session.lock({lock_name_of(request.nodes)}, invocation.command_line);
    if (!locked) return not_begun(request, session.stop().lost_lease().value_or(locked.error()));
  }
  NodesCommand command(
      {.world = session.world(),
       .group = (*group)->group(),
       .wall_time = system_wall_time,
       .rights = &session.rights_to(request.services, invocation.command_line)},
      {.dry_run = arguments.dry_run, .no_block = arguments.no_block, .timeout = arguments.timeout});
  auto report = command.run(request);
  if (auto lost = session.stop().lost_lease()) {
    // Somebody else may have worked on it since: what is reported can't be vouched for.
    report.error = std::move(lost);
    report.status = std::max(report.status, ScaleStatus::failed);
  }
  return report;
}

}  // namespace

Result<int> run_nodes(const Invocation& invocation) {
  const auto arguments = read_nodes_arguments(invocation.arguments);
  if (!arguments) return tl::unexpected(arguments.error());
  const auto& file = invocation.declared.value();
  auto nodes = choose_nodes(file, arguments->group);
  if (!nodes) return tl::unexpected(nodes.error());
  const NodesRequest request{
      .nodes = std::move(*nodes), .count = arguments->count, .services = file.services};
  const auto session = Session::open(invocation.options, invocation.environment, {.parallel = 16});
  if (!session) return tl::unexpected(session.error());
  const auto report = lock_and_change(**session, invocation, *arguments, request);
  const auto printed =
      print_answer(invocation.options.json ? nodes_json(report) : nodes_text(report));
  if (report.error) print_error(report.error->message);
  if (!printed) return tl::unexpected(printed.error());
  const auto signal = (*session)->world().stop.signal();
  if (report.status == ScaleStatus::interrupted && signal) return exit_code_of_signal(*signal);
  if (report.error && report.error->kind == ErrorKind::usage)
    return static_cast<int>(ExitCode::usage);
  return static_cast<int>(exit_code_of(report.status, false));
}

}  // namespace scale_fleet
