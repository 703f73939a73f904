#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/own_keys.hpp"
#include "config/show_parts.hpp"
#include "config/show_rules.hpp"
#include "config/yaml_write.hpp"
#include "scale_fleet/config/declared_file.hpp"

namespace scale_fleet {
namespace {

/// The greatest unit that says it in whole numbers; a kilobyte is the least that can be said.
std::string shown_size(std::uint64_t bytes) {
  if (bytes % 1'000'000'000 == 0) return fmt::format("{}GB", bytes / 1'000'000'000);
  if (bytes % 1'000'000 == 0) return fmt::format("{}MB", bytes / 1'000'000);
  return fmt::format("{}kB", bytes / 1'000);
}

bool reads_etcd(const ServicePolicy& policy) {
  const auto is_of_etcd = [](const auto& rule) {
    return std::holds_alternative<EtcdMetric>(rule.metric.source);
  };
  return std::ranges::any_of(policy.scale_up, is_of_etcd) ||
         std::ranges::any_of(policy.scale_down, is_of_etcd) ||
         std::ranges::any_of(policy.target, is_of_etcd);
}

/// Whether the file has to have a section on etcd, though everything in it be as usual: its servers
/// may be named elsewhere.
bool needs_etcd(const DeclaredFile& file) {
  return std::holds_alternative<StateInEtcd>(file.state) ||
         std::ranges::any_of(file.services,
                             [](const auto& each) { return reads_etcd(each.policy); }) ||
         std::ranges::any_of(file.nodes, [](const auto& each) { return reads_etcd(each.policy); });
}

std::string shown_etcd(const EtcdPlaces& places) {
  FlowMap map;
  if (!places.endpoints.empty()) {
    std::vector<std::string> endpoints;
    for (const auto& endpoint : places.endpoints)
      endpoints.push_back(yaml_text(endpoint));
    map.add("endpoints", flow_list(endpoints));
  }
  const EtcdPlaces usual;
  if (places.metrics != usual.metrics || map.empty()) map.add("metrics", yaml_text(places.metrics));
  if (places.registry != usual.registry) map.add("registry", yaml_text(places.registry));
  if (places.consume) map.add("consume", "true");
  return map.text();
}

std::string shown_events(const EventsPlace& events, const std::filesystem::path& folder) {
  FlowMap map;
  if (events.file) map.add("file", shown_path(*events.file, folder));
  if (events.max_bytes != EventsPlace{}.max_bytes)
    map.add("max_size", shown_size(events.max_bytes));
  if (events.keep != EventsPlace{}.keep) map.add("keep", std::to_string(events.keep));
  return map.text();
}

std::string shown_state(const DeclaredFile& file) {
  if (std::holds_alternative<StateInEtcd>(file.state)) return "etcd";
  const auto text =
      shown_path(std::get<std::filesystem::path>(file.state), file.path.parent_path());
  return text == "etcd" ? "./etcd" : text;
}

std::string shown_places(const DeclaredFile& file) {
  const DeclaredFile usual;
  const auto folder = file.path.parent_path();
  std::string text;
  const auto add = [&](std::string_view key, const std::string& value) {
    text += fmt::format("{}: {}\n", key, value);
  };
  if (file.fleet_endpoint)
    add("fleet", fmt::format("{{endpoint: {}}}", yaml_text(*file.fleet_endpoint)));
  if (needs_etcd(file) || file.etcd != usual.etcd) add("etcd", shown_etcd(file.etcd));
  if (file.prometheus_url)
    add("prometheus", fmt::format("{{url: {}}}", yaml_text(*file.prometheus_url)));
  if (file.metrics_file) add("metrics_file", shown_path(*file.metrics_file, folder));
  if (file.state != usual.state) add("state", shown_state(file));
  if (file.interval != usual.interval) add("interval", shown_duration(file.interval));
  if (file.listen != usual.listen || file.api.is_on)
    add("listen", file.listen ? yaml_text(*file.listen) : "none");
  if (const auto api = shown_api(file.api, folder); !api.empty()) add("api", api);
  if (file.events != usual.events) add("events", shown_events(file.events, folder));
  if (file.notices != usual.notices) add("notifications", shown_notices(file.notices, folder));
  return text;
}

std::string shown_attached(const DeclaredSidekick& sidekick, const std::filesystem::path& folder) {
  const auto name = yaml_text(sidekick.service.display_name());
  if (!sidekick.template_file) return name;
  FlowMap map;
  map.add("service", name);
  map.add("template_file", shown_path(*sidekick.template_file, folder));
  return map.text();
}

std::string shown_numbering(const Numbering& numbering) {
  FlowMap map;
  if (numbering.first != 1) map.add("first", std::to_string(numbering.first));
  if (numbering.step != 1) map.add("step", std::to_string(numbering.step));
  return map.text();
}

void add_service_places(EntryLines& lines,
                        const DeclaredService& service,
                        const std::filesystem::path& folder) {
  if (service.service.is_single()) lines.add("unit", yaml_text(service.service.display_name()));
  if (service.template_file) lines.add("template_file", shown_path(*service.template_file, folder));
  if (service.numbering != Numbering{}) lines.add("instances", shown_numbering(service.numbering));
  std::vector<std::string> attached;
  for (const auto& sidekick : service.attached)
    attached.push_back(shown_attached(sidekick, folder));
  if (!attached.empty()) lines.add("attached", flow_list(attached));
  std::vector<std::string> after;
  for (const auto& name : service.after)
    after.push_back(yaml_text(name));
  if (!after.empty()) lines.add("after", flow_list(after));
  if (service.on_template_change != OnTemplateChange::keep)
    lines.add("on_template_change", "replace");
  if (service.reschedule) {
    FlowMap map;
    if (const auto& least = service.reschedule->min_healthy)
      map.add("min_healthy", std::to_string(*least));
    lines.add("reschedule", map.empty() ? "true" : map.text());
  }
}

std::string shown_service(const DeclaredService& service, const std::filesystem::path& folder) {
  EntryLines lines;
  const auto& policy = service.policy;
  const ServicePolicy usual;
  add_bounds(lines, policy);
  add_service_places(lines, service, folder);
  add_rules(lines, policy);
  if (policy.warm_up != usual.warm_up) lines.add("warm_up", shown_duration(policy.warm_up));
  if (policy.victims != usual.victims) {
    lines.add("victims",
              std::string(own_keys::victims.at(static_cast<std::size_t>(policy.victims))));
  }
  if (service.timeout != default_action_timeout)
    lines.add("timeout", shown_duration(service.timeout));
  return fmt::format("  {}:\n{}", yaml_text(service.service.display_name()), lines.text());
}

}  // namespace

std::string show_declared_file(const DeclaredFile& file) {
  auto text = shown_places(file);
  text += file.services.empty() ? "services: {}\n" : "services:\n";
  for (const auto& service : file.services)
    text += shown_service(service, file.path.parent_path());
  if (!file.nodes.empty()) text += "nodes:\n";
  for (const auto& nodes : file.nodes)
    text += shown_nodes(nodes, file.path.parent_path());
  return text;
}

}  // namespace scale_fleet
