#include <array>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::optional<AwsGroup> read_aws_group(const YamlValue& value) {
  const YamlMap map(value, own_keys::aws);
  AwsGroup group;
  map.must_have("group");
  take(map, "group", group.name, read_text);
  take(map, "region", group.region, read_text);
  return group;
}

/// The program's path, or a list of it and its first arguments. A path with a slash is from the
/// file's folder; a bare name is looked for where programs are.
std::optional<CommandGroup> read_command_group(const YamlValue& value, const FileAround& around) {
  CommandGroup group;
  if (value.is(YamlNode::Kind::list)) {
    for (const auto& item : value.items()) {
      if (auto word = read_text(item)) group.command.push_back(*std::move(word));
    }
  } else if (auto word = read_text(value)) {
    group.command.push_back(*std::move(word));
  }
  if (group.command.empty()) {
    value.complain("this has to be a program, or a list of a program and its arguments");
    return std::nullopt;
  }
  auto& program = group.command.front();
  if (program.find('/') != std::string::npos) {
    const auto path = (around.folder / program).lexically_normal();
    // Without a slash it would be looked for where programs are.
    program = path.has_parent_path() ? path.string() : "./" + path.string();
  }
  return group;
}

/// `ip`, or `metadata KEY`.
std::optional<std::optional<std::string>> read_match(const YamlValue& value) {
  using Key = std::optional<std::string>;
  constexpr std::string_view metadata = "metadata ";
  const auto& text = value.node().text;
  const bool is_text = value.is(YamlNode::Kind::scalar);
  if (is_text && text == "ip") return Key();
  if (is_text && text.starts_with(metadata) && text.size() > metadata.size() &&
      printable(text) == text)
    return Key(text.substr(metadata.size()));
  value.complain(fmt::format("this has to be ip, or metadata KEY, not {}", shown(value)));
  return std::nullopt;
}

/// A group has one value of each metric, whatever its machines have.
void check_metrics(const YamlValue& value, const ServicePolicy& policy) {
  const auto check = [&](const auto& rules, std::string_view key) {
    for (const auto& rule : rules) {
      if (!rule.metric.per_instance) continue;
      value.find(key).value_or(value).complain(
          fmt::format("{}: machines have no metric per instance", rule.path));
    }
  };
  check(policy.scale_up, "scale_up");
  check(policy.scale_down, "scale_down");
  check(policy.target, "target");
}

/// A program's machines have no age.
void check_victims(const YamlValue& value, const DeclaredNodes& nodes) {
  if (nodes.victims != MachineVictim::oldest || !std::holds_alternative<CommandGroup>(nodes.group))
    return;
  value.find("victims").value_or(value).complain(
      "nobody tells when the machines of a `command` were launched; this has to be "
      "fewest_instances");
}

void read_group(const YamlValue& value,
                const std::string& name,
                const FileAround& around,
                ReadFile& into) {
  const YamlMap map(value, own_keys::nodes);
  DeclaredNodes nodes{.name = name};
  constexpr std::array<std::string_view, 2> kinds{"aws", "command"};
  if (const auto kind = map.one_of(kinds)) {
    take(map, "aws", nodes.group, read_aws_group);
    take(map, "command", nodes.group, [&](const YamlValue& command) {
      return read_command_group(command, around);
    });
  }
  read_policy(map, around, nodes.policy);
  check_metrics(value, nodes.policy);
  take(map, "match", nodes.match_metadata, read_match);
  take(map, "victims", nodes.victims, [](const YamlValue& word) {
    const auto place = read_choice(word, own_keys::machine_victims);
    return place ? std::optional(static_cast<MachineVictim>(*place)) : std::nullopt;
  });
  check_victims(value, nodes);
  take(map, "timeout", nodes.timeout, read_span);
  const bool is_word = !name.empty() && name.find('/') == std::string::npos && name != "." &&
                       name != ".." && printable(name) == name;
  if (!is_word) return value.complain("a group's name has no slash and no control character");
  into.file.nodes.push_back(std::move(nodes));
  into.node_places.push_back(value);
}

}  // namespace

void read_nodes(const YamlValue& value, const FileAround& around, ReadFile& into) {
  const YamlMap groups(value);
  for (const auto& [name, group] : groups.entries())
    read_group(group, name, around, into);
}

}  // namespace scale_fleet
