#include "etcd/key_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

using nlohmann::json;

constexpr std::size_t longest_quote = 200;

const json* field_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

KeyResult<std::optional<StoredKey>> read_key_event(std::string_view line) {
  const auto event = json::parse(line, nullptr, false);
  if (event.is_object() && event.contains("errorCode")) {
    return tl::unexpected(KeyFailure{
        .answer = KeyAnswer::unclear,
        .message = fmt::format("the watch ended: {}", printable_start(line, longest_quote))});
  }
  const auto* node = event.is_object() ? field_of(event, "node") : nullptr;
  if (node == nullptr || !node->is_object()) {
    return tl::unexpected(
        KeyFailure{.answer = KeyAnswer::refused,
                   .message = fmt::format("a line of a watch that isn't etcd's: {}",
                                          printable_start(line, longest_quote))});
  }
  const auto* key = field_of(*node, "key");
  const auto* value = field_of(*node, "value");
  const auto* modified = field_of(*node, "modifiedIndex");
  const bool is_key = key != nullptr && key->is_string() && value != nullptr &&
                      value->is_string() && modified != nullptr && modified->is_number_unsigned();
  if (!is_key) return std::nullopt;
  return StoredKey{.key = key->get<std::string>(),
                   .value = value->get<std::string>(),
                   .modified = modified->get<KeyIndex>()};
}

}  // namespace scale_fleet
