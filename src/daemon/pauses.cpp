#include "scale_fleet/daemon/pauses.hpp"

#include <charconv>

#include "daemon/stored_json.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

std::optional<WallTime> moment_field(const Json& object, std::string_view name) {
  const auto text = text_field_of(object, name);
  if (text.empty()) return std::nullopt;
  const auto moment = parse_wall_time(text);
  if (!moment) throw NotAsStored{fmt::format("its \"{}\" is no moment: {}", name, text)};
  return moment;
}

KeptPause read_pause(std::string_view text) {
  const auto object = stored_object(text);
  // An object without either is somebody else's.
  if (!object.contains("until") && !object.contains("down_only")) {
    throw NotAsStored{"it has neither \"until\" nor \"down_only\""};
  }
  const auto& down_only = field_of(object, "down_only");
  if (!down_only.is_null() && !down_only.is_boolean()) {
    throw NotAsStored{"its \"down_only\" is neither true nor false"};
  }
  return {.pause = {.down_only = down_only.is_boolean() && down_only.get<bool>(),
                    .until = moment_field(object, "until")},
          .by = text_field_of(object, "by"),
          .since = moment_field(object, "since").value_or(WallTime{})};
}

}  // namespace

std::string pause_text(const KeptPause& note) {
  const auto until = note.pause.until
                         ? std::optional<std::string>(format_wall_time(*note.pause.until))
                         : std::nullopt;
  return spaced_json({{"until", or_null(until)},
                      {"down_only", note.pause.down_only},
                      {"by", note.by},
                      {"since", format_wall_time(note.since)}}) +
         "\n";
}

Result<KeptPause> parse_pause(std::string_view text) {
  return reading_stored([&] { return read_pause(text); });
}

std::optional<Pause> pause_at(const KeptPause& note, WallTime now) {
  if (note.pause.until && *note.pause.until <= now) return std::nullopt;
  return note.pause;
}

Result<InstanceCount> parse_desired(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto start = text.find_first_not_of(blanks);
  auto digits = start == std::string_view::npos ? std::string_view{} : text.substr(start);
  digits = digits.substr(0, digits.find_last_not_of(blanks) + 1);
  InstanceCount count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
      count > max_count) {
    return failure(ErrorKind::usage,
                   fmt::format("it is to be a whole number from 0 to {}, not '{}'",
                               max_count,
                               printable_start(text, 60)));
  }
  return count;
}

}  // namespace scale_fleet
