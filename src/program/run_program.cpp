#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "cli/command_table.hpp"
#include "cli/declared_arguments.hpp"
#include "cli/events_arguments.hpp"
#include "cli/help.hpp"
#include "cli/nodes_arguments.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/commands/show_scale.hpp"
#include "scale_fleet/config/settings_file.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/command_line.hpp"
#include "scale_fleet/platform/lock_holder.hpp"

namespace scale_fleet {
namespace {

bool is_socket(const char* path) {
  struct stat found {};

  return stat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

bool can_read_file(const std::string& path) {
  struct stat found {};

  return stat(path.c_str(), &found) == 0 && !S_ISDIR(found.st_mode) &&
         access(path.c_str(), R_OK) == 0;
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const auto& option : command_table().options) {
    if (option.flag != "--help" && option.flag != "--version")
      names.push_back(option.flag.substr(2));
  }
  return names;
}

/// What the settings file says, with the place of each value as its source.
Result<std::map<std::string, Setting>> read_settings(const Environment& environment) {
  const auto lookup = [&](std::string_view name) { return environment(std::string(name)); };
  auto values = read_first_settings_file(settings_file_candidates(lookup), setting_names());
  if (!values) return tl::unexpected(values.error());
  std::map<std::string, Setting> settings;
  if (!*values) return settings;
  for (const auto& [name, line] : (*values)->by_name) {
    settings[name] = {.text = line.value,
                      .source = fmt::format("{}:{}: {}", (*values)->file, line.line, name)};
  }
  return settings;
}

/// Where the declared file of a command is that takes one; empty of others.
Result<std::filesystem::path> path_of_declared(const Arguments& arguments,
                                               const Environment& environment) {
  if (arguments.command == "nodes") {
    if (auto fine = read_nodes_arguments(arguments); !fine) return tl::unexpected(fine.error());
    return declared_file_path(arguments, environment);
  }
  if (!takes_declared_file(arguments.command)) return std::filesystem::path();
  const auto understood = read_declared_arguments(arguments);
  if (!understood) return tl::unexpected(understood.error());
  return understood->file;
}

/// Where nobody has such a file, the word may have been meant for a service.
Error with_way_out(Error error, const Arguments& arguments, const std::filesystem::path& path) {
  std::error_code ignored;
  if (arguments.command != "nodes" || std::filesystem::exists(path, ignored)) return error;
  error.message +=
      "; another file is named by --file FILE, and a service called nodes is scaled by: "
      "scale-fleet scale nodes COUNT";
  return error;
}

/// The declared file of a command that takes one. Where it says where Fleet is, that goes before
/// the settings file, and flags and variables go before it.
Result<std::optional<DeclaredFile>> read_declared(const Arguments& arguments,
                                                  const Environment& environment,
                                                  std::map<std::string, Setting>& settings) {
  const auto path = path_of_declared(arguments, environment);
  if (!path) return tl::unexpected(path.error());
  if (path->empty()) return std::nullopt;
  auto file = read_declared_file(*path);
  if (!file) return tl::unexpected(with_way_out(file.error(), arguments, *path));
  if (file->fleet_endpoint) {
    settings["endpoint"] = {.text = *file->fleet_endpoint,
                            .source = fmt::format("{}: fleet.endpoint", printable(path->string()))};
  }
  return std::optional(std::move(*file));
}

std::string command_line_of(const std::vector<std::string>& argv) {
  std::vector<const char*> words{"scale-fleet"};
  for (const auto& word : argv)
    words.push_back(word.c_str());
  return command_line_without_secrets(words);
}

/// Whether a mistake in the command line has to be answered as JSON, though it wasn't understood.
bool wants_json(const std::vector<std::string>& argv, const Environment& environment) {
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (argv[i].starts_with("--output=")) return argv[i] == "--output=json";
    if (argv[i] == "--output") return i + 1 < argv.size() && argv[i + 1] == "json";
  }
  return environment("SCALE_FLEET_OUTPUT") == "json";
}

Result<int> run_command(const Invocation& invocation) {
  const auto& name = invocation.arguments.command;
  for (const auto* release : {"deploy", "restart", "refresh", "rollback"}) {
    if (name == release) return run_release(invocation);
  }
  if (name == "status") return run_status(invocation);
  if (name == "submit") return run_submit(invocation);
  if (name == "run") return run_daemon(invocation);
  if (name == "explain") return run_explain(invocation);
  if (name == "config") return run_config(invocation);
  if (name == "events") return run_events(invocation);
  if (name == "pause") return run_pause(invocation);
  if (name == "resume") return run_resume(invocation);
  if (name == "nodes") return run_nodes(invocation);
  if (name == "plan") return run_plan(invocation);
  if (name == "apply") return run_apply(invocation);
  if (name == "sandbox") return run_sandbox(invocation);
  if (name == "completion") return run_completion(invocation);
  return run_scale(invocation);
}

Result<int> understand_and_run(const std::vector<std::string>& argv,
                               const Environment& environment) {
  const bool asks_for_help = std::ranges::find(argv, "--help") != argv.end() ||
                             std::ranges::find(argv, "-h") != argv.end();
  if (asks_for_help) {
    const auto named = std::ranges::find_if(argv, [](const std::string& word) {
      const auto& commands = command_table().commands;
      return std::ranges::find(commands, word, &CommandWords::name) != commands.end();
    });
    auto printed = print_answer(help_text(command_table(), named == argv.end() ? "" : *named));
    if (!printed) return tl::unexpected(printed.error());
    return 0;
  }
  auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  if (arguments->has("--version")) {
    auto printed = print_answer("scale-fleet " SCALE_FLEET_VERSION "\n");
    if (!printed) return tl::unexpected(printed.error());
    return 0;
  }
  auto file = read_settings(environment);
  if (!file) return tl::unexpected(file.error());
  auto declared = read_declared(*arguments, environment, *file);
  if (!declared) return tl::unexpected(declared.error());
  const auto options = read_program_options(
      {.arguments = *arguments, .environment = environment, .file = std::move(*file)},
      {.has_fleet_socket = is_socket("/var/run/fleet.sock"), .can_read_file = can_read_file});
  if (!options) return tl::unexpected(options.error());
  return run_command({.arguments = std::move(*arguments),
                      .options = *options,
                      .environment = environment,
                      .declared = std::move(*declared),
                      .command_line = command_line_of(argv),
                      .command_to_repeat = command_to_repeat(argv)});
}

}  // namespace

int run_program(const std::vector<std::string>& argv, const Environment& environment) {
  const auto code = understand_and_run(argv, environment);
  if (code) return *code;
  // What was mistaken for something else and is quoted may be an endpoint with its password.
  const auto message = without_credentials(code.error().message);
  if (wants_json(argv, environment)) {
    // The sentence on stderr tells as well, whether or not stdout takes the document.
    const ScaleReport report{.status = ScaleStatus::failed,
                             .services = {},
                             .error = Error{.kind = code.error().kind, .message = message}};
    static_cast<void>(print_answer(scale_json(report)));
  }
  print_error(message);
  if (code.error().kind == ErrorKind::usage) {
    print_hint("scale-fleet --help shows all commands and options");
  }
  return static_cast<int>(exit_code_of(code.error().kind));
}

}  // namespace scale_fleet
