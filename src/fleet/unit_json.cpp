#include "scale_fleet/fleet/unit_json.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

using nlohmann::json;

constexpr std::string_view unit_keys[] = {
    "desiredState", "options", "name", "currentState", "machineID"};
constexpr std::string_view option_keys[] = {"section", "name", "value"};

tl::unexpected<Error> wrong(std::string why) {
  return failure(ErrorKind::usage, std::move(why));
}

/// `an object`, `a string`, `null`: what a value is, for a sentence.
std::string kind_of(const json& value) {
  if (value.is_null()) return "null";
  return fmt::format(
      "{} {}", value.is_array() || value.is_object() ? "an" : "a", value.type_name());
}

/// Sees the text go by while it is parsed and notes what the parsed value no longer shows.
class Watch {
 public:
  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > static_cast<int>(max_unit_json_depth)) {
      note(fmt::format("it is nested deeper than {} levels", max_unit_json_depth));
      return false;
    }
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end && !keys_.empty()) keys_.pop_back();
    if (event == json::parse_event_t::key && !keys_.empty()) {
      const auto key = parsed.get<std::string>();
      if (!keys_.back().insert(key).second)
        note(fmt::format("the key \"{}\" stands twice in one object", printable(key)));
    }
    return true;
  }

  const std::optional<std::string>& problem() const { return problem_; }

 private:
  void note(std::string problem) {
    if (!problem_) problem_ = std::move(problem);
  }

  std::vector<std::set<std::string>> keys_;
  std::optional<std::string> problem_;
};

/// `3:14` for the byte that JSON's reader stumbled over, counted from 1.
std::string position(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line.
  const auto lines = std::ranges::count(before, '\n');
  return fmt::format("{}:{}", lines + 1, before.size() - line_start + 1);
}

/// What the JSON reader says, without the position that it puts in front.
std::string reason(std::string_view what) {
  const auto column = what.find("column ");
  const auto colon = what.find(": ", column == std::string_view::npos ? 0 : column);
  return printable(colon == std::string_view::npos ? what : what.substr(colon + 2));
}

Result<json> parse(std::string_view text, std::string_view display_name) {
  const auto in_file = [&](std::string_view why) {
    return wrong(fmt::format("{}: {}", printable(display_name), why));
  };
  Watch watch;
  json value;
  try {
    value = json::parse(text, [&](int depth, json::parse_event_t event, json& parsed) {
      return watch(depth, event, parsed);
    });
  } catch (const json::parse_error& error) {
    return wrong(fmt::format("{}:{}: this is not JSON: {}",
                             printable(display_name),
                             position(text, error.byte),
                             reason(error.what())));
  } catch (const json::out_of_range&) {
    return in_file("a number in it is too large for JSON's reader; a unit has none");
  }
  if (watch.problem()) return in_file(*watch.problem());
  if (!value.is_object()) {
    return in_file(
        fmt::format("a unit is a JSON object with \"options\", but this is {}", kind_of(value)));
  }
  return value;
}

Outcome check_keys(const json& object, std::span<const std::string_view> known) {
  for (const auto& item : object.items()) {
    if (std::ranges::find(known, item.key()) != known.end()) continue;
    const auto nearest = nearest_word(item.key(), known);
    return wrong(
        nearest.empty()
            ? fmt::format(
                  "unknown key \"{}\"; known are {}", printable(item.key()), fmt::join(known, ", "))
            : fmt::format(
                  "unknown key \"{}\"; did you mean \"{}\"?", printable(item.key()), nearest));
  }
  return {};
}

Result<std::optional<std::string>> text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  return wrong(fmt::format("\"{}\" is {}, not a string", key, kind_of(*found)));
}

Result<std::string> required_text_of(const json& object, const char* key) {
  auto text = text_of(object, key);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return wrong(fmt::format("\"{}\" is missing", key));
  return **std::move(text);
}

Result<UnitOption> to_option(const json& entry) {
  if (!entry.is_object()) {
    return wrong(
        fmt::format("it is {}, not an object with section, name and value", kind_of(entry)));
  }
  if (auto fine = check_keys(entry, option_keys); !fine) return tl::unexpected(fine.error());
  auto section = required_text_of(entry, "section");
  if (!section) return tl::unexpected(section.error());
  auto name = required_text_of(entry, "name");
  if (!name) return tl::unexpected(name.error());
  auto value = text_of(entry, "value");
  if (!value) return tl::unexpected(value.error());
  return UnitOption{.section = *std::move(section),
                    .name = *std::move(name),
                    .value = (*std::move(value)).value_or("")};
}

Result<UnitOptions> to_options(const json& unit) {
  const auto found = unit.find("options");
  if (found == unit.end()) return wrong("\"options\" is missing");
  if (!found->is_array()) {
    return wrong(fmt::format("\"options\" is {}, not a list", kind_of(*found)));
  }
  UnitOptions options;
  for (const auto& entry : *found) {
    auto option = to_option(entry);
    if (!option) {
      return wrong(fmt::format("option {}: {}", options.size() + 1, option.error().message));
    }
    options.push_back(*std::move(option));
  }
  return options;
}

Result<std::optional<JobState>> to_desired_state(const json& unit) {
  const auto word = text_of(unit, "desiredState");
  if (!word) return tl::unexpected(word.error());
  if (!*word) return std::nullopt;
  const auto state = parse_job_state(**word);
  if (state) return state;
  return wrong(fmt::format("\"desiredState\" is \"{}\"; Fleet knows inactive, loaded and launched",
                           printable(**word)));
}

Result<UnitFromJson> to_unit_from_json(const json& object) {
  if (auto fine = check_keys(object, unit_keys); !fine) return tl::unexpected(fine.error());
  auto name = text_of(object, "name");
  if (!name) return tl::unexpected(name.error());
  const auto state = to_desired_state(object);
  if (!state) return tl::unexpected(state.error());
  auto options = to_options(object);
  if (!options) return tl::unexpected(options.error());
  return UnitFromJson{
      .name = *std::move(name), .options = *std::move(options), .desired_state = *state};
}

}  // namespace

Result<UnitFromJson> parse_unit_json(std::string_view text, std::string_view display_name) {
  const auto object = parse(text, display_name);
  if (!object) return tl::unexpected(object.error());
  auto unit = to_unit_from_json(*object);
  if (unit) return unit;
  return wrong(fmt::format("{}: {}", printable(display_name), unit.error().message));
}

}  // namespace scale_fleet
