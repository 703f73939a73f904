#include "config/complaints.hpp"

using namespace scale_fleet;

TEST_CASE("A rule that isn't one is told") {
  check_service({
      {"{max: 9, scale_up: [{above: 1}]}", ".scale_up[0]: 'metric' is missing"},
      {"{max: 9, scale_up: [{metric: {file: x}}]}", ".scale_up[0]: one of above, below is missing"},
      {with_rule("above: 1, below: 2"), ".scale_up[0].below: this and 'above' exclude each other"},
      {with_rule("above: .inf"), ".scale_up[0].above: this has to be a number, not '.inf'"},
      {with_rule("above: .nan"), ".scale_up[0].above: this has to be a number, not '.nan'"},
      {with_rule("above: 1e999"), ".scale_up[0].above: this has to be a number, not '1e999'"},
      {with_rule("above: 1, for: 1m, points: 1 of 2"),
       ".scale_up[0].points: this and 'for' exclude each other"},
      {with_rule("above: 1, points: 3 of 2"),
       ".scale_up[0].points: this has to say how many of the last samples, 3 of 5, not '3 of 2'"},
      {with_rule("above: 1, staleness: 0"), ".scale_up[0].staleness: this has to be longer than 0"},
      {with_rule("above: 1, step: 0"),
       ".scale_up[0].step: this has to be a number of instances from 1 on, or a percentage from 1% "
       "to 10000%, not '0'"},
      {with_rule("above: 1, step: 1, to: 3"),
       ".scale_up[0].to: this and 'step' exclude each other"},
      {with_rule("above: 5, steps: [{from: 4, to: 8}]"),
       ".scale_up[0].steps[0].from: steps lie beyond the threshold, and that is above 5"},
      {"{min: 1, scale_down: [{metric: {file: x}, below: 5, steps: [{from: 5.5, to: 1}]}]}",
       ".scale_down[0].steps[0].from: steps lie beyond the threshold, and that is below 5"},
      {with_rule("above: 5, steps: [{from: 6, to: 8}, {from: 6, to: 9}]"),
       ".scale_up[0].steps[1].from: another step is from there, too"},
      {with_rule("above: 5, steps: [{from: 6}]"),
       ".scale_up[0].steps[0]: one of step, to is missing"},
      {with_rule("above: 1, aggregate: p0"),
       ".scale_up[0].aggregate: this has to be any, all, at_least N, avg, max, min, sum or a "
       "percentile as p95, not 'p0'"},
      {with_rule("above: 1, without_data: down"),
       ".scale_up[0].without_data: this has to be one of hold, up, ignore, not 'down'"},
      {with_rule("above: 1, without_data: {after: 3}"),
       ".scale_up[0].without_data: 'count' is missing"},
      {"{max: 9, target: [{metric: {file: x}}]}",
       ".target[0]: one of per_instance, value is missing"},
      {"{max: 9, target: [{metric: {file: x}, value: 0}]}",
       ".target[0].value: this has to be above 0, not '0'"},
      {"{max: 9, target: [{metric: {file: x}, value: 1, tolerance: 1}]}",
       ".target[0].tolerance: this has to be at least 0 and below 1, not '1'"},
      {"{max: 9, target: [{metric: {file: x}, value: 1, aggregate: any}]}",
       ".target[0].aggregate: a target needs one number: avg, max, min, sum or a percentile as "
       "p95"},
      {"{max: 9, limits: {up: {per: 1m}}}", ".limits.up: 'by' is missing"},
      {"{max: 9, limits: {up: {by: 1, per: 0}}}", ".limits.up.per: this has to be longer than 0"},
      {"{min: 1, scale_up: []}", ".scale_up: rules that may ask for more need a max"},
  });
}

TEST_CASE("A metric that has no source is told") {
  const auto with_metric = [](const std::string& metric) {
    return "{max: 9, scale_up: [{metric: " + metric + ", above: 1}]}";
  };
  check_service({
      {with_metric("{per: instance}"),
       ".scale_up[0].metric: one of etcd, prometheus, file is missing"},
      {with_metric("{etcd: a, file: b, type: c}"),
       ".scale_up[0].metric.file: this and 'etcd' exclude each other"},
      {with_metric("{etcd: a}"), ".scale_up[0].metric: 'type' is missing"},
      {with_metric("{etcd: a/b, type: c}"),
       ".scale_up[0].metric.etcd: a name of etcd's metrics holds no slash"},
      {with_metric("{etcd: a., type: c}"),
       ".scale_up[0].metric.etcd: this has to be a name, or a name, a dot and the path of a value "
       "in JSON"},
      {with_metric("{file: a, type: c}"),
       ".scale_up[0].metric.type: this belongs to a metric of etcd"},
      {with_metric("{file: a, per: instance, label: c}"),
       ".scale_up[0].metric.label: this belongs to a metric of prometheus"},
      {with_metric("{prometheus: a, label: c}"),
       ".scale_up[0].metric.label: a label names instances; write per: instance, too"},
      {with_metric("{file: a, per: machine}"),
       ".scale_up[0].metric.per: this has to be one of instance, not 'machine'"},
  });
  check_told({
      {"services: {a: {max: 1, scale_up: [{metric: {etcd: x, type: t}, above: 1}]}}",
       "1:51: services.a.scale_up[0].metric.etcd: the file doesn't say where that is: etcd: "
       "{endpoints: […]}"},
      {"services: {a: {max: 1, scale_up: [{metric: {prometheus: x}, above: 1}]}}",
       "1:57: services.a.scale_up[0].metric.prometheus: the file doesn't say where that is: "
       "prometheus: {url: …}"},
      {"services: {a: {max: 1, scale_up: [{metric: {file: x}, above: 1}]}}",
       "1:51: services.a.scale_up[0].metric.file: the file doesn't say where that is: "
       "metrics_file: …"},
      {"services: {}\nstate: etcd",
       "2:8: state: the file doesn't say where etcd is: etcd: {endpoints: […]}"},
  });
}
