#include "scale_fleet/config/declared_file.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include "config/declared_places.hpp"
#include "config/text_file.hpp"
#include "config/yaml_json.hpp"
#include "config/yaml_value.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_declared_file = 4UL * 1024 * 1024;
constexpr std::string_view dynamite_root = "Dynamite";

/// What stands below these says nothing of where anything is.
constexpr std::array<std::string_view, 6> no_places{
    "services", "nodes", "api", "notifications", "Dynamite.Service", "Dynamite.ScalingPolicy"};

/// The value of Dynamite's root key, where the file has it.
const YamlNode* dynamite_part(const YamlNode& root) {
  if (root.kind != YamlNode::Kind::map) return nullptr;
  const auto found = std::ranges::find(root.keys, dynamite_root, &YamlNode::text);
  if (found == root.keys.end()) return nullptr;
  return &root.items[static_cast<std::size_t>(found - root.keys.begin())];
}

ReadFile read_either_form(const YamlNode& root,
                          const std::filesystem::path& path,
                          const FileExists& exists,
                          Mistakes& mistakes) {
  const YamlValue value(root, "", mistakes);
  if (dynamite_part(root) == nullptr) return read_own_form(value, path, exists);
  constexpr std::array<std::string_view, 1> only{dynamite_root};
  const YamlMap map(value, only);  // Complains of what stands beside it.
  return read_dynamite_form(*map.find(dynamite_root), path, exists);
}

Result<DeclaredPlaces> parse_declared_places(std::string_view text,
                                             const std::filesystem::path& path,
                                             const FileExists& exists) {
  Mistakes mistakes(printable(path.string()));
  const auto root = parse_yaml(text);
  if (!root) {
    mistakes.add(root.error().place, "", root.error().what);
    return tl::unexpected(mistakes.error());
  }
  auto read = read_either_form(*root, path, exists, mistakes);
  check_declared(read);
  if (!mistakes.are_all_below(no_places)) return tl::unexpected(mistakes.error());
  read.file.path = path;
  if (read.file.form == DeclaredFile::Form::dynamite)
    read.file.dynamite_configuration = json_of(*root);
  return DeclaredPlaces{
      .file = std::move(read.file),
      .mistakes = mistakes.empty() ? std::nullopt : std::optional(mistakes.error())};
}

/// All of it, or what is wrong.
Result<DeclaredFile> without_mistakes(Result<DeclaredPlaces> places) {
  if (!places) return tl::unexpected(places.error());
  if (places->mistakes) return tl::unexpected(*std::move(places->mistakes));
  return std::move(places->file);
}

}  // namespace

Result<DeclaredFile> parse_declared_file(std::string_view text,
                                         const std::filesystem::path& path,
                                         const FileExists& exists) {
  return without_mistakes(parse_declared_places(text, path, exists));
}

Result<DeclaredPlaces> read_declared_places(const std::filesystem::path& path) {
  const auto text =
      read_text_file(path, {.called = "the file", .most_bytes = longest_declared_file});
  if (!text) return tl::unexpected(text.error());
  return parse_declared_places(*text, path, [](const std::filesystem::path& file) {
    std::error_code unknown;
    return std::filesystem::is_regular_file(file, unknown);
  });
}

Result<DeclaredFile> read_declared_file(const std::filesystem::path& path) {
  return without_mistakes(read_declared_places(path));
}

}  // namespace scale_fleet
