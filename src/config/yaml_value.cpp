#include "config/yaml_value.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::string below(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

std::string shown_key(std::string_view key) {
  return printable_start(key, longest_shown_word);
}

bool stands_in(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::vector<YamlValue> YamlValue::items() const {
  std::vector<YamlValue> values;
  if (!is(YamlNode::Kind::list)) {
    complain("this has to be a list: [one, another]");
    return values;
  }
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    values.emplace_back(node_->items[i], fmt::format("{}[{}]", path_, i), *mistakes_);
  }
  return values;
}

std::optional<YamlValue> YamlValue::find(std::string_view key) const {
  const auto found = std::ranges::find(node_->keys, key, &YamlNode::text);
  if (found == node_->keys.end()) return std::nullopt;
  const auto place = static_cast<std::size_t>(found - node_->keys.begin());
  return YamlValue(node_->items[place], below(path_, shown_key(key)), *mistakes_);
}

YamlMap::YamlMap(const YamlValue& value, std::span<const std::string_view> known) : value_(value) {
  const auto& node = value.node();
  if (node.kind != YamlNode::Kind::map) {
    value.complain(known.empty() ? "this has to be a mapping: {name: …}"
                                 : fmt::format("this has to be a mapping: {{{}: …}}", known[0]));
    return;
  }
  std::map<std::string_view, int> first_lines;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const auto& key = node.keys[i];
    if (!may_stand(key, known)) continue;
    auto path = below(value.path(), shown_key(key.text));
    const auto [first, is_new] = first_lines.try_emplace(key.text, key.place.line);
    if (is_new) {
      entries_.emplace_back(key.text, YamlValue(node.items[i], std::move(path), *value.mistakes_));
    } else {
      value.mistakes_->add(
          key.place,
          path,
          fmt::format("this key stands here again; first at line {}", first->second));
    }
  }
}

bool YamlMap::may_stand(const YamlNode& key, std::span<const std::string_view> known) const {
  auto& mistakes = *value_.mistakes_;
  if (key.kind != YamlNode::Kind::scalar || key.text.empty()) {
    mistakes.add(key.place, value_.path(), "a key is a word");
    return false;
  }
  const auto path = below(value_.path(), shown_key(key.text));
  if (key.text == "<<" && key.is_plain) {
    mistakes.add(key.place, path, "merge keys aren't understood; write the keys out");
    return false;
  }
  if (known.empty() || stands_in(known, key.text)) return true;
  const auto near = nearest_word(shortened(key.text, longest_shown_word), known);
  mistakes.add(key.place,
               path,
               near.empty()
                   ? fmt::format("there is no such key here; those are {}", fmt::join(known, ", "))
                   : fmt::format("there is no such key here; did you mean '{}'?", near));
  return false;
}

std::optional<YamlValue> YamlMap::find(std::string_view key) const {
  for (const auto& [name, value] : entries_) {
    if (name == key) return value;
  }
  return std::nullopt;
}

bool YamlMap::has(std::string_view key) const {
  return find(key).has_value();
}

std::optional<std::string_view> YamlMap::one_of(std::span<const std::string_view> keys) const {
  std::optional<std::string_view> found;
  for (const auto key : keys) {
    if (!has(key)) continue;
    if (found) {
      find(key)->complain(fmt::format("this and '{}' exclude each other", *found));
      return std::nullopt;
    }
    found = key;
  }
  if (!found && value_.is(YamlNode::Kind::map)) {
    value_.complain(fmt::format("one of {} is missing", fmt::join(keys, ", ")));
  }
  return found;
}

void YamlMap::must_have(std::string_view key) const {
  if (has(key) || !value_.is(YamlNode::Kind::map)) return;
  value_.complain(fmt::format("'{}' is missing", key));
}

void YamlMap::drop_empty() {
  std::erase_if(entries_,
                [](const auto& entry) { return entry.second.is(YamlNode::Kind::nothing); });
}

}  // namespace scale_fleet
