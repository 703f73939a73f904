#include <algorithm>

#include <fmt/format.h>

#include "config/mistakes.hpp"
#include "config/yaml_tree.hpp"
#include "scale_fleet/config/settings_file.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Settings as they are collected, with every mistake on the way.
class SettingsReader {
 public:
  SettingsReader(std::string_view display_name, std::span<const std::string_view> known)
      : display_name_(printable(display_name)), known_(known), mistakes_(display_name_) {}

  Result<SettingsValues> read(std::string_view text) {
    if (const auto document = parse_yaml(text)) {
      read_options(*document);
    } else {
      mistakes_.add(document.error().place, "", document.error().what);
    }
    if (!mistakes_.empty()) return tl::unexpected(mistakes_.error());
    values_.file = display_name_;
    return std::move(values_);
  }

 private:
  void read_options(const YamlNode& document) {
    if (document.kind == YamlNode::Kind::nothing) return;
    if (document.kind != YamlNode::Kind::map) {
      complain(document.place, "a settings file has lines of the form 'option: value'");
      return;
    }
    for (std::size_t i = 0; i < document.keys.size(); ++i)
      read_option(document.keys[i], document.items[i]);
  }

  void read_option(const YamlNode& key, const YamlNode& value) {
    if (key.kind != YamlNode::Kind::scalar) {
      complain(key.place, "an option's name is one word");
      return;
    }
    const auto& name = key.text;
    const auto shown = printable(name);
    if (std::ranges::find(known_, name) == known_.end()) {
      complain(key.place, fmt::format("there is no option '{}'{}", shown, suggestion(name)));
      return;
    }
    if (value.kind == YamlNode::Kind::nothing) {
      complain(key.place, fmt::format("'{}' has no value", shown));
    } else if (value.kind != YamlNode::Kind::scalar) {
      complain(value.place, fmt::format("'{}' takes one value, not a list or mapping", shown));
    }
    const auto line = static_cast<std::size_t>(std::max(key.place.line, 1));
    const auto [first, is_new] =
        values_.by_name.try_emplace(name, FileSetting{.value = value.text, .line = line});
    if (is_new) return;
    complain(key.place,
             fmt::format("'{}' stands here again; first in line {}", shown, first->second.line));
  }

  std::string suggestion(std::string_view name) const {
    if (name.starts_with('-')) {
      const auto bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
      const bool is_known = std::ranges::find(known_, bare) != known_.end();
      if (is_known) return fmt::format("; write it without dashes in front, '{}'", bare);
    }
    const auto nearest = nearest_word(name, known_);
    return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
  }

  void complain(YamlPlace place, std::string_view what) { mistakes_.add(place, "", what); }

  std::string display_name_;
  std::span<const std::string_view> known_;
  Mistakes mistakes_;
  SettingsValues values_;
};

}  // namespace

Result<SettingsValues> parse_settings(std::string_view text,
                                      std::string_view display_name,
                                      std::span<const std::string_view> known) {
  return SettingsReader(display_name, known).read(text);
}

}  // namespace scale_fleet
