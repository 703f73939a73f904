#include "scale_fleet/fleet/fleet_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

using nlohmann::json;

/// Nesting deeper than Fleet's own replies go is not a reply of Fleet.
constexpr int max_depth = 16;

/// Values in a reply. One takes up to two hundred bytes in memory and as few as two of the text: a
/// text of 64 MB could ask for gigabytes. As much of Fleet's own units holds fewer than these.
constexpr std::size_t max_values = 4'000'000;

/// Leaves a reader at the first thing that isn't as Fleet writes it; caught in `reading`.
struct NotFleet {
  std::string why;
};

/// A plain scan before parsing: the library's own callback makes parsing quadratic in the entries
/// of a list, and its values can't be destroyed cheaply when they are nested without end.
std::optional<std::string_view> why_unbounded(std::string_view text) {
  int depth = 0;
  std::size_t values = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) return "it is nested too deeply";
    } else if (c == ']' || c == '}') {
      --depth;
    }
    // Each value but the first has one of these before it, or before its key.
    const bool begins_value = !in_string && (c == ',' || c == '[' || c == '{');
    if (begins_value && ++values > max_values) return "it holds too many values";
  }
  return std::nullopt;
}

json parse(std::string_view text) {
  if (const auto why = why_unbounded(text)) throw NotFleet{std::string(*why)};
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    const auto start = shortened(text.substr(0, text.find_first_of("\r\n")), 60);
    throw NotFleet{text.empty() ? std::string("it is empty")
                                : fmt::format("it is not JSON (it begins: {})", printable(start))};
  }
  if (!value.is_object()) throw NotFleet{"it is not a JSON object"};
  return value;
}

std::string text_field(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_string()) throw NotFleet{fmt::format("its \"{}\" is not a string", key)};
  return found->get<std::string>();
}

std::string name_field(const json& object) {
  auto name = text_field(object, "name");
  if (name.empty()) throw NotFleet{"an entry has no name"};
  return name;
}

const json& array_field(const json& object, const char* key) {
  static const json none = json::array();
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return none;
  if (!found->is_array()) throw NotFleet{fmt::format("its \"{}\" is not a list", key)};
  for (const auto& item : *found) {
    if (!item.is_object()) throw NotFleet{fmt::format("its \"{}\" holds something else", key)};
  }
  return *found;
}

Unit to_unit(const json& object) {
  Unit unit;
  unit.name = name_field(object);
  for (const auto& option : array_field(object, "options")) {
    unit.options.push_back({.section = text_field(option, "section"),
                            .name = text_field(option, "name"),
                            .value = text_field(option, "value")});
  }
  unit.desired_state = parse_job_state(text_field(object, "desiredState"));
  unit.current_state = parse_job_state(text_field(object, "currentState"));
  unit.machine_id = text_field(object, "machineID");
  return unit;
}

UnitState to_state(const json& object) {
  return {.unit = name_field(object),
          .machine_id = text_field(object, "machineID"),
          .load = text_field(object, "systemdLoadState"),
          .active = text_field(object, "systemdActiveState"),
          .sub = text_field(object, "systemdSubState"),
          .hash = text_field(object, "hash")};
}

Machine to_machine(const json& object) {
  Machine machine{.id = text_field(object, "id"),
                  .primary_ip = text_field(object, "primaryIP"),
                  .metadata = {}};
  if (machine.id.empty()) throw NotFleet{"a machine has no id"};
  const auto metadata = object.find("metadata");
  if (metadata != object.end() && metadata->is_object()) {
    for (const auto& [key, value] : metadata->items()) {
      if (value.is_string()) machine.metadata[key] = value.get<std::string>();
    }
  }
  return machine;
}

template <typename Read>
auto reading(std::string_view what, Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const NotFleet& stranger) {
    return failure(ErrorKind::refused, fmt::format("the reply is not {}: {}", what, stranger.why));
  }
}

/// `{}` is an empty page; an object with other keys than a page's is somebody else's.
template <typename Item, typename Convert>
Page<Item> to_page(const json& object, const char* key, Convert convert) {
  if (!object.empty() && !object.contains(key) && !object.contains("nextPageToken")) {
    throw NotFleet{fmt::format("it has neither \"{}\" nor is it empty", key)};
  }
  Page<Item> page;
  for (const auto& item : array_field(object, key))
    page.items.push_back(convert(item));
  constexpr std::size_t longest_token = 1024;  // Fleet's have 8 characters; it goes into a URL.
  auto token = text_field(object, "nextPageToken");
  if (token.size() > longest_token) throw NotFleet{"its \"nextPageToken\" is too long"};
  if (!token.empty()) page.next_token = std::move(token);
  return page;
}

}  // namespace

Result<Page<Unit>> read_unit_page(std::string_view text) {
  return reading("Fleet's list of units",
                 [&] { return to_page<Unit>(parse(text), "units", to_unit); });
}

Result<Page<UnitState>> read_state_page(std::string_view text) {
  return reading("Fleet's list of states",
                 [&] { return to_page<UnitState>(parse(text), "states", to_state); });
}

Result<Page<Machine>> read_machine_page(std::string_view text) {
  return reading("Fleet's list of machines",
                 [&] { return to_page<Machine>(parse(text), "machines", to_machine); });
}

Result<Unit> read_unit(std::string_view text) {
  return reading("a unit of Fleet", [&] { return to_unit(parse(text)); });
}

std::optional<std::string> read_error_message(std::string_view text) {
  // Fleet's are a few hundred bytes; what is much longer isn't its, and nobody could read it.
  constexpr std::size_t longest_error = 16UL * 1024;
  if (text.size() > longest_error || why_unbounded(text)) return std::nullopt;
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  const auto error = value.find("error");
  if (error == value.end() || !error->is_object()) return std::nullopt;
  const auto message = error->find("message");
  if (message == error->end() || !message->is_string()) return std::nullopt;
  return message->get<std::string>();
}

}  // namespace scale_fleet
