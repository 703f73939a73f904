#include <fmt/format.h>

#include "cli/completion_words.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// `_arguments` hands the words behind the first one on with that as their command, so each command
/// is completed by a call of its own. It works from a file of $fpath and when it is sourced.
constexpr std::string_view zsh_script = R"sh(#compdef scale-fleet
# zsh completion for scale-fleet, made by: scale-fleet completion zsh

_scale-fleet_services() {
  local -a services expl
  services=(${(f)"$(_call_program services ${(q)program} completion services 2>/dev/null)"})
  _wanted services expl service compadd -a services
}

_scale-fleet() {
  local curcontext=$curcontext program=$words[1] state state_descr
  local -a line options opening commands
  local -A opt_args
  options=(
@OPTIONS@  )
  opening=(
@OPENING@  )
  commands=(
@COMMANDS@  )

  _arguments -C -S : $options $opening '1: :->first' '*:: :->rest' && return
  case $state in
    first)
      _describe -t commands command commands
      _scale-fleet_services
      ;;
    rest)
      case $line[1] in
@CASES@        *) _arguments -S : $options $opening '1:count: ' ;;
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _scale-fleet ]]; then
  _scale-fleet "$@"
else
  compdef _scale-fleet scale-fleet
fi
)sh";

/// `text` with the characters that a specification gives a meaning made plain.
std::string plain(std::string_view text) {
  return filled(std::string(text), {{"\\", "\\\\"}, {":", "\\:"}, {"[", "\\["}, {"]", "\\]"}});
}

/// `:message:action` for what is wanted.
std::string action(Takes takes, const std::vector<std::string_view>& choices) {
  switch (takes) {
    case Takes::nothing:
      return "";
    case Takes::text:
      return ":value: ";
    case Takes::choice:
      return fmt::format(":word:({})", fmt::join(choices, " "));
    case Takes::file:
      return ":file:_files";
    case Takes::service:
      return ":service:_scale-fleet_services";
  }
  return "";
}

std::string specification(const OptionWords& option) {
  return shell_quoted(fmt::format("{}{}{}[{}]{}",
                                  option.repeats ? "*" : "",
                                  option.flag,
                                  option.takes == Takes::nothing ? "" : "=",
                                  plain(option.summary),
                                  action(option.takes, option.choices)));
}

std::string specifications(const std::vector<OptionWords>& options) {
  std::string lines;
  for (const auto& option : options)
    lines += fmt::format("    {}\n", specification(option));
  return lines;
}

std::string command_case(const CommandWords& command) {
  std::string text = fmt::format("        {})\n          _arguments -S : $options", command.name);
  for (const auto& option : command.options)
    text += fmt::format(" \\\n            {}", specification(option));
  if (command.takes != Takes::nothing) {
    text += fmt::format(
        " \\\n            {}",
        shell_quoted((command.repeats ? "*" : "1") + action(command.takes, command.choices)));
  }
  if (command.takes_then != Takes::nothing) {
    text += fmt::format(" \\\n            {}", shell_quoted("2" + action(command.takes_then, {})));
  }
  return text + "\n          ;;\n";
}

}  // namespace

std::string zsh_completion(const CommandTable& table) {
  std::string commands;
  std::string cases;
  for (const auto& command : table.commands) {
    commands +=
        fmt::format("    {}\n", shell_quoted(fmt::format("{}:{}", command.name, command.summary)));
    cases += command_case(command);
  }
  const auto& opening = command_named(table, table.default_command).options;
  return filled(std::string(zsh_script),
                {{"@OPTIONS@", specifications(table.options)},
                 {"@OPENING@", specifications(opening)},
                 {"@COMMANDS@", commands},
                 {"@CASES@", cases}});
}

}  // namespace scale_fleet
