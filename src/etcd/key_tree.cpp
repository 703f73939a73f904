#include "etcd/key_tree.hpp"

#include <nlohmann/json.hpp>

#include "etcd/key_request.hpp"

namespace scale_fleet {
namespace {

/// Reads a tree of nodes event by event: a whole document in memory would be ten times the reply.
class TreeReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<StoredKey> keys;
  bool saw_node = false;

  bool null() override { return other(); }

  bool boolean(bool) override { return other(); }

  bool number_integer(number_integer_t) override { return other(); }

  bool number_unsigned(number_unsigned_t number) override {
    if (auto* level = node_level(); level != nullptr && level->field == "modifiedIndex")
      level->modified = number;
    return other();
  }

  bool number_float(number_float_t, const string_t&) override { return other(); }

  bool string(string_t& text) override {
    if (auto* level = node_level(); level != nullptr) {
      if (level->field == "key") {
        level->key = std::move(text);
      } else if (level->field == "value") {
        level->value = std::move(text);
      }
    }
    return other();
  }

  bool binary(binary_t&) override { return other(); }

  bool start_object(std::size_t) override {
    const bool is_root_node = levels_.size() == 1 && levels_[0].field == "node";
    const bool is_item = !levels_.empty() && levels_.back().is_nodes;
    saw_node = saw_node || is_root_node;
    levels_.push_back({.is_node = is_root_node || is_item});
    return true;
  }

  bool key(string_t& name) override {
    levels_.back().field = std::move(name);
    return true;
  }

  bool end_object() override {
    auto& level = levels_.back();
    if (level.is_node && level.key && level.value) {
      keys.push_back({.key = std::move(*level.key),
                      .value = std::move(*level.value),
                      .modified = level.modified});
    }
    levels_.pop_back();
    return true;
  }

  bool start_array(std::size_t) override {
    const auto* level = node_level();
    levels_.push_back({.is_nodes = level != nullptr && level->field == "nodes"});
    return true;
  }

  bool end_array() override {
    levels_.pop_back();
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  struct Level {
    bool is_node = false;
    bool is_nodes = false;  ///< An array of nodes.
    std::string field = {};
    std::optional<std::string> key = {};
    std::optional<std::string> value = {};
    KeyIndex modified = 0;
  };

  static bool other() { return true; }

  Level* node_level() {
    return levels_.empty() || !levels_.back().is_node ? nullptr : &levels_.back();
  }

  std::vector<Level> levels_;
};

}  // namespace

std::optional<std::vector<StoredKey>> read_key_tree(std::string_view body) {
  TreeReader reader;
  if (!nlohmann::json::sax_parse(body, &reader) || !reader.saw_node) return std::nullopt;
  return std::move(reader.keys);
}

KeyResult<KeyFolder> read_folder_reply(const HttpResult& result) {
  const bool is_success = result && result->status == 200;
  if (auto keys = is_success ? read_key_tree(result->body) : std::nullopt) {
    return KeyFolder{.keys = std::move(*keys), .index = etcd_index(*result)};
  }
  auto reply = read_key_reply(result);
  if (reply.answer == KeyAnswer::done) {  // A success of another kind, or of somebody else.
    return tl::unexpected(
        KeyFailure{.answer = KeyAnswer::refused, .message = "the reply isn't a folder of etcd's"});
  }
  return tl::unexpected(KeyFailure{.answer = reply.answer, .message = std::move(reply.message)});
}

}  // namespace scale_fleet
