#include "scale_fleet/etcd/keys.hpp"

#include <fmt/format.h>

#include "etcd/key_request.hpp"
#include "etcd/key_tree.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

KeyFailure no_such_name(std::string_view key) {
  return {.answer = KeyAnswer::refused,
          .message = fmt::format("no key of etcd can be called `{}`", printable(key))};
}

KeyFailure failure_of(KeyReply reply) {
  return {.answer = reply.answer, .message = std::move(reply.message)};
}

}  // namespace

ErrorKind error_kind(KeyAnswer answer) {
  switch (answer) {
    case KeyAnswer::missing:
      return ErrorKind::not_found;
    case KeyAnswer::differs:
      return ErrorKind::precondition;
    case KeyAnswer::unreachable:
    case KeyAnswer::unclear:
      return ErrorKind::unavailable;
    case KeyAnswer::done:
    case KeyAnswer::refused:
      break;
  }
  return ErrorKind::refused;
}

HttpResult EtcdKeys::ask(const HttpRequest& request) {
  return servers_.ask(request, clock_, clock_.now() + patience_, stop_);
}

KeyResult<KeyFolder> EtcdKeys::read_folder(std::string_view folder) {
  const auto target = key_target(folder);
  if (!target) return tl::unexpected(no_such_name(folder));
  return read_folder_reply(ask(read_folder_request(*target)));
}

KeyResult<StoredKey> EtcdKeys::read(std::string_view key) {
  const auto target = key_target(key);
  if (!target) return tl::unexpected(no_such_name(key));
  auto reply = read_key_reply(ask(read_key(*target)));
  if (reply.answer != KeyAnswer::done) return tl::unexpected(failure_of(std::move(reply)));
  if (!reply.value) {
    return tl::unexpected(
        KeyFailure{.answer = KeyAnswer::refused, .message = "it is a folder, not a key"});
  }
  return StoredKey{
      .key = std::string(key), .value = std::move(*reply.value), .modified = reply.modified};
}

KeyResult<KeyIndex> EtcdKeys::put(std::string_view key, std::string_view value, KeyCondition when) {
  const auto target = key_target(key);
  if (!target) return tl::unexpected(no_such_name(key));
  auto reply = read_key_reply(ask(put_key(*target, value, when)));
  if (reply.answer != KeyAnswer::done) return tl::unexpected(failure_of(std::move(reply)));
  return reply.modified;
}

KeyResult<void> EtcdKeys::remove(std::string_view key, std::optional<KeyIndex> modified) {
  const auto target = key_target(key);
  if (!target) return tl::unexpected(no_such_name(key));
  auto reply = read_key_reply(ask(delete_key(*target, modified)));
  if (reply.answer != KeyAnswer::done) return tl::unexpected(failure_of(std::move(reply)));
  return {};
}

std::string EtcdKeys::display_place(std::string_view key) const {
  const auto target = key_target(key);
  return servers_.display_endpoints() + (target ? printable(*target) : "");
}

}  // namespace scale_fleet
