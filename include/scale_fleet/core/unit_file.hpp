#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Bytes of a line that Fleet takes, without its line end: one more is "line too long (max 2048
/// bytes)" (vendored go-systemd, unit/deserialize.go).
inline constexpr std::size_t max_unit_line_bytes = 2047;

/// What Fleet stores when a systemd unit file with this text is submitted: the options that a GET
/// answers afterwards. Measured on fleetd 1.0.0, quirks included:
///  - sections are brought together in the order of their first line, options keep theirs;
///  - a value that goes on after a `\` keeps the backslash, the line end and the next line's
///  blanks;
///  - also a `\` with blanks or a CR behind it swallows the next line;
///  - what stands before the first section is passed over, comments can be continued with `\`;
///  - bytes that aren't UTF-8 become U+FFFD; white space around names and values goes.
/// A file without any option gives an empty list, which check_unit_options refuses.
///
/// Errors are ErrorKind::usage and begin `display_name:line: `: a section's name that isn't closed
/// or has something behind it, a line without `=`, a line of more than max_unit_line_bytes. The
/// last is stricter than Fleet, which overlooks some of them, depending on where in the file they
/// stand.
Result<UnitOptions> parse_unit_file(std::string_view text, std::string_view display_name);

/// The text that Fleet keeps, shows and hashes for `options`: grouped by section in the order of
/// the first appearance, an empty line between sections. Empty for no options.
std::string write_unit_file(const UnitOptions& options);

/// Whether they are one unit to Fleet: it ignores a write of the one over the other.
bool is_same_text(const UnitOptions& left, const UnitOptions& right);

/// What Fleet has made of `options`, which are UTF-8, after a PUT, when they are read back. A fixed
/// point: stored options are stored as they are, except where a line end in one of them smuggled a
/// section in; then only the second time brings its options together. Options that no unit file can
/// hold change (blanks at the ends go, a name with `=` is split, a line end within a value starts a
/// new option) or are refused: ErrorKind::usage, the option named.
Result<UnitOptions> as_stored(const UnitOptions& options);

}  // namespace scale_fleet
