#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// One page of a list, and the token of the next where there is one.
template <typename Item>
struct Page {
  std::vector<Item> items;
  std::optional<std::string> next_token;
};

// Fleet's wire format (schema/v1-gen.go:121-333: every field is omitted when empty), read and
// written here and nowhere else. Reading is strict about shape, so that a stranger's JSON is an
// error and never an empty cluster; unknown fields inside an entity are ignored. Errors are
// ErrorKind::refused and say what was wrong with the text.

Result<Page<Unit>> read_unit_page(std::string_view json);
Result<Page<UnitState>> read_state_page(std::string_view json);
Result<Page<Machine>> read_machine_page(std::string_view json);
Result<Unit> read_unit(std::string_view json);
/// `error.message` of Fleet's error object (api/serialization.go:63-84), which may be empty;
/// nothing where the body isn't such an object.
std::optional<std::string> read_error_message(std::string_view json);

std::string write_unit_page(const Page<Unit>& page);
std::string write_state_page(const Page<UnitState>& page);
std::string write_machine_page(const Page<Machine>& page);
std::string write_unit(const Unit& unit);
std::string write_state(const UnitState& state);
std::string write_error(int code, std::string_view message);

/// A PUT's body: `{"desiredState": …}`, with options only where given.
std::string write_put_body(JobState desired_state, const UnitOptions* options);

/// What PATCH /machines takes, in the form that fleetd reads (api/machines.go:38-44), which isn't
/// the documented one: the value stands in an object of its own.
struct MetadataChange {
  std::string machine_id;
  std::string key;                   ///< Letters, digits, `_`, `.` and `-`.
  std::optional<std::string> value;  ///< Not empty; none: the key is removed.
};

std::string write_metadata_patch(const MetadataChange& change);

}  // namespace scale_fleet
