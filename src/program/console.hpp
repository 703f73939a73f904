#pragma once

#include <memory>
#include <string>

#include "cli/program_options.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/platform/progress.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// Prints the answer, and nothing else ever goes to stdout. The error (ErrorKind::refused) says
/// that stdout didn't take it: a full disk, a reader that has gone.
Outcome print_answer(const std::string& text);

/// `scale-fleet: error: …` on stderr, for each line of the message.
void print_error(const std::string& message);
/// What to try, on stderr.
void print_hint(const std::string& hint);

/// Progress on stderr, as the options and the terminal allow.
std::unique_ptr<Progress> make_progress(const ProgramOptions& options,
                                        const Environment& environment);

}  // namespace scale_fleet
