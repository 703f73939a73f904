#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scale_fleet {
namespace {

constexpr std::size_t help_width = 100;

constexpr std::string_view introduction =
    R"(scale-fleet brings a template service on a CoreOS Fleet cluster to the count you ask for.

  scale-fleet my_app 5              make it five instances of my_app@.service
  scale-fleet my_app +2             two more than there are
  scale-fleet web=5 worker=3        several at once; all are checked before any is changed
  scale-fleet my_app 5 --dry-run    say what would be done, and do nothing
  scale-fleet deploy my_app --from my_app@.service   a new version, with no moment of outage
  scale-fleet status my_app         instances, their states and machines
)";

constexpr std::string_view closing = R"(
Every option of the program is also a variable: --request-timeout is SCALE_FLEET_REQUEST_TIMEOUT.
FLEETCTL_ENDPOINT and fleetctl's other variables count too. A flag beats a variable, and a variable
beats the settings file (~/.config/scale-fleet/config.yaml, /etc/scale-fleet/config.yaml).

The answer is on stdout, everything else on stderr.

Exit codes
  0    it is as you asked, or already was
  1    it is not: refused, unreachable, an instance failed, or somebody else changed it
  2    usage or settings error; nothing was sent
  3    --dry-run --detailed-exitcode: there are changes to make
  4    the time for waiting ran out
  5    --current differs, or somebody holds the lock
  130  interrupted (143 by SIGTERM)
)";

std::string usage_of(const CommandWords& command) {
  if (command.name == "scale") return "scale-fleet SERVICE COUNT | SERVICE=COUNT...";
  if (command.name == "nodes") return "scale-fleet nodes COUNT|+N|-N";
  if (command.name == "deploy") return "scale-fleet deploy SERVICE --from FILE";
  std::string words;
  switch (command.takes) {
    case Takes::service:
      words = command.repeats ? " [SERVICE...]" : " SERVICE";
      break;
    case Takes::file:
      words = command.repeats ? " FILE..." : " FILE";
      break;
    case Takes::choice:
      words = fmt::format(" {}", fmt::join(command.choices, "|"));
      break;
    case Takes::nothing:
    case Takes::text:
      break;
  }
  if (command.takes_then == Takes::file) words += " FILE";
  return fmt::format("scale-fleet {}{}", command.name, words);
}

/// `text` in lines of the help's width, all but the first behind `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string result;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > indent && column + 1 + word.size() > help_width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string option_lines(const std::vector<OptionWords>& options) {
  std::string text;
  for (const auto& option : options) {
    std::string left = fmt::format("  {}", option.flag);
    if (!option.choices.empty()) left += fmt::format(" {}", fmt::join(option.choices, "|"));
    if (!option.value.empty()) left += fmt::format(" {}", option.value);
    constexpr std::size_t indent = 30;
    const bool fits = left.size() + 2 <= indent;
    text += fits ? fmt::format("{:<{}}", left, indent) : left + "\n" + std::string(indent, ' ');
    text += wrapped(option.summary, indent) + "\n";
  }
  return text;
}

}  // namespace

std::string help_text(const CommandTable& table, std::string_view command) {
  const auto found = std::ranges::find(table.commands, command, &CommandWords::name);
  if (found != table.commands.end()) {
    auto text = fmt::format("{}\n\nUsage: {} [options]\n", found->summary, usage_of(*found));
    if (!found->options.empty()) text += "\nOptions\n" + option_lines(found->options);
    return text + "\nOptions of every command\n" + option_lines(table.options);
  }
  std::string text(introduction);
  text += "\nCommands\n";
  for (const auto& words : table.commands) {
    text += fmt::format("  {:<46}{}\n", usage_of(words), words.summary);
  }
  const auto scale = std::ranges::find(table.commands, table.default_command, &CommandWords::name);
  text += "\nOptions of scaling\n" + option_lines(scale->options);
  text += "\nOptions of every command\n" + option_lines(table.options);
  text += "\nThe other commands' options: scale-fleet COMMAND --help\n";
  return text + std::string(closing);
}

}  // namespace scale_fleet
