#include "config/show_parts.hpp"

#include <fmt/format.h>

#include "config/own_keys.hpp"
#include "config/show_rules.hpp"
#include "config/yaml_write.hpp"

namespace scale_fleet {
namespace {

std::string shown_cooldowns(const RemoteRule& rule) {
  if (rule.cooldown_up == rule.cooldown_down) return shown_duration(rule.cooldown_up);
  FlowMap map;
  map.add("up", shown_duration(rule.cooldown_up));
  map.add("down", shown_duration(rule.cooldown_down));
  return map.text();
}

std::string shown_remote(const RemoteRule& rule) {
  const RemoteRule usual;
  FlowMap map;
  if (rule.up_by != usual.up_by) map.add("up_by", shown_adjustment(rule.up_by));
  if (rule.down_by != usual.down_by) map.add("down_by", shown_adjustment(rule.down_by));
  if (rule.cooldown_up != usual.cooldown_up || rule.cooldown_down != usual.cooldown_down)
    map.add("cooldown", shown_cooldowns(rule));
  return map.empty() ? "true" : map.text();
}

std::string shown_tls(const ApiAccess& api, const std::filesystem::path& folder) {
  FlowMap map;
  if (api.certificate) map.add("certificate", shown_path(*api.certificate, folder));
  if (api.key) map.add("key", shown_path(*api.key, folder));
  if (api.client_ca) map.add("client_ca", shown_path(*api.client_ca, folder));
  return map.text();
}

/// The first word is a path where there is a slash in it; else a name, and stays one.
std::vector<std::string> shown_command(const CommandGroup& group,
                                       const std::filesystem::path& folder) {
  std::vector<std::string> words;
  for (const auto& word : group.command)
    words.push_back(yaml_text(word));
  const std::filesystem::path program = group.command.front();
  if (program.has_parent_path() && program.is_relative() && !folder.empty())
    words.front() = yaml_text("./" + program.lexically_relative(folder).string());
  return words;
}

std::string_view word_of(bool is_on) {
  return is_on ? "true" : "false";
}

}  // namespace

void EntryLines::add(std::string_view key, const std::string& value) {
  text_ += fmt::format("    {}: {}\n", key, value);
}

void EntryLines::add_list(std::string_view key, const std::vector<std::string>& items) {
  if (items.empty()) return;
  text_ += fmt::format("    {}:\n", key);
  for (const auto& item : items)
    text_ += fmt::format("      - {}\n", item);
}

std::string shown_path(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const auto here = path.is_absolute() || folder.empty() ? path : path.lexically_relative(folder);
  return yaml_text((here.empty() ? path : here).string());
}

void add_bounds(EntryLines& lines, const ServicePolicy& policy) {
  if (policy.max && *policy.max == policy.min) {
    lines.add("count", std::to_string(policy.min));
    return;
  }
  if (policy.min > 0 || !policy.max) lines.add("min", std::to_string(policy.min));
  if (policy.max) lines.add("max", std::to_string(*policy.max));
}

void add_rules(EntryLines& lines, const ServicePolicy& policy) {
  if (policy.remote) lines.add("remote", shown_remote(*policy.remote));
  lines.add_list("scale_up", shown_threshold_rules(policy.scale_up, "scale_up"));
  lines.add_list("scale_down", shown_threshold_rules(policy.scale_down, "scale_down"));
  lines.add_list("target", shown_target_rules(policy.target));
  if (const auto limits = shown_limits(policy); !limits.empty()) lines.add("limits", limits);
  lines.add_list("schedule", shown_schedule(policy.schedule));
  if (policy.manual_cooldown != ServicePolicy{}.manual_cooldown)
    lines.add("manual_cooldown", shown_duration(policy.manual_cooldown));
}

std::string shown_api(const ApiAccess& api, const std::filesystem::path& folder) {
  FlowMap map;
  if (api.token_file) map.add("token_file", shown_path(*api.token_file, folder));
  if (const auto tls = shown_tls(api, folder); api.certificate) map.add("tls", tls);
  if (!api.prefix.empty()) map.add("prefix", yaml_text(api.prefix));
  if (api.anyone) map.add("anyone", "true");
  return map.empty() ? "" : map.text();
}

/// Whoever knows the path of such a URL may write there.
std::string without_secret(const std::string& url) {
  const auto path = url.find('/', url.find("://") + 3);
  return path == std::string::npos ? url : url.substr(0, path) + "/hidden";
}

std::string shown_notices(const NoticePlaces& places, const std::filesystem::path& folder) {
  const NoticePlaces usual;
  FlowMap map;
  const auto add_switch = [&](std::string_view key, bool value, bool usually) {
    if (value != usually) map.add(key, std::string(word_of(value)));
  };
  if (places.slack) map.add("slack", yaml_text(without_secret(*places.slack)));
  if (places.slack_file) map.add("slack_file", shown_path(*places.slack_file, folder));
  if (places.alertmanager) map.add("alertmanager", yaml_text(*places.alertmanager));
  if (places.timeout != usual.timeout) map.add("timeout", shown_duration(places.timeout));
  if (places.alert_lasts != usual.alert_lasts)
    map.add("alert_lasts", shown_duration(places.alert_lasts));
  add_switch("at_min", places.services.min, usual.services.min);
  add_switch("at_max", places.services.max, usual.services.max);
  add_switch("nodes_at_min", places.nodes.min, usual.nodes.min);
  add_switch("nodes_at_max", places.nodes.max, usual.nodes.max);
  return map.text();
}

std::string shown_nodes(const DeclaredNodes& nodes, const std::filesystem::path& folder) {
  EntryLines lines;
  if (const auto* aws = std::get_if<AwsGroup>(&nodes.group)) {
    FlowMap map;
    map.add("group", yaml_text(aws->name));
    if (aws->region) map.add("region", yaml_text(*aws->region));
    lines.add("aws", map.text());
  } else {
    lines.add("command", flow_list(shown_command(std::get<CommandGroup>(nodes.group), folder)));
  }
  add_bounds(lines, nodes.policy);
  add_rules(lines, nodes.policy);
  if (!nodes.match_metadata) {
    lines.add("match", "ip");
  } else if (nodes.match_metadata != DeclaredNodes{}.match_metadata) {
    lines.add("match", yaml_text("metadata " + *nodes.match_metadata));
  }
  if (nodes.victims != MachineVictim::fewest_instances) {
    lines.add("victims",
              std::string(own_keys::machine_victims.at(static_cast<std::size_t>(nodes.victims))));
  }
  if (nodes.timeout != default_nodes_timeout) lines.add("timeout", shown_duration(nodes.timeout));
  return fmt::format("  {}:\n{}", yaml_text(nodes.name), lines.text());
}

}  // namespace scale_fleet
