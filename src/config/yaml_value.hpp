#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/mistakes.hpp"
#include "config/yaml_tree.hpp"

namespace scale_fleet {

/// Bytes of a key or a name in a message.
inline constexpr std::size_t longest_shown_word = 100;

/// A value of the file together with its path, and where complaints about it go. The tree and the
/// mistakes have to outlive it.
class YamlValue {
 public:
  YamlValue(const YamlNode& node, std::string path, Mistakes& mistakes)
      : node_(&node), path_(std::move(path)), mistakes_(&mistakes) {}

  const YamlNode& node() const { return *node_; }

  const std::string& path() const { return path_; }

  bool is(YamlNode::Kind kind) const { return node_->kind == kind; }

  void complain(std::string_view what) const { mistakes_->add(node_->place, path_, what); }

  /// The items of a list; none, and a complaint, where it isn't one.
  std::vector<YamlValue> items() const;

  /// Of a map, the value of the first such key; complains of nothing.
  std::optional<YamlValue> find(std::string_view key) const;

 private:
  friend class YamlMap;

  const YamlNode* node_;
  std::string path_;
  Mistakes* mistakes_;
};

/// The entries of a map by their keys. Complains of what isn't a map, of a key that is none of
/// `known` (all may stand there where that is empty), and of a key that stands there again.
class YamlMap {
 public:
  explicit YamlMap(const YamlValue& value, std::span<const std::string_view> known = {});

  /// Whether the key stands there, with whatever value.
  bool has(std::string_view key) const;
  std::optional<YamlValue> find(std::string_view key) const;

  /// In the file's order, each key once.
  const std::vector<std::pair<std::string, YamlValue>>& entries() const { return entries_; }

  const YamlValue& value() const { return value_; }

  /// Complains where none, or more than one, of `keys` stands there; tells which one does.
  std::optional<std::string_view> one_of(std::span<const std::string_view> keys) const;
  /// Complains where it doesn't stand there.
  void must_have(std::string_view key) const;

  /// From now on keys without a value count as not there.
  void drop_empty();

 private:
  /// Complains where nothing, or nothing known, can stand under this key.
  bool may_stand(const YamlNode& key, std::span<const std::string_view> known) const;

  YamlValue value_;
  std::vector<std::pair<std::string, YamlValue>> entries_;
};

/// Reads the value of `key`, if it stands there, by `read` (to a std::optional that is empty after
/// a complaint).
template <typename Value, typename Read>
void take(const YamlMap& map, std::string_view key, Value& into, const Read& read) {
  const auto found = map.find(key);
  if (!found) return;
  if (auto value = read(*found)) into = *std::move(value);
}

}  // namespace scale_fleet
