#pragma once

#include <string>
#include <string_view>

#include "cli/command_table.hpp"

namespace scale_fleet {

/// The help for the whole program (an empty name) or for one command, made from the table: usage,
/// examples, options with their defaults, exit codes.
std::string help_text(const CommandTable& table, std::string_view command);

}  // namespace scale_fleet
