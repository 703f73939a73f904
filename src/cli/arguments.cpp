#include "cli/arguments.hpp"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

bool is_switch(std::string_view argument) {
  return argument.size() > 1 && argument.front() == '-' &&
         !(argument[1] >= '0' && argument[1] <= '9');
}

const CommandWords* find_command(const CommandTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.commands, name, &CommandWords::name);
  return found == table.commands.end() ? nullptr : &*found;
}

/// Whether `flag` is followed by a value, in whatever command knows it.
bool takes_value(const CommandTable& table, std::string_view flag) {
  const auto takes = [&](const std::vector<OptionWords>& options) {
    const auto found = std::ranges::find(options, flag, &OptionWords::flag);
    return found != options.end() && found->takes != Takes::nothing;
  };
  return takes(table.options) ||
         std::ranges::any_of(table.commands,
                             [&](const CommandWords& command) { return takes(command.options); });
}

/// The place of the first word that is no option and no option's value; argv.size() if there is
/// none.
std::size_t first_word(const std::vector<std::string>& argv, const CommandTable& table) {
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (argv[i] == "--") return std::min(i + 1, argv.size());
    if (!is_switch(argv[i])) return i;
    if (takes_value(table, argv[i])) ++i;
  }
  return argv.size();
}

std::vector<OptionWords> options_of(const CommandTable& table, const CommandWords& command) {
  auto options = table.options;
  options.insert(options.end(), command.options.begin(), command.options.end());
  return options;
}

Error unknown_option(const std::string& argument,
                     const CommandTable& table,
                     const CommandWords& command) {
  const auto flag = argument.substr(0, argument.find('='));
  std::vector<std::string_view> known;
  for (const auto& option : options_of(table, command))
    known.push_back(option.flag);
  const auto near = nearest_word(flag, known);
  auto message = fmt::format("the option {} is not known", printable(flag));
  if (!near.empty()) message += fmt::format("; did you mean {}?", near);
  for (const auto& other : table.commands) {
    if (std::ranges::find(other.options, flag, &OptionWords::flag) != other.options.end()) {
      message = fmt::format("the option {} belongs to 'scale-fleet {}'", flag, other.name);
      break;
    }
  }
  return {.kind = ErrorKind::usage, .message = std::move(message)};
}

/// CLI11 would take `--replace=false` for --replace, and the word after `--max=` for its value.
Outcome check_values(const std::vector<std::string>& rest,
                     const std::vector<OptionWords>& options) {
  const auto end = std::ranges::find(rest, "--");
  for (const auto& option : options) {
    const auto with_value = std::string(option.flag) + "=";
    const bool has_value = std::any_of(rest.begin(), end, [&](const std::string& argument) {
      return argument.starts_with(with_value);
    });
    if (option.takes == Takes::nothing && has_value) {
      return failure(ErrorKind::usage, fmt::format("the option {} takes no value", option.flag));
    }
    if (std::find(rest.begin(), end, with_value) != end) {
      return failure(ErrorKind::usage,
                     fmt::format("the option {} is given an empty value", option.flag));
    }
  }
  return {};
}

/// The arguments behind the command's name, read by CLI11 into strings; what they mean is decided
/// elsewhere (CLI11 reads 010 as 8, and lets a file win over the environment).
Result<Arguments> tokenize(const std::vector<std::string>& rest,
                           const CommandTable& table,
                           const CommandWords& command) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Arguments arguments{.command = std::string(command.name), .words = {}, .options = {}};
  const auto options = options_of(table, command);
  if (auto fine = check_values(rest, options); !fine) return tl::unexpected(fine.error());
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, CLI::Option*> declared;
  for (const auto& option : options) {
    const std::string flag(option.flag);
    if (option.takes == Takes::nothing) {
      declared[flag] = app.add_flag(flag);
    } else {
      declared[flag] = app.add_option(flag, values[flag])->expected(1)->allow_extra_args(false);
      declared[flag]->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  // What stands behind `--` is words; it isn't CLI11's to read, nor are the other words: as the
  // values of an option it would take `[a,b]` apart.
  const auto mark = std::ranges::find(rest, "--");
  try {
    app.parse(std::vector<std::string>(std::reverse_iterator(mark), rest.rend()));
  } catch (const CLI::ParseError& error) {
    return failure(ErrorKind::usage, printable(error.what()));
  }
  arguments.words = app.remaining();
  const auto unknown = std::ranges::find_if(arguments.words, is_switch);
  if (unknown != arguments.words.end()) {
    return tl::unexpected(unknown_option(*unknown, table, command));
  }
  if (mark != rest.end()) arguments.words.insert(arguments.words.end(), mark + 1, rest.end());
  for (const auto& option : options) {
    const std::string flag(option.flag);
    if (declared[flag]->count() == 0) continue;
    if (declared[flag]->count() > 1 && option.takes != Takes::nothing && !option.repeats) {
      return failure(ErrorKind::usage, fmt::format("the option {} is given twice", flag));
    }
    arguments.options[flag] =
        option.takes == Takes::nothing ? std::vector<std::string>{""} : values[flag];
  }
  return arguments;
}

}  // namespace

std::vector<std::string_view> reserved_words() {
  return {"replay"};
}

Result<Arguments> parse_arguments(const std::vector<std::string>& argv, const CommandTable& table) {
  auto rest = argv;
  const auto place = first_word(argv, table);
  const auto* command = find_command(table, table.default_command);
  if (place < argv.size()) {
    const auto& word = argv[place];
    const auto reserved = reserved_words();
    if (const auto* named = find_command(table, word)) {
      command = named;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
    } else if (std::ranges::find(reserved, word) != reserved.end()) {
      return failure(ErrorKind::usage,
                     fmt::format("'{}' is reserved for a command that this version doesn't have; a "
                                 "service of that name is scaled by: scale-fleet scale {} COUNT",
                                 word,
                                 word));
    }
  }
  return tokenize(rest, table, *command);
}

}  // namespace scale_fleet
