#include <fmt/format.h>

#include "cli/completion_words.hpp"

namespace scale_fleet {
namespace {

/// The line is split here and not by bash, which also breaks words at the `:`, `=` and `@` that
/// services and options hold. Words are compared and never expanded: no name that a cluster holds
/// can run anything. Nothing in it needs a bash newer than 3.2, but paths are offered from 4 on.
constexpr std::string_view bash_script =
    R"sh(# bash completion for scale-fleet, made by: scale-fleet completion bash

_scale_fleet() {
  local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} expects='' command='' count=0 prefix='' index word
  local kind='' choices='' flags='@OPENING_FLAGS@'
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local last=$((${#words[@]} - 1))
  local typed=${words[last]}

  for ((index = 1; index < last; ++index)); do
    word=${words[index]}
    if [[ -n $expects ]]; then
      expects=''
      continue
    fi
    case $word in
      @VALUE_FLAGS@) expects=$word ;;
      -*) ;;
      *)
        if [[ -n $command ]]; then
          ((++count))
        else
          case $word in
            @COMMANDS@) command=$word ;;
            *) command=@DEFAULT@ count=1 ;;
          esac
        fi
        ;;
    esac
  done
  if [[ -z $expects && $typed == --*=* ]]; then
    expects=${typed%%=*}
    prefix=$expects=
    typed=${typed#*=}
  fi

  case $command in
    '') kind=service choices='@COMMAND_WORDS@' ;;
@COMMAND_CASES@  esac
  case $expects in
    '') ;;
@OPTION_CASES@    *) kind=text choices='' ;;
  esac
  if [[ -z $expects && $typed == -* ]]; then
    kind=choice choices=$flags
  fi

  COMPREPLY=()
  if [[ $kind == file ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  for word in $choices; do
    [[ $word == "$typed"* ]] && COMPREPLY+=("$prefix$word")
  done
  if [[ $kind == service ]]; then
    while IFS= read -r word; do
      [[ -n $word && $word == "$typed"* ]] && COMPREPLY+=("$prefix$(printf '%q' "$word")")
    done < <("${words[0]}" completion services 2>/dev/null)
  fi

  # bash replaces only what stands behind the last of these characters, an @ included.
  local breaks=${COMP_WORDBREAKS//[^=:@]/}
  if [[ -n $breaks ]]; then
    typed=$prefix$typed
    local kept=${typed%"${typed##*[$breaks]}"}
    kept=${kept%@}
    for index in "${!COMPREPLY[@]}"; do
      COMPREPLY[index]=${COMPREPLY[index]#"$kept"}
    done
  fi
}

complete -F _scale_fleet scale-fleet
)sh";

std::string_view kind_of(Takes takes) {
  switch (takes) {
    case Takes::nothing:
    case Takes::text:
      return "text";
    case Takes::choice:
      return "choice";
    case Takes::file:
      return "file";
    case Takes::service:
      return "service";
  }
  return "";
}

std::string flags_of(const std::vector<OptionWords>& options) {
  std::string flags;
  for (const auto& option : options)
    flags += fmt::format("{}{}", flags.empty() ? "" : " ", option.flag);
  return flags;
}

/// What stands behind each command: `kind` and `choices` only while more of it is wanted.
std::string command_cases(const CommandTable& table) {
  std::string cases;
  for (const auto& command : table.commands) {
    cases += fmt::format("    {})\n      flags='{} {}'\n",
                         command.name,
                         flags_of(table.options),
                         flags_of(command.options));
    if (command.takes != Takes::nothing) {
      cases += fmt::format("      {}kind={} choices='{}'\n",
                           command.repeats ? "" : "((count == 0)) && ",
                           kind_of(command.takes),
                           fmt::join(command.choices, " "));
    }
    if (command.takes_then != Takes::nothing) {
      cases += fmt::format("      ((count == 1)) && kind={}\n", kind_of(command.takes_then));
    }
    cases += "      ;;\n";
  }
  return cases;
}

/// What stands behind each option; plain text is left to the last case.
std::string option_cases(const CommandTable& table) {
  std::string cases;
  for (const auto& option : all_options(table)) {
    if (option.takes == Takes::nothing || option.takes == Takes::text) continue;
    cases += fmt::format("    {}) kind={} choices='{}' ;;\n",
                         option.flag,
                         kind_of(option.takes),
                         fmt::join(option.choices, " "));
  }
  return cases;
}

}  // namespace

std::string bash_completion(const CommandTable& table) {
  const auto names = command_names(table);
  return filled(std::string(bash_script),
                {{"@OPENING_FLAGS@", flags_of(opening_options(table))},
                 {"@VALUE_FLAGS@", fmt::format("{}", fmt::join(flags_with_value(table), " | "))},
                 {"@COMMANDS@", fmt::format("{}", fmt::join(names, " | "))},
                 {"@COMMAND_WORDS@", fmt::format("{}", fmt::join(names, " "))},
                 {"@DEFAULT@", std::string(table.default_command)},
                 {"@COMMAND_CASES@", command_cases(table)},
                 {"@OPTION_CASES@", option_cases(table)}});
}

}  // namespace scale_fleet
