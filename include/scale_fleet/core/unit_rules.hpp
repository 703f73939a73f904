#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Whether Fleet takes `options` for a new unit: what its create path checks
/// (api/units.go:225-281), measured on fleetd 1.0.0. It is to be asked before a replace as well,
/// because there Fleet checks nothing and would store what it can't read again. Errors are
/// ErrorKind::usage and hold Fleet's own words: no options at all, options that no unit file can
/// hold, MachineID with MachineOf, Conflicts, Global or Replaces, Global with MachineOf or
/// Replaces, Conflicts with Replaces, a MachineOf that matches a Conflicts or Replaces pattern.
Outcome check_unit_options(const UnitOptions& options);

/// What Fleet takes for `unit_name` but hardly anyone means, each a sentence without a final dot:
/// keys in [X-Fleet] that Fleet doesn't know, Global in a template or instance, a service that
/// starts nothing, an option that Fleet stores otherwise than written.
std::vector<std::string> unit_warnings(const UnitOptions& options, std::string_view unit_name);

}  // namespace scale_fleet
