#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/daemon/dynamite_keys.hpp"
#include "scale_fleet/daemon/event.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "scale_fleet/daemon/service_memory.hpp"

namespace scale_fleet {
namespace {

/// What was read is written so that it is read as the same.
void try_memory(std::string_view input) {
  const auto memory = parse_memory(input);
  if (!memory) {
    must_hold(is_for_people(memory.error().message), "a memory's error can be shown");
    return;
  }
  const auto text = memory_text(*memory);
  must_hold(text.find('\n') == std::string::npos, "a memory is one line");
  const auto again = parse_memory(text);
  must_hold(again && *again == *memory, "a memory is read as it was written");
}

void try_pause(std::string_view input) {
  const auto pause = parse_pause(input);
  if (!pause) {
    must_hold(is_for_people(pause.error().message), "a pause's error can be shown");
    return;
  }
  const auto again = parse_pause(pause_text(*pause));
  must_hold(again && again->pause == pause->pause, "a pause is read as it was written");
}

void try_desired(std::string_view input) {
  const auto count = parse_desired(input);
  if (count) {
    must_hold(*count <= max_count, "a desired count is within its bounds");
    must_hold(input.find_first_of("0123456789") != std::string_view::npos, "no digit, no count");
  } else {
    must_hold(is_for_people(count.error().message), "a count's error can be shown");
  }
}

void try_event(std::string_view input) {
  const auto event = parse_event_line(input);
  if (!event) {
    must_hold(is_for_people(event.error().message), "an event's error can be shown");
    return;
  }
  const auto line = event_line(*event);
  must_hold(line.find('\n') == line.size() - 1, "an event is one line");
  const auto again = parse_event_line(line);
  must_hold(again && event_line(*again) == line, "an event is read as it was written");
}

/// The input as the value of each key, and then as a configuration.
void try_dynamite(std::string_view input) {
  const std::string folder = "/_dynamite/run/service/web/";
  const std::string text(input);
  const auto read = read_dynamite_keys({{"/_dynamite/state/application_status", text},
                                        {"/_dynamite/init/application_configuration", text},
                                        {folder + "web@80.service", text},
                                        {folder + "fleet_service_template", text}});
  must_hold(read.services.size() == 1 && read.services[0].instances.size() == 1,
            "an instance's key is an instance whatever its value");
  must_hold(read.services[0].instances[0].unit.name == "web@80.service", "a key is its name");
  for (const auto& problem : read.problems)
    must_hold(is_for_people(problem), "a problem can be shown");

  const std::vector<Unit> units{{.name = "web@80.service"}, {.name = "log@80.service"}};
  const auto keys = dynamite_keys(
      input, {{"web@.service", {}}, {"log@.service", {}}, {"web.service", {}}}, units);
  if (!keys) {
    must_hold(is_for_people(keys.error().message), "a configuration's error can be shown");
    return;
  }
  must_hold(read_dynamite_keys(*keys).problems.empty(), "what was written can be read");
}

}  // namespace

void try_input(std::string_view input) {
  try_memory(input);
  try_pause(input);
  try_desired(input);
  try_event(input);
  try_dynamite(input);
}

}  // namespace scale_fleet
