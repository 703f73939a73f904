#include <fmt/format.h>

#include "program/console.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/commands/declared_scale.hpp"
#include "scale_fleet/commands/show_config.hpp"
#include "scale_fleet/core/exit_code.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view usage_of_config =
    "write scale-fleet config check FILE, or config show FILE";

/// The answer that the file is fine, or what it says.
std::string answer_on(const DeclaredFile& file, bool is_check, bool json) {
  if (is_check) return json ? config_check_json(file.path.string(), file) : config_check_text(file);
  return json ? config_show_json(file) : show_declared_file(file);
}

/// The file, if its templates can be used as well.
Result<DeclaredFile> with_templates(Result<DeclaredFile> file) {
  if (!file) return file;
  const auto texts = read_declared_texts(*file);
  if (!texts) return tl::unexpected(texts.error());
  return file;
}

}  // namespace

Result<int> run_config(const Invocation& invocation) {
  const auto& words = invocation.arguments.words;
  const bool is_check = !words.empty() && words[0] == "check";
  const bool is_known = is_check || (!words.empty() && words[0] == "show");
  if (!words.empty() && !is_known) {
    return failure(
        ErrorKind::usage,
        fmt::format("config can't '{}' a file: {}", printable(words[0]), usage_of_config));
  }
  if (words.size() != 2) {
    return failure(ErrorKind::usage, fmt::format("name one file: {}", usage_of_config));
  }
  const auto file =
      is_check ? with_templates(read_declared_file(words[1])) : read_declared_file(words[1]);
  const bool json = invocation.options.json;
  if (file) {
    auto printed = print_answer(answer_on(*file, is_check, json));
    if (!printed) return tl::unexpected(printed.error());
    return 0;
  }
  // The lines on stderr tell as well, whether or not stdout takes the document.
  if (json) static_cast<void>(print_answer(config_check_json(words[1], file)));
  print_error(file.error().message);
  return static_cast<int>(exit_code_of(file.error().kind));
}

}  // namespace scale_fleet
