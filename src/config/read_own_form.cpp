#include <array>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"
#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};

constexpr std::array size_units{
    SizeUnit{"kB", 1'000}, SizeUnit{"MB", 1'000'000}, SizeUnit{"GB", 1'000'000'000}};

/// `10MB`, `500kB`, `1GB`; at least a kilobyte.
std::optional<std::uint64_t> read_size(const YamlValue& value) {
  const std::string_view text = value.node().text;
  for (const auto& unit : size_units) {
    if (!text.ends_with(unit.name)) continue;
    const auto number = whole_number_in(text.substr(0, text.size() - unit.name.size()));
    if (number && *number >= 1 && *number <= 1'000'000) return *number * unit.bytes;
  }
  value.complain(fmt::format("this has to be a size (500kB, 10MB, 1GB), not {}", shown(value)));
  return std::nullopt;
}

/// HOST:PORT or unix:///PATH; `none` is nowhere.
std::optional<std::optional<std::string>> read_listen(const YamlValue& value) {
  using Address = std::optional<std::string>;
  if (value.is(YamlNode::Kind::scalar)) {
    const auto& text = value.node().text;
    if (text == "none") return Address();
    if (text.starts_with("unix:///") && text.size() > 8) return Address(text);
    const auto colon = text.rfind(':');
    if (colon != std::string::npos && colon > 0 && text.find('/') == std::string::npos) {
      const auto port = whole_number_in(std::string_view(text).substr(colon + 1));
      if (port && *port <= 65'535) return Address(text);
    }
  }
  value.complain(
      fmt::format("this has to be ADDRESS:PORT, unix:///PATH or none, not {}", shown(value)));
  return std::nullopt;
}

/// A folder of etcd: `/metrics`, without a slash at its end.
std::optional<std::string> read_etcd_folder(const YamlValue& value) {
  auto text = read_text(value);
  if (!text) return std::nullopt;
  while (text->ends_with('/'))
    text->pop_back();
  if (text->starts_with('/')) return text;
  value.complain(fmt::format("this has to be a folder of etcd, /metrics, not {}", shown(value)));
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_etcd_endpoints(const YamlValue& value) {
  std::vector<std::string> endpoints;
  for (const auto& item : value.items()) {
    if (auto url = read_url(item, false)) endpoints.push_back(*std::move(url));
  }
  return endpoints;
}

std::optional<std::string> read_source_url(const YamlValue& value) {
  return read_url(value, false);
}

void read_places(const YamlMap& root, const FileAround& around, DeclaredFile& file) {
  if (const auto value = root.find("fleet")) {
    const YamlMap map(*value, own_keys::fleet);
    take(map, "endpoint", file.fleet_endpoint, [](const YamlValue& url) {
      return read_url(url, true);
    });
  }
  if (const auto value = root.find("etcd")) {
    const YamlMap map(*value, own_keys::etcd);
    take(map, "endpoints", file.etcd.endpoints, read_etcd_endpoints);
    take(map, "metrics", file.etcd.metrics, read_etcd_folder);
    take(map, "registry", file.etcd.registry, read_etcd_folder);
    take(map, "consume", file.etcd.consume, read_switch);
  }
  if (const auto value = root.find("prometheus")) {
    const YamlMap map(*value, own_keys::prometheus);
    map.must_have("url");
    take(map, "url", file.prometheus_url, read_source_url);
  }
  const auto path_here = [&](const YamlValue& value) { return read_path(value, around.folder); };
  take(root, "metrics_file", file.metrics_file, path_here);
  if (const auto value = root.find("events")) {
    const YamlMap map(*value, own_keys::events);
    take(map, "file", file.events.file, path_here);
    take(map, "max_size", file.events.max_bytes, read_size);
    take(map, "keep", file.events.keep, [](const YamlValue& number) {
      return read_whole_as<int>(number, {.least = 0, .most = 1'000});
    });
  }
}

/// Between two looks at the cluster.
std::optional<Millis> read_interval(const YamlValue& value) {
  const auto span = read_span(value);
  if (!span || *span >= shortest_interval) return span;
  value.complain(fmt::format("this has to be at least {}", format_duration(shortest_interval)));
  return std::nullopt;
}

void read_state(const YamlValue& value, const FileAround& around, DeclaredFile& file) {
  const bool is_etcd = value.is(YamlNode::Kind::scalar) && value.node().text == "etcd";
  if (!is_etcd) {
    if (auto folder = read_path(value, around.folder)) file.state = *std::move(folder);
    return;
  }
  file.state = StateInEtcd{};
  if (!around.sources.etcd)
    value.complain("the file doesn't say where etcd is: etcd: {endpoints: […]}");
}

}  // namespace

ReadFile read_own_form(const YamlValue& root_value,
                       const std::filesystem::path& path,
                       const FileExists& exists) {
  ReadFile read;
  const YamlMap root(root_value, own_keys::file);
  const FileAround around{.folder = path.parent_path(),
                          .sources = {.etcd = root.has("etcd"),
                                      .prometheus = root.has("prometheus"),
                                      .file = root.has("metrics_file")},
                          .exists = exists};
  read_places(root, around, read.file);
  if (const auto state = root.find("state")) read_state(*state, around, read.file);
  take(root, "interval", read.file.interval, read_interval);
  take(root, "listen", read.file.listen, read_listen);
  read_doors(root, around, read.file);
  if (const auto nodes = root.find("nodes")) read_nodes(*nodes, around, read);
  root.must_have("services");
  const auto all = root.find("services");
  if (!all) return read;
  const YamlMap services(*all);
  for (const auto& [key, value] : services.entries())
    read_service(value, key, around, read);
  check_doors(root, read.file);
  return read;
}

}  // namespace scale_fleet
