#include "scale_fleet/commands/declared_scale.hpp"
#include "scale_fleet/fleet/template_file.hpp"

namespace scale_fleet {
namespace {

Result<TemplateFile> read_text_for(const Service& service, const std::string& path) {
  return service.is_single() ? read_plain_unit_file(path, service.display_name())
                             : read_template_file(path, service.template_name());
}

/// What is read, and what is wrong, as it comes together.
struct TextsSoFar {
  DeclaredTexts texts;
  std::string mistakes;

  void add(const Service& service, const std::optional<std::filesystem::path>& path) {
    if (!path || texts.contains(*path)) return;
    auto file = read_text_for(service, path->string());
    // One that can't be read is told once, and not asked for again.
    texts[*path] = file ? std::make_shared<const UnitOptions>(std::move(file->options)) : nullptr;
    if (!file) mistakes += (mistakes.empty() ? "" : "\n") + file.error().message;
  }
};

}  // namespace

Result<DeclaredTexts> read_declared_texts(const DeclaredFile& file) {
  TextsSoFar so_far;
  for (const auto& declared : file.services) {
    so_far.add(declared.service, declared.template_file);
    for (const auto& [sidekick, template_file] : declared.attached)
      so_far.add(sidekick, template_file);
  }
  if (!so_far.mistakes.empty()) return failure(ErrorKind::usage, std::move(so_far.mistakes));
  return std::move(so_far.texts);
}

}  // namespace scale_fleet
