#include <chrono>
#include <functional>

#include <fmt/format.h>

#include "cli/events_arguments.hpp"
#include "program/console.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/daemon/pause_command.hpp"
#include "scale_fleet/platform/lock_holder.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

/// `alice@build-7`
std::string this_person(WallTime now) {
  const auto who = this_process_as_holder({}, std::chrono::floor<std::chrono::seconds>(now));
  return fmt::format("{}@{}", who.user, who.host);
}

/// What was asked for, and the world in which it is done.
struct PauseRun {
  const PauseArguments& arguments;
  const DeclaredPlaces& places;
  StateStore& store;
  WallTime now;
};

/// Does it with the state that the file names, and prints what was done.
Result<int> with_state(const Invocation& invocation,
                       const std::function<Result<PauseReport>(const PauseRun&)>& change) {
  const auto arguments = read_pause_arguments(invocation.arguments);
  if (!arguments) return tl::unexpected(arguments.error());
  auto places = read_places_of_daemon(invocation);
  if (!places) return tl::unexpected(places.error());
  choose_etcd(places->file, arguments->etcd);
  const SignalStopRequest stop;
  const SystemClock clock(stop);
  const auto state = open_state(places->file, invocation.options.tls, clock);
  if (!state) return tl::unexpected(state.error());
  const auto report = change({.arguments = *arguments,
                              .places = *places,
                              .store = *state->store,
                              .now = system_wall_time()});
  if (!report) return tl::unexpected(report.error());
  const auto printed = print_answer(invocation.options.json ? pause_report_json(*report)
                                                            : pause_report_text(*report));
  if (!printed) return tl::unexpected(printed.error());
  return 0;
}

}  // namespace

Result<int> run_pause(const Invocation& invocation) {
  return with_state(invocation, [](const PauseRun& run) {
    return pause_service(run.store,
                         run.places,
                         {.service = run.arguments.service,
                          .duration = run.arguments.duration,
                          .down_only = run.arguments.down_only,
                          .by = this_person(run.now)},
                         run.now);
  });
}

Result<int> run_resume(const Invocation& invocation) {
  return with_state(invocation, [](const PauseRun& run) {
    return resume_service(run.store, run.places, run.arguments.service, run.now);
  });
}

}  // namespace scale_fleet
