#include <algorithm>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/dynamite_keys.hpp"
#include "config/dynamite_services.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

std::vector<std::filesystem::path> read_folders(const YamlMap& root,
                                                const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> folders;
  const auto files = root.find("ServiceFiles");
  if (!files) return folders;
  const auto map = dynamite_map(*files, dynamite_keys::files);
  const auto list = map.find("PathList");
  if (!list) return folders;
  for (const auto& item : list->items()) {
    if (auto path = read_path(item, folder)) folders.push_back(*std::move(path));
  }
  return folders;
}

/// An address or a name, without a scheme.
std::optional<std::string> read_host(const YamlValue& value) {
  auto host = read_dynamite_word(value);
  if (!host || host->find_first_of("/@ \t\n") == std::string::npos) return host;
  value.complain("this has to be an address or a name, and nothing else");
  return std::nullopt;
}

void read_fleet(const YamlValue& value, DeclaredFile& file) {
  const auto map = dynamite_map(value, dynamite_keys::fleet);
  map.must_have("ip");
  map.must_have("port");
  std::string host;
  std::uint64_t port = 0;
  take(map, "ip", host, read_host);
  take(map, "port", port, [](const YamlValue& number) {
    return read_whole(number, {.least = 1, .most = 65'535});
  });
  const bool is_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
  file.fleet_endpoint =
      is_ipv6 ? fmt::format("http://[{}]:{}", host, port) : fmt::format("http://{}:{}", host, port);
}

std::optional<std::string> read_base_path(const YamlValue& value) {
  auto text = read_dynamite_word(value);
  if (!text) return std::nullopt;
  while (text->ends_with('/'))
    text->pop_back();
  if (text->starts_with('/')) return text;
  value.complain("this has to be a folder of etcd: /metrics");
  return std::nullopt;
}

void read_etcd(const YamlValue& value, EtcdPlaces& places) {
  const auto map = dynamite_map(value, dynamite_keys::etcd);
  take(map, "application_base_path", places.registry, read_base_path);
  take(map, "metrics_base_path", places.metrics, read_base_path);
}

}  // namespace

ReadFile read_dynamite_form(const YamlValue& root_value,
                            const std::filesystem::path& path,
                            const FileExists& exists) {
  ReadFile read;
  auto& file = read.file;
  file.form = DeclaredFile::Form::dynamite;
  // Dynamite keeps its state in etcd, and its applications count on it to delete their metrics.
  file.state = StateInEtcd{};
  file.etcd.consume = true;
  const auto root = dynamite_map(root_value, dynamite_keys::root);
  if (const auto value = root.find("FleetAPIEndpoint")) read_fleet(*value, file);
  if (const auto value = root.find("ETCD")) read_etcd(*value, file.etcd);
  DynamiteAround around{.folders = read_folders(root, path.parent_path()), .exists = exists};
  if (const auto value = root.find("ScalingPolicy")) {
    around.policies = read_dynamite_policies(*value);
  }
  root.must_have("Service");
  if (const auto services = root.find("Service")) {
    read_dynamite_services(*services, around, read);
  }
  return read;
}

}  // namespace scale_fleet
