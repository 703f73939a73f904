#include <fmt/format.h>

#include "config/declared_file_maker.hpp"

namespace scale_fleet {

RemoteRule DeclaredFileMaker::remote() {
  RemoteRule rule;
  using Kind = Adjustment::Kind;
  if (once_in(2)) rule.up_by = {.kind = Kind::percent, .amount = 50};
  if (once_in(2)) rule.down_by = {.kind = Kind::instances, .amount = 3};
  if (once_in(2)) rule.cooldown_up = span(0);
  rule.cooldown_down = once_in(2) ? rule.cooldown_up : span(0);
  return rule;
}

DeclaredNodes DeclaredFileMaker::nodes(std::size_t place) {
  DeclaredNodes nodes{.name = fmt::format("workers{}", place), .policy = policy()};
  // What machines haven't.
  nodes.policy.warm_up = Millis(0);
  nodes.policy.victims = VictimRule::idle_first;
  for (auto& rule : nodes.policy.scale_up)
    rule.metric.per_instance = false;
  for (auto& rule : nodes.policy.scale_down)
    rule.metric.per_instance = false;
  for (auto& rule : nodes.policy.target)
    rule.metric.per_instance = false;
  const auto unlabelled = [](auto& rules) {
    for (auto& rule : rules) {
      if (auto* query = std::get_if<PrometheusMetric>(&rule.metric.source))
        query->instance_label = PrometheusMetric{}.instance_label;
    }
  };
  unlabelled(nodes.policy.scale_up);
  unlabelled(nodes.policy.scale_down);
  unlabelled(nodes.policy.target);
  if (once_in(2)) {
    nodes.group = AwsGroup{.name = word(), .region = std::nullopt};
    if (once_in(2)) std::get<AwsGroup>(nodes.group).region = "eu-west-1";
  } else {
    nodes.group = CommandGroup{
        .command = {random_.pick<std::string>({"cloud", "/opt/cloud", "conf/cloud", "conf/b/c"})}};
    if (once_in(2)) std::get<CommandGroup>(nodes.group).command.push_back(word());
  }
  if (once_in(3)) nodes.match_metadata = std::nullopt;
  if (nodes.match_metadata && once_in(3)) nodes.match_metadata = "cloud id";
  if (std::holds_alternative<AwsGroup>(nodes.group) && once_in(2))
    nodes.victims = MachineVictim::oldest;
  if (once_in(2)) nodes.timeout = span();
  return nodes;
}

ApiAccess DeclaredFileMaker::api() {
  ApiAccess api{.is_on = true};
  if (once_in(2)) {
    api.certificate = path();
    api.key = path();
    if (once_in(2)) api.client_ca = path();
  }
  if (once_in(2)) api.token_file = path();
  if (once_in(2)) api.prefix = random_.pick<std::string>({"/scaler", "/a/b-c_d.e"});
  api.anyone = !api.token_file && !api.client_ca;
  return api;
}

NoticePlaces DeclaredFileMaker::notices() {
  NoticePlaces places;
  const auto kind = random_.below(4);
  if (kind == 0) return places;
  if (kind == 1) places.slack = "https://hooks.example/hidden";
  if (kind == 2) places.slack_file = path();
  if (kind == 3 || once_in(2)) places.alertmanager = "http://am:9093";
  if (once_in(2)) places.timeout = span();
  if (once_in(2)) places.alert_lasts = span();
  places.services = {.min = once_in(2), .max = once_in(2)};
  places.nodes = {.min = once_in(2), .max = once_in(2)};
  return places;
}

}  // namespace scale_fleet
