#include "cli/completion.hpp"

#include <algorithm>

#include "cli/completion_words.hpp"

namespace scale_fleet {
namespace {

void append_new(std::vector<OptionWords>& options, const std::vector<OptionWords>& more) {
  for (const auto& option : more) {
    if (std::ranges::find(options, option.flag, &OptionWords::flag) == options.end()) {
      options.push_back(option);
    }
  }
}

}  // namespace

std::optional<Shell> parse_shell(std::string_view name) {
  if (name == "bash") return Shell::bash;
  if (name == "zsh") return Shell::zsh;
  if (name == "fish") return Shell::fish;
  return std::nullopt;
}

std::string completion_script(Shell shell, const CommandTable& table) {
  switch (shell) {
    case Shell::bash:
      return bash_completion(table);
    case Shell::zsh:
      return zsh_completion(table);
    case Shell::fish:
      return fish_completion(table);
  }
  return {};
}

std::vector<OptionWords> all_options(const CommandTable& table) {
  auto options = table.options;
  for (const auto& command : table.commands)
    append_new(options, command.options);
  return options;
}

std::vector<OptionWords> opening_options(const CommandTable& table) {
  auto options = table.options;
  append_new(options, command_named(table, table.default_command).options);
  return options;
}

const CommandWords& command_named(const CommandTable& table, std::string_view name) {
  return *std::ranges::find(table.commands, name, &CommandWords::name);
}

std::vector<std::string_view> flags_with_value(const CommandTable& table) {
  std::vector<std::string_view> flags;
  for (const auto& option : all_options(table)) {
    if (option.takes != Takes::nothing) flags.push_back(option.flag);
  }
  return flags;
}

std::vector<std::string_view> command_names(const CommandTable& table) {
  std::vector<std::string_view> names;
  std::ranges::transform(table.commands, std::back_inserter(names), &CommandWords::name);
  return names;
}

std::string filled(std::string script, const Replacements& replacements) {
  for (const auto& [mark, text] : replacements) {
    for (auto at = script.find(mark); at != std::string::npos;
         at = script.find(mark, at + text.size())) {
      script.replace(at, mark.size(), text);
    }
  }
  return script;
}

}  // namespace scale_fleet
