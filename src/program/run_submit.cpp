#include <set>

#include <fmt/format.h>

#include "program/console.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/submit_command.hpp"
#include "scale_fleet/fleet/template_file.hpp"

namespace scale_fleet {
namespace {

Result<std::vector<TemplateFile>> read_files(const Arguments& arguments) {
  if (arguments.words.empty()) {
    return failure(ErrorKind::usage, "no file is named: write scale-fleet submit my_app@.service");
  }
  std::optional<std::string> name;
  if (const auto found = arguments.options.find("--name"); found != arguments.options.end()) {
    name = found->second.front();
    if (arguments.words.size() > 1) {
      return failure(ErrorKind::usage, "--name is for one file: submit the others without it");
    }
  }
  std::vector<TemplateFile> files;
  std::set<std::string> names;
  for (const auto& path : arguments.words) {
    auto file = read_template_file(path, name);
    if (!file) return tl::unexpected(file.error());
    if (!names.insert(file->name).second) {
      return failure(ErrorKind::usage, fmt::format("two of the files are named {}", file->name));
    }
    files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace

Result<int> run_submit(const Invocation& invocation) {
  const auto files = read_files(invocation.arguments);
  if (!files) return tl::unexpected(files.error());
  const auto session = Session::open(invocation.options, invocation.environment, {});
  if (!session) return tl::unexpected(session.error());
  const auto world = (*session)->world();
  for (const auto& file : *files) {
    for (const auto& warning : file.warnings)
      world.progress.warn(warning);
  }
  const SubmitOptions options{.replace = invocation.arguments.has("--replace"),
                              .dry_run = invocation.arguments.has("--dry-run")};
  const auto report = SubmitCommand(world, options).run(*files);
  const auto printed =
      print_answer(invocation.options.json ? submit_json(report) : submit_text(report));
  for (const auto& submission : report.submissions) {
    if (submission.error) print_error(submission.error->message);
  }
  if (!printed) return tl::unexpected(printed.error());
  if (world.stop.signal()) return exit_code_of_signal(*world.stop.signal());
  return report.error ? static_cast<int>(exit_code_of(report.error->kind)) : 0;
}

}  // namespace scale_fleet
