#pragma once

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Fleet's side of core/unit_file.hpp, written apart from it on purpose: a double that shared the
/// client's reader would share its mistakes.
///
/// `options` as Fleet's store gives them back: written as a unit file and read again. Blanks around
/// names and values, names that look like comments and carriage returns go, interleaved sections
/// are regrouped, a value's backslash at a line's end takes the next line in. What comes back is
/// a fixed point. The error is ErrorKind::refused, in the words that Fleet answers with.
Result<UnitOptions> store_options(const UnitOptions& options);

}  // namespace scale_fleet
