#include <fmt/format.h>

#include "cli/events_arguments.hpp"
#include "program/console.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/core/exit_code.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/event_notices.hpp"
#include "scale_fleet/daemon/pause_command.hpp"
#include "scale_fleet/daemon/show_events.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

/// The name that events have of a service, or of a group of machines; also of one that the file
/// doesn't declare any more. A group of which a service has the name is `nodes/NAME`.
Result<std::string> name_in_events(const DeclaredPlaces& places, const std::string& word) {
  if (const auto declared = declared_service(places, word)) return declared->display_name();
  if (is_declared_group(places, word)) return std::string(nodes_event_prefix) + word;
  if (word.starts_with(nodes_event_prefix)) return word;
  const auto parsed = Service::parse(word);
  if (!parsed) return tl::unexpected(parsed.error());
  return parsed->display_name();
}

}  // namespace

Result<int> run_events(const Invocation& invocation) {
  const auto arguments = read_events_arguments(invocation.arguments, system_wall_time());
  if (!arguments) return tl::unexpected(arguments.error());
  auto places = read_places_of_daemon(invocation);
  if (!places) return tl::unexpected(places.error());
  auto& file = places->file;
  if (arguments->file) file.events.file = arguments->file;
  EventsQuery query{.service = {},
                    .since = arguments->since,
                    .follow = arguments->follow,
                    .json = invocation.options.json};
  if (arguments->service) {
    auto name = name_in_events(*places, *arguments->service);
    if (!name) return tl::unexpected(name.error());
    query.service = std::move(*name);
  }
  const SignalStopRequest stop;
  SystemClock clock(stop);
  EventTail tail(event_file_place(file));
  const auto shown =
      show_events(tail, query, {.clock = clock, .stop = stop, .print = print_answer});
  if (!shown) return tl::unexpected(shown.error());
  if (shown->broken > 0) {
    make_progress(invocation.options, invocation.environment)
        ->warn(fmt::format("{} of {} could not be understood",
                           counted(shown->broken, "line"),
                           printable(event_file_place(file).path.string())));
  }
  return stop.signal() ? exit_code_of_signal(*stop.signal()) : 0;
}

}  // namespace scale_fleet
