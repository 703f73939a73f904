#pragma once

#include <string>

#include "scale_fleet/core/cluster.hpp"

namespace scale_fleet {

/// The text of the unit file that Fleet stores and hashes: options grouped by section, sections in
/// the order in which they first appear, `[Section]` and `Name=Value` lines, a blank line between
/// sections (unit/unit.go:134-147). Names and values are written as they are.
std::string write_unit_text(const UnitOptions& options);

/// The hash that Fleet reports in /state: the SHA-1 of write_unit_text(), 40 lower-case hex digits.
/// Two option lists with the same hash are the same unit to Fleet.
std::string unit_hash(const UnitOptions& options);

}  // namespace scale_fleet
