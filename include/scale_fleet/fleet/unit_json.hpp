#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// A unit as people keep it in a file for the API, `unit.json`.
struct UnitFromJson {
  std::optional<std::string> name;
  UnitOptions options;
  std::optional<JobState> desired_state;

  bool operator==(const UnitFromJson&) const = default;
};

/// Nesting that a unit needs three of; more than this is refused.
inline constexpr std::size_t max_unit_json_depth = 8;

/// Reads `{"desiredState": …, "options": [{"section", "name", "value"}], "name": …}`. Options are
/// required, the rest isn't; an option's value may be absent and is then empty, as Fleet writes it.
/// `currentState` and `machineID` are allowed and ignored: what Fleet answers to a GET can be read.
///
/// Errors are ErrorKind::usage and begin with `display_name`: text that isn't JSON, with its line
/// and column; a value of another type; an option by its place, counted from 1; an unknown or
/// repeated key, with the known one that is nearest. Stricter than Fleet, which passes over unknown
/// keys, so that a mistyped one isn't lost. Whether Fleet takes the options is for
/// check_unit_options to say.
Result<UnitFromJson> parse_unit_json(std::string_view text, std::string_view display_name);

}  // namespace scale_fleet
