#include "scale_fleet/daemon/event.hpp"

#include <array>
#include <cmath>

#include "daemon/stored_json.hpp"
#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/daemon/error_class.hpp"

namespace scale_fleet {
namespace {

struct EventWord {
  EventKind kind;
  std::string_view word;
};

constexpr std::array event_words = {EventWord{EventKind::launch, "LAUNCH"},
                                    EventWord{EventKind::terminate, "TERMINATE"},
                                    EventWord{EventKind::replace, "REPLACE"},
                                    EventWord{EventKind::move, "MOVE"},
                                    EventWord{EventKind::no_op, "NO_OP"}};
constexpr std::string_view error_ending = "_ERROR";

/// Seconds that an action may have taken: a hundred years, far within what a double counts in
/// milliseconds.
constexpr double most_seconds = 3.2e9;

EventKind to_event_kind(std::string_view type) {
  if (type.ends_with(error_ending)) type.remove_suffix(error_ending.size());
  for (const auto& [kind, word] : event_words) {
    if (word == type) return kind;
  }
  throw NotAsStored{"its \"event\" is none that is known"};
}

Json event_error_json(const Error& error) {
  auto object = error_json(error);
  object["message"] = without_credentials(error.message);
  object["class"] = error_class(error.kind);
  return object;
}

std::optional<Error> read_event_error(const Json& object, std::string_view type) {
  const auto& value = object_field(object, "error");
  if (value.empty() && !type.ends_with(error_ending)) return std::nullopt;
  Error error{.message = text_field_of(value, "message")};
  const auto& status = field_of(value, "http_status");
  if (!status.is_null()) error.http_status = static_cast<int>(to_integer(status, 0, 999));
  error.kind = parse_error_class(text_field_of(value, "class")).value_or(error.kind);
  return error;
}

Millis read_took(const Json& object) {
  const auto& value = field_of(object, "took_seconds");
  if (value.is_null()) return Millis(0);
  const auto seconds = to_number(value);
  if (std::abs(seconds) > most_seconds)
    throw NotAsStored{"its \"took_seconds\" is beyond all time"};
  return Millis(std::llround(seconds * 1000));
}

Event read_event(std::string_view line) {
  const auto object = stored_object(line);
  const auto time = parse_wall_time(text_field_of(object, "time"));
  if (!time) throw NotAsStored{"its \"time\" is no moment"};
  const auto type = text_field_of(object, "event");
  return {.time = *time,
          .kind = to_event_kind(type),
          .service = text_field_of(object, "service"),
          .before = optional_count(field_of(object, "before")),
          .after = optional_count(field_of(object, "after")),
          .units = texts_field(object, "units"),
          .asked_by = text_field_of(object, "asked_by"),
          .reason = text_field_of(object, "reason"),
          .took = read_took(object),
          .error = read_event_error(object, type)};
}

}  // namespace

std::string event_type(const Event& event) {
  std::string type;
  for (const auto& [kind, word] : event_words) {
    if (kind == event.kind) type = word;
  }
  return event.error ? type + std::string(error_ending) : type;
}

std::string event_line(const Event& event) {
  Json object = {{"time", format_wall_time(event.time)},
                 {"event", event_type(event)},
                 {"service", event.service},
                 {"before", or_null(event.before)},
                 {"after", or_null(event.after)},
                 {"units", event.units},
                 {"asked_by", without_credentials(event.asked_by)},
                 {"reason", without_credentials(event.reason)},
                 {"took_seconds", static_cast<double>(event.took.count()) / 1000}};
  if (event.error) object["error"] = event_error_json(*event.error);
  return spaced_json(object) + "\n";
}

Result<Event> parse_event_line(std::string_view line) {
  return reading_stored([&] { return read_event(line); });
}

}  // namespace scale_fleet
