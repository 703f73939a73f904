#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command_table.hpp"

namespace scale_fleet {

enum class Shell { bash, zsh, fish };

/// The shell of that name; empty for any other word.
std::optional<Shell> parse_shell(std::string_view name);

/// A script that makes `shell` complete the words of `table` behind `scale-fleet`. It is to be
/// sourced, or put where the shell looks for completions. Everything is in the script but the
/// services: for those it runs `scale-fleet completion services`, which prints one a line and,
/// where Fleet doesn't answer at once, nothing.
std::string completion_script(Shell shell, const CommandTable& table);

}  // namespace scale_fleet
