#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What a PUT of a unit says.
struct PutBody {
  std::string name;           ///< Empty: not given.
  std::string desired_state;  ///< Any text; empty: not given.
  UnitOptions options;
  bool has_null_option = false;  ///< fleetd panics when it looks at such options.
};

/// Reads a PUT's body as Go reads it: unknown fields and what follows the value are ignored, fields
/// go by their name in any case, null leaves a field as it was. The error is ErrorKind::refused in
/// Go's words.
Result<PutBody> read_put_body(std::string_view text);

}  // namespace scale_fleet
