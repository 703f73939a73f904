#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_table.hpp"

namespace scale_fleet {

// What the scripts for the three shells have in common.

/// Every option of the table, each flag once, the whole program's first.
std::vector<OptionWords> all_options(const CommandTable& table);

/// The options that a command line may hold before its command is known: the program's and the
/// default command's.
std::vector<OptionWords> opening_options(const CommandTable& table);

/// The command of that name; the table's names are its own, so there always is one.
const CommandWords& command_named(const CommandTable& table, std::string_view name);

/// The flags that want something behind them.
std::vector<std::string_view> flags_with_value(const CommandTable& table);

std::vector<std::string_view> command_names(const CommandTable& table);

using Replacements = std::vector<std::pair<std::string_view, std::string>>;

/// `script` with each `@MARK@` replaced by what stands beside it.
std::string filled(std::string script, const Replacements& replacements);

/// The scripts themselves, one for each shell.
std::string bash_completion(const CommandTable& table);
std::string zsh_completion(const CommandTable& table);
std::string fish_completion(const CommandTable& table);

}  // namespace scale_fleet
