#include "cli/completion.hpp"

#include <map>
#include <set>

#include "cli/completion_words.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

constexpr Shell shells[] = {Shell::bash, Shell::zsh, Shell::fish};

std::vector<OptionWords> every_option() {
  auto options = command_table().options;
  for (const auto& command : command_table().commands)
    options.insert(options.end(), command.options.begin(), command.options.end());
  return options;
}

}  // namespace

TEST_CASE("A shell is known by its name") {
  CHECK(parse_shell("bash") == Shell::bash);
  CHECK(parse_shell("zsh") == Shell::zsh);
  CHECK(parse_shell("fish") == Shell::fish);
  for (const auto* name : {"", "Bash", "sh", "bash "})
    CHECK_FALSE(parse_shell(name));
}

TEST_CASE("The table's names are distinct and its default command is one of them") {
  const auto names = command_names(command_table());
  CHECK(std::set(names.begin(), names.end()).size() == names.size());
  CHECK(command_named(command_table(), command_table().default_command).takes == Takes::service);
}

TEST_CASE("A flag takes the same thing wherever it appears, and choices only where it should") {
  std::map<std::string_view, OptionWords> known;
  for (const auto& option : every_option()) {
    CAPTURE(option.flag);
    CHECK(option.flag.starts_with("--"));
    CHECK_FALSE(option.summary.empty());
    CHECK((option.takes == Takes::choice) == !option.choices.empty());
    const auto [first, inserted] = known.try_emplace(option.flag, option);
    CHECK(first->second.takes == option.takes);
    CHECK(first->second.choices == option.choices);
  }
  for (const auto& command : command_table().commands)
    CHECK((command.takes == Takes::choice) == !command.choices.empty());
}

TEST_CASE("Every script knows every command, flag and choice, and leaves no mark unfilled") {
  for (const auto shell : shells) {
    const auto script = completion_script(shell, command_table());
    CAPTURE(script.substr(0, 40));
    CHECK_FALSE(holds(script, "_FLAGS@"));
    CHECK_FALSE(holds(script, "@COMMAND"));
    CHECK_FALSE(holds(script, "@DEFAULT@"));
    for (const auto& option : every_option()) {
      const auto flag = shell == Shell::fish ? "-l " + std::string(option.flag.substr(2))
                                             : std::string(option.flag);
      CAPTURE(option.flag);
      CHECK(holds(script, flag));
      for (const auto choice : option.choices)
        CHECK(holds(script, choice));
    }
    for (const auto& command : command_table().commands)
      CHECK(holds(script, command.name));
  }
}

TEST_CASE("A summary can hold any character") {
  const CommandTable table{
      .options = {{.flag = "--odd", .summary = "it's [a]: \\ $(x)"}},
      .commands = {{.name = "go", .summary = "don't: go", .takes = Takes::service}},
      .default_command = "go"};
  CHECK(holds(completion_script(Shell::zsh, table), R"('--odd[it'\''s \[a\]\: \\ $(x)]')"));
  CHECK(holds(completion_script(Shell::zsh, table), R"('go:don'\''t: go')"));
  CHECK(holds(completion_script(Shell::fish, table), R"(-l odd -d 'it\'s [a]: \\ $(x)')"));
  CHECK_FALSE(holds(completion_script(Shell::bash, table), "$(x)"));
}

TEST_CASE("The options that open a line are the program's and the default command's, each once") {
  const OptionWords shared{.flag = "--shared", .summary = "s"};
  const CommandTable table{
      .options = {shared},
      .commands = {{.name = "go",
                    .summary = "g",
                    .options = {shared, {.flag = "--own", .summary = "o"}}},
                   {.name = "other",
                    .summary = "o",
                    .options = {{.flag = "--third", .summary = "t", .takes = Takes::text}}}},
      .default_command = "go"};
  REQUIRE(opening_options(table).size() == 2);
  CHECK(opening_options(table).back().flag == "--own");
  CHECK(all_options(table).size() == 3);
  CHECK(flags_with_value(table) == std::vector<std::string_view>{"--third"});
}
