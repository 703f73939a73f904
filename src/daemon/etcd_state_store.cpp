#include "scale_fleet/daemon/etcd_state_store.hpp"

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr std::string_view root = "/scale-fleet";

std::string shelf_key(std::string_view shelf) {
  return fmt::format("{}/{}", root, shelf);
}

/// A service may be called `.` or `..`, which etcd would take for a folder; `.@` is the same
/// service (unit_name.hpp).
std::string key_of_name(std::string_view shelf, std::string_view name) {
  const bool is_folder = name == "." || name == "..";
  return fmt::format("{}/{}{}", shelf_key(shelf), name, is_folder ? "@" : "");
}

std::string name_of_key(std::string_view below_shelf) {
  const bool is_encoded = below_shelf == ".@" || below_shelf == "..@";
  return std::string(below_shelf.substr(0, below_shelf.size() - (is_encoded ? 1 : 0)));
}

}  // namespace

Error EtcdStateStore::cannot(std::string_view what,
                             const std::string& key,
                             const KeyFailure& failure) const {
  return {
      .kind = error_kind(failure.answer),
      .message = fmt::format("cannot {} {}: {}", what, keys_.display_place(key), failure.message)};
}

Result<std::map<std::string, std::string>> EtcdStateStore::read(std::string_view shelf) {
  const auto folder = shelf_key(shelf);
  const auto found = keys_.read_folder(folder);
  std::map<std::string, std::string> texts;
  if (!found && found.error().answer == KeyAnswer::missing) return texts;
  if (!found) return tl::unexpected(cannot("read", folder, found.error()));
  for (const auto& stored : found->keys) {
    if (!stored.key.starts_with(folder + "/")) continue;
    const auto below = std::string_view(stored.key).substr(folder.size() + 1);
    if (below.find('/') == std::string_view::npos) texts[name_of_key(below)] = stored.value;
  }
  return texts;
}

Outcome EtcdStateStore::write(std::string_view shelf,
                              std::string_view name,
                              std::string_view text) {
  const auto key = key_of_name(shelf, name);
  const auto written = keys_.put(key, text);
  if (!written) return tl::unexpected(cannot("write", key, written.error()));
  return {};
}

Outcome EtcdStateStore::remove(std::string_view shelf, std::string_view name) {
  const auto key = key_of_name(shelf, name);
  const auto removed = keys_.remove(key);
  if (removed || removed.error().answer == KeyAnswer::missing) return {};
  return tl::unexpected(cannot("remove", key, removed.error()));
}

std::string EtcdStateStore::display_place() const {
  return keys_.display_place(root);
}

}  // namespace scale_fleet
