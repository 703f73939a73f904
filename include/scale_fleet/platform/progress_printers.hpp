#pragma once

#include <functional>
#include <memory>
#include <ostream>

#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

enum class Verbosity { quiet, normal, verbose };

/// The width of the terminal in columns at each call, 80 where it isn't known.
using TerminalWidth = std::function<std::size_t()>;

/// For a terminal: one line, redrawn, with a bar; warnings stay above it. At most the terminal's
/// width, so that it never wraps. `out` outlives the printer.
std::unique_ptr<Progress> make_terminal_progress(std::ostream& out,
                                                 Verbosity verbosity,
                                                 bool with_colour,
                                                 TerminalWidth width);

/// For a pipe, a file or a dumb terminal: whole lines, no escape sequences.
std::unique_ptr<Progress> make_line_progress(std::ostream& out, Verbosity verbosity);

}  // namespace scale_fleet
