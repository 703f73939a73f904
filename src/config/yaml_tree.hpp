#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace scale_fleet {

/// Both from 1; line 0 where the parser doesn't know.
struct YamlPlace {
  int line = 0;
  int column = 0;

  bool operator==(const YamlPlace&) const = default;
};

/// A YAML document as it was written: nothing is converted, and of equal keys both are there.
struct YamlNode {
  enum class Kind { nothing, scalar, list, map };

  Kind kind = Kind::nothing;
  YamlPlace place = {};
  std::string text = {};             ///< Of a scalar.
  bool is_plain = false;             ///< A scalar without quotes and tag.
  std::vector<YamlNode> keys = {};   ///< Of a map; its values are the items beside them.
  std::vector<YamlNode> items = {};  ///< Of a list, or of a map.
  std::size_t size = 1;              ///< Nodes, this one included.
  std::size_t height = 1;            ///< Levels, this one included.
};

/// Where a text isn't the YAML that is wanted, and why.
struct YamlMistake {
  YamlPlace place;
  std::string what;
};

/// The one document of `text`; Kind::nothing where it is empty. Aliases are replaced by copies of
/// what they stand for. Refused: what isn't YAML or UTF-8 (or UTF-16 that says so), a second
/// document, more than 100 levels or 300,000 nodes once aliases are replaced (a few lines of
/// aliases can stand for billions), an alias inside of what it stands for.
tl::expected<YamlNode, YamlMistake> parse_yaml(std::string_view text);

}  // namespace scale_fleet
