#include "cli/help.hpp"

#include <sstream>

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

/// The text without line breaks and the blanks that indent what follows them.
std::string in_one_line(const std::string& text) {
  std::string line;
  std::istringstream words(text);
  for (std::string word; words >> word;)
    line += (line.empty() ? "" : " ") + word;
  return line;
}

void check_options(const std::string& help, const std::vector<OptionWords>& options) {
  const auto line = in_one_line(help);
  for (const auto& option : options) {
    CAPTURE(option.flag);
    CHECK(holds(help, "\n  " + std::string(option.flag)));
    CHECK(holds(line, option.summary));
    CHECK(holds(line, option.value));
    for (const auto choice : option.choices)
      CHECK(holds(line, choice));
  }
}

void check_lines(const std::string& help) {
  CHECK(help.ends_with("\n"));
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 100);
    CHECK_FALSE(line.ends_with(" "));
  }
}

}  // namespace

TEST_CASE("The program's help names every command, and every option of scaling and of all") {
  const auto& table = command_table();
  const auto help = help_text(table, "");
  check_lines(help);
  for (const auto& command : table.commands) {
    CAPTURE(command.name);
    CHECK(holds(help, command.summary));
    if (command.name != table.default_command)
      CHECK(holds(help, "\n  scale-fleet " + std::string(command.name)));
  }
  check_options(help, table.options);
  check_options(help, table.commands.front().options);
  for (const auto* code : {"\n  0 ", "\n  1 ", "\n  2 ", "\n  3 ", "\n  4 ", "\n  5 ", "\n  130 "})
    CHECK(holds(help, code));
}

TEST_CASE("A command's help names its options, and those of every command") {
  for (const auto& command : command_table().commands) {
    CAPTURE(command.name);
    const auto help = help_text(command_table(), command.name);
    check_lines(help);
    CHECK(holds(help, command.summary));
    CHECK(holds(help, "Usage: scale-fleet "));
    check_options(help, command.options);
    check_options(help, command_table().options);
  }
}

TEST_CASE("What isn't a command has the program's help") {
  CHECK(help_text(command_table(), "nonsense") == help_text(command_table(), ""));
}
