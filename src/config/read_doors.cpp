#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

/// What stands before the paths of the API: `/scaler`.
std::optional<std::string> read_prefix(const YamlValue& value) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.~/").find(c) != std::string_view::npos;
  };
  if (value.is(YamlNode::Kind::scalar)) {
    auto text = value.node().text;
    while (text.ends_with('/'))
      text.pop_back();
    const bool fits = text.empty() ? value.node().text == "/" : text.starts_with('/');
    if (fits && std::ranges::all_of(text, is_plain) && text.find("//") == std::string::npos)
      return text;
  }
  value.complain(fmt::format("this has to be a path as /scaler, not {}", shown(value)));
  return std::nullopt;
}

void read_tls(const YamlValue& value, const FileAround& around, ApiAccess& api) {
  const YamlMap map(value, own_keys::tls);
  const auto file_here = [&](const YamlValue& path) { return read_path_of_file(path, around); };
  map.must_have("certificate");
  map.must_have("key");
  take(map, "certificate", api.certificate, file_here);
  take(map, "key", api.key, file_here);
  take(map, "client_ca", api.client_ca, file_here);
}

void read_api(const YamlValue& value, const FileAround& around, ApiAccess& api) {
  const YamlMap map(value, own_keys::api);
  take(map, "token_file", api.token_file, [&](const YamlValue& path) {
    return read_path_of_file(path, around);
  });
  if (const auto tls = map.find("tls")) read_tls(*tls, around, api);
  take(map, "prefix", api.prefix, read_prefix);
  take(map, "anyone", api.anyone, read_switch);
  if (api.anyone && (api.token_file || api.client_ca))
    map.find("anyone")->complain("this and a token or client certificates exclude each other");
}

void read_notifications(const YamlValue& value, const FileAround& around, NoticePlaces& into) {
  const YamlMap map(value, own_keys::notifications);
  const auto read_place = [](const YamlValue& url) { return read_url(url, false); };
  take(map, "slack", into.slack, read_place);
  take(map, "slack_file", into.slack_file, [&](const YamlValue& path) {
    return read_path_of_file(path, around);
  });
  take(map, "alertmanager", into.alertmanager, read_place);
  take(map, "timeout", into.timeout, read_span);
  take(map, "alert_lasts", into.alert_lasts, read_span);
  take(map, "at_min", into.services.min, read_switch);
  take(map, "at_max", into.services.max, read_switch);
  take(map, "nodes_at_min", into.nodes.min, read_switch);
  take(map, "nodes_at_max", into.nodes.max, read_switch);
  if (into.slack && into.slack_file)
    map.find("slack_file")->complain("this and 'slack' exclude each other");
  if (!map.has("slack") && !map.has("slack_file") && !map.has("alertmanager"))
    value.complain("it isn't said who is told: write slack, slack_file or alertmanager");
}

bool lets_anybody_ask(const DeclaredFile& file) {
  const auto is_remote = [](const auto& each) { return each.policy.remote.has_value(); };
  return std::ranges::any_of(file.services, is_remote) ||
         std::ranges::any_of(file.nodes, is_remote);
}

}  // namespace

void read_doors(const YamlMap& root, const FileAround& around, DeclaredFile& into) {
  into.api.is_on = root.has("listen") && into.listen.has_value();
  if (const auto api = root.find("api")) read_api(*api, around, into.api);
  if (const auto places = root.find("notifications"))
    read_notifications(*places, around, into.notices);
}

void check_doors(const YamlMap& root, const DeclaredFile& file) {
  if (!file.api.is_on || !lets_strangers_in(file, *file.listen)) return;
  root.find("listen")->complain(
      "whoever reaches this could change counts: write api: {token_file: FILE}, or api: {tls: "
      "{…, client_ca: FILE}}, or, to let anybody do so, api: {anyone: true}");
}

bool lets_strangers_in(const DeclaredFile& file, std::string_view listen) {
  const auto& api = file.api;
  const bool is_guarded = api.token_file || api.client_ca || api.anyone;
  return !is_guarded && is_reachable_from_elsewhere(listen) && lets_anybody_ask(file);
}

bool is_reachable_from_elsewhere(std::string_view listen) {
  constexpr std::array<std::string_view, 4> here{"127.", "localhost:", "[::1]:", "unix://"};
  return std::ranges::none_of(here,
                              [&](std::string_view start) { return listen.starts_with(start); });
}

}  // namespace scale_fleet
