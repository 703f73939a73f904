#include <fmt/format.h>

#include "cli/completion_words.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view fish_script =
    R"sh(# fish completion for scale-fleet, made by: scale-fleet completion fish

# The words typed so far that are neither options nor what options take.
function __scale_fleet_words
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l expects
    for token in $tokens
        if set -q expects[1]
            set expects
            continue
        end
        switch $token
            case @VALUE_FLAGS@
                set expects $token
            case '-*'
            case '*'
                printf '%s\n' $token
        end
    end
end

# Whether the command typed is the first argument (empty: none yet) and, where a second is given,
# so many words stand behind it.
function __scale_fleet_at
    set -l words (__scale_fleet_words)
    set -l command
    set -l count 0
    if set -q words[1]
        set command @DEFAULT@
        set count (count $words)
        if contains -- $words[1] @COMMANDS@
            set command $words[1]
            set count (math $count - 1)
        end
    end
    test "$command" = "$argv[1]"; or return
    not set -q argv[2]; or test $count -eq $argv[2]
end

function __scale_fleet_services
    set -l program (commandline -opc)[1]
    $program completion services 2>/dev/null
end

complete -c scale-fleet -e
complete -c scale-fleet -f
@LINES@)sh";

std::string fish_quoted(std::string_view text) {
  return "'" + filled(std::string(text), {{"\\", "\\\\"}, {"'", "\\'"}}) + "'";
}

/// What `complete` is told to offer.
std::string offer(Takes takes, const std::vector<std::string_view>& choices) {
  switch (takes) {
    case Takes::nothing:
    case Takes::text:
      return "";
    case Takes::choice:
      return fmt::format(" -a '{}'", fmt::join(choices, " "));
    case Takes::file:
      return " -F";
    case Takes::service:
      return " -a '(__scale_fleet_services)'";
  }
  return "";
}

/// `-x` keeps files out, `-r` alone lets `-F` bring them in.
std::string option_line(const OptionWords& option, std::string_view condition) {
  std::string_view wants;
  if (option.takes == Takes::file) {
    wants = " -r";
  } else if (option.takes != Takes::nothing) {
    wants = " -x";
  }
  return fmt::format("complete -c scale-fleet{} -l {}{}{} -d {}\n",
                     condition,
                     option.flag.substr(2),
                     wants,
                     offer(option.takes, option.choices),
                     fish_quoted(option.summary));
}

std::string command_lines(const CommandWords& command, bool is_default) {
  auto lines = fmt::format("complete -c scale-fleet -n '__scale_fleet_at \"\"' -a {} -d {}\n",
                           command.name,
                           fish_quoted(command.summary));
  const auto here = fmt::format(
      " -n '__scale_fleet_at {}{}'", command.name, is_default ? "; or __scale_fleet_at \"\"" : "");
  for (const auto& option : command.options)
    lines += option_line(option, here);
  if (command.takes != Takes::nothing) {
    lines += fmt::format("complete -c scale-fleet -n '__scale_fleet_at {}{}'{}\n",
                         command.name,
                         command.repeats ? "" : " 0",
                         offer(command.takes, command.choices));
  }
  if (command.takes_then != Takes::nothing) {
    lines += fmt::format("complete -c scale-fleet -n '__scale_fleet_at {} 1'{}\n",
                         command.name,
                         offer(command.takes_then, {}));
  }
  return lines;
}

}  // namespace

std::string fish_completion(const CommandTable& table) {
  std::string lines =
      "complete -c scale-fleet -n '__scale_fleet_at \"\"' -a '(__scale_fleet_services)'\n";
  for (const auto& option : table.options)
    lines += option_line(option, "");
  for (const auto& command : table.commands)
    lines += command_lines(command, command.name == table.default_command);
  return filled(std::string(fish_script),
                {{"@VALUE_FLAGS@", fmt::format("{}", fmt::join(flags_with_value(table), " "))},
                 {"@COMMANDS@", fmt::format("{}", fmt::join(command_names(table), " "))},
                 {"@DEFAULT@", std::string(table.default_command)},
                 {"@LINES@", lines}});
}

}  // namespace scale_fleet
