#pragma once

#include <string_view>
#include <vector>

namespace scale_fleet {

/// What is wanted behind an option, or behind a command.
enum class Takes {
  nothing,
  text,     ///< A number or a word that nobody can guess.
  choice,   ///< One of a few fixed words.
  file,     ///< A path on this machine.
  service,  ///< A service that Fleet has.
};

/// An option as it is typed. One flag takes the same thing wherever it appears.
struct OptionWords {
  std::string_view flag;  ///< With its dashes.
  std::string_view summary;
  Takes takes = Takes::nothing;
  std::vector<std::string_view> choices = {};  ///< For Takes::choice.
  bool repeats = false;                        ///< Whether it may be given more than once.
  std::string_view value = {};                 ///< What help calls its value: SECONDS.
};

/// A subcommand, the options that only it has, and what stands behind it.
struct CommandWords {
  std::string_view name;
  std::string_view summary;
  std::vector<OptionWords> options = {};
  Takes takes = Takes::nothing;
  bool repeats = false;  ///< Whether it takes several of them; else one.
  std::vector<std::string_view> choices = {};
  /// What stands behind the one thing that it takes.
  Takes takes_then = Takes::nothing;
};

/// Every word that can be typed, in the order in which people should see them.
struct CommandTable {
  std::vector<OptionWords> options;  ///< Of the whole program: allowed with every command.
  std::vector<CommandWords> commands;
  std::string_view default_command;  ///< What is meant where the first word is no command's name.
};

/// The options that scaling and releasing share.
std::vector<OptionWords> changing_options();

/// The words of this program.
const CommandTable& command_table();

}  // namespace scale_fleet
