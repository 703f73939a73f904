#include "config/yaml_tree.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "core/utf8.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t most_levels = 100;
constexpr std::size_t most_nodes = 300'000;

/// yaml-cpp counts from 0.
YamlPlace place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {.line = mark.line + 1, .column = mark.column + 1};
}

/// A tree from the parser's events. YAML::Load() isn't used: it makes of an alias the node itself,
/// so that a walk may never end, and YAML::LoadAll() goes on making empty documents at a comma
/// before anything else until the memory is full. Ends by throwing YamlMistake.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text) {}

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    const auto at = static_cast<std::size_t>(std::max(mark.pos, 0));
    throw YamlMistake{.place = place_of(mark),
                      .what = at < text_.size() && text_[at] == ','
                                  ? "this isn't YAML: a comma without a list"
                                  : "a second document begins; a file has one"};
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    leaf({.place = place_of(mark)}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) {
      throw YamlMistake{.place = place_of(mark), .what = "an alias inside of what it stands for"};
    }
    count(found->second.size, found->second.height, place_of(mark));
    put(YamlNode(found->second));
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    if (valid_utf8(value) != value) {
      throw YamlMistake{.place = place_of(mark), .what = "this isn't UTF-8"};
    }
    leaf({.kind = YamlNode::Kind::scalar,
          .place = place_of(mark),
          .text = value,
          .is_plain = tag == "?"},  // Quoted: "!"
         anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string&,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, anchor);
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string&,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, anchor);
  }

  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
  };

  void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    count(1, 1, place_of(mark));
    open_.push_back({{.kind = kind, .place = place_of(mark)}, anchor});
  }

  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    keep(done.node, done.anchor);
    put(std::move(done.node));
  }

  void leaf(YamlNode node, YAML::anchor_t anchor) {
    count(1, 1, node.place);
    keep(node, anchor);
    put(std::move(node));
  }

  /// Before so much is made, or copied.
  void count(std::size_t nodes, std::size_t height, YamlPlace place) {
    if (open_.size() + height > most_levels) {
      throw YamlMistake{.place = place, .what = "too deeply nested"};
    }
    nodes_ += nodes;
    if (nodes_ > most_nodes) {
      throw YamlMistake{.place = place, .what = "too much: a file has at most 300,000 values"};
    }
  }

  void keep(const YamlNode& node, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    count(node.size, 0, node.place);
    anchored_.insert_or_assign(anchor, node);
  }

  void put(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& parent = open_.back().node;
    parent.size += node.size;
    parent.height = std::max(parent.height, node.height + 1);
    const bool is_key =
        parent.kind == YamlNode::Kind::map && parent.keys.size() == parent.items.size();
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  std::string_view text_;
  int documents_ = 0;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchored_;
  YamlNode root_;
};

}  // namespace

tl::expected<YamlNode, YamlMistake> parse_yaml(std::string_view text) {
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(text);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YamlMistake& mistake) {
    return tl::unexpected(mistake);
  } catch (const YAML::DeepRecursion& deep) {
    return tl::unexpected(YamlMistake{.place = place_of(deep.mark), .what = "too deeply nested"});
  } catch (const YAML::Exception& wrong) {
    return tl::unexpected(YamlMistake{.place = place_of(wrong.mark),
                                      .what = "this isn't YAML: " + printable(wrong.msg)});
  }
  return builder.take_root();
}

}  // namespace scale_fleet
