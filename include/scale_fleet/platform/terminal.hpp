#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace scale_fleet {

/// The value of an environment variable; empty where it is unset or empty.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// The process's own environment.
Environment system_environment();

/// Whether the descriptor is a terminal that understands escape sequences: not TERM=dumb.
bool is_capable_terminal(int descriptor, const Environment& environment);

/// Asks a question on stderr and reads the answer from stdin, once: yes for `y` or `yes` in any
/// case, no for everything else: an empty line, the end of the input, and `wake` becoming readable,
/// as it does when a signal arrives.
bool answers_yes(const std::string& question, int wake);

/// Whether somebody is there to be asked: stdin and stderr are terminals.
bool can_ask();

/// Whether to colour what goes to that terminal: not with --no-color, nor a set NO_COLOR
/// (no-color.org).
bool wants_colour(bool no_color_option, const Environment& environment);

/// Columns of the terminal behind the descriptor, 80 where the system doesn't know.
std::size_t terminal_width(int descriptor);

}  // namespace scale_fleet
