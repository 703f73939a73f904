#include "config/yaml_json.hpp"

#include <fmt/format.h>

#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

std::string quoted_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string scalar_json(const YamlNode& node) {
  const auto& text = node.text;
  if (!node.is_plain) return quoted_json(text);
  if (text == "true" || text == "false") return text;
  if (text.empty() || text == "null" || text == "~") return "null";
  // What number_in() takes is written as JSON writes it.
  return number_in(text) ? text : quoted_json(text);
}

}  // namespace

// As deep as parse_yaml() allows.
std::string json_of(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::nothing) return "null";
  if (node.kind == YamlNode::Kind::scalar) return scalar_json(node);
  const bool is_map = node.kind == YamlNode::Kind::map;
  std::string text;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) text += ',';
    if (is_map) text += quoted_json(node.keys[i].text) + ':';
    text += json_of(node.items[i]);
  }
  return is_map ? '{' + text + '}' : '[' + text + ']';
}

}  // namespace scale_fleet
