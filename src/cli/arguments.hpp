#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What stood on the command line, sorted but not yet understood.
struct Arguments {
  std::string command;             ///< A name from the table.
  std::vector<std::string> words;  ///< What is no option, in order.
  std::map<std::string, std::vector<std::string>>
      options;  ///< By flag; a switch has one empty value.

  bool has(const std::string& flag) const { return options.contains(flag); }
};

/// Sorts `argv` (without the program's name) by the words of `table`. The first word that is no
/// option names the command; where it is none, the default command is meant. `-1` is a word. Errors
/// are ErrorKind::usage: an unknown option (with the nearest known one), an option without its
/// value or given twice, a word that is reserved for a later command.
Result<Arguments> parse_arguments(const std::vector<std::string>& argv, const CommandTable& table);

/// Words that a later release gives a meaning; a service of that name is scaled by `scale NAME N`.
std::vector<std::string_view> reserved_words();

}  // namespace scale_fleet
