#include "config/declared_file_maker.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// A staleness has to be longer; the default one is.
constexpr Millis longest_made_interval{30'000};

}  // namespace

std::string DeclaredFileMaker::word() {
  return random_.pick<std::string>(
      {"cpu_user", "yes",  "010", "no",   "null",  "~x",    "1e3",        "y", "a b",
       "-",        "0x1f", "web", "it's", "\"q\"", "12:30", "2026-11-21", "ü", ".inf",
       "true",     "<<",   "a#b", "a: b", "*x",    "&x",    "%x"});
}

std::string DeclaredFileMaker::text() {
  return once_in(2) ? word()
                    : random_.pick<std::string>({"sum(rate(jobs_done{a=\"b\"}[1m]))",
                                                 " led by a blank",
                                                 "ends with one ",
                                                 "two\nlines",
                                                 "a\ttab",
                                                 "back\\slash",
                                                 "\x01\x7f\xc2\x9b",
                                                 "\xe2\x80\xa8 \xe2\x80\xae",
                                                 "\xf0\x9f\x98\x80",
                                                 "[a, b]",
                                                 "{a: b}"});
}

double DeclaredFileMaker::number() {
  switch (random_.below(4)) {
    case 0:
      return random_.between(-100, 100);
    case 1:
      return random_.fraction();
    case 2:
      return random_.fraction() * 1e30;
    default:
      return -random_.fraction() * 1e-9;
  }
}

Millis DeclaredFileMaker::span(int least) {
  return Millis(random_.pick<int>({least, 1, 250, 1000, 30'000, 60'000, 90'000, 86'400'001}));
}

std::filesystem::path DeclaredFileMaker::path() {
  return random_.pick<std::string>({"conf/x@.service",
                                    "/etc/units/x@.service",
                                    "conf/etcd",
                                    "other/x",
                                    "x",
                                    "conf/a b",
                                    "conf/yes",
                                    "conf/sub/x",
                                    "/x: y"});
}

Metric DeclaredFileMaker::metric() {
  Metric metric{.source = FileMetric{text()}, .per_instance = once_in(2)};
  const auto kind = random_.below(3);
  if (kind == 0) {
    metric.source =
        EtcdMetric{.type = word(),
                   .folder = random_.pick<std::string>({"cpu", "010", "yes"}),
                   .json_path = once_in(2) ? "" : random_.pick<std::string>({"a.b", "5"})};
  } else if (kind == 1) {
    PrometheusMetric query{.query = text()};
    if (metric.per_instance && once_in(2)) query.instance_label = word();
    metric.source = std::move(query);
  }
  return metric;
}

Adjustment DeclaredFileMaker::adjustment() {
  using Kind = Adjustment::Kind;
  return {.kind = random_.pick<Kind>({Kind::instances, Kind::percent, Kind::exact}),
          .amount = static_cast<InstanceCount>(random_.between(1, 300))};
}

Aggregation DeclaredFileMaker::aggregation(bool of_target) {
  using enum Aggregation::Kind;
  using Kind = Aggregation::Kind;
  const auto kind = of_target
                        ? random_.pick<Kind>({average, maximum, minimum, sum, percentile})
                        : random_.pick<Kind>({any, all, at_least, average, maximum, percentile});
  double number = 0;
  if (kind == at_least) number = random_.between(1, 9);
  if (kind == percentile) number = random_.pick<double>({50, 95, 99.9, 100, 0.5});
  return {.kind = kind, .number = number};
}

WithoutData DeclaredFileMaker::without_data() {
  using Kind = WithoutData::Kind;
  WithoutData rule{.kind =
                       random_.pick<Kind>({Kind::hold, Kind::up, Kind::ignore, Kind::fall_back})};
  if (rule.kind != Kind::fall_back) return rule;
  rule.count = static_cast<InstanceCount>(random_.between(0, 20));
  rule.after = random_.between(1, 5);
  return rule;
}

ThresholdRule DeclaredFileMaker::rule(std::string path, Comparison comparison) {
  ThresholdRule rule{.path = once_in(4) ? word() : std::move(path),
                     .metric = metric(),
                     .comparison = comparison,
                     .threshold = number()};
  const auto when = random_.below(3);
  if (when == 0) rule.period = span(0);
  if (when == 1) rule.points = PointsOf{random_.between(1, 3), random_.between(3, 9)};
  if (once_in(3)) rule.staleness = longest_made_interval + span();
  if (once_in(2)) rule.cooldown = span(0);
  if (once_in(2)) rule.adjustment = adjustment();
  const double away = comparison == Comparison::above ? 1 : -1;
  for (int i = 0; once_in(2) && i < 3; ++i) {
    const double from = rule.threshold + away * (1 + i) * std::max(1.0, std::abs(rule.threshold));
    rule.steps.push_back({.from = from, .adjustment = adjustment()});
  }
  if (once_in(2)) rule.aggregation = aggregation(false);
  if (once_in(2)) rule.without_data = without_data();
  return rule;
}

std::vector<ThresholdRule> DeclaredFileMaker::rules(std::string_view direction) {
  std::vector<ThresholdRule> rules;
  while (once_in(2)) {
    rules.push_back(rule(fmt::format("{}[{}]", direction, rules.size()),
                         once_in(2) ? Comparison::above : Comparison::below));
  }
  return rules;
}

TargetRule DeclaredFileMaker::target(std::string path) {
  TargetRule rule{.path = once_in(4) ? word() : std::move(path), .metric = metric()};
  rule.of = once_in(2) ? TargetRule::Of::total : TargetRule::Of::average;
  rule.target = std::abs(number()) + 1e-12;
  if (once_in(2)) rule.tolerance = random_.fraction();
  if (once_in(2)) rule.staleness = longest_made_interval + span();
  if (once_in(2)) rule.cooldown_up = span(0);
  rule.cooldown_down = once_in(2) ? rule.cooldown_up : span(0);
  rule.may_scale_down = !once_in(3);
  rule.aggregation = aggregation(true);
  if (once_in(2)) rule.without_data = without_data();
  return rule;
}

std::vector<ScheduleWindow> DeclaredFileMaker::schedule(const ServicePolicy& policy) {
  std::vector<ScheduleWindow> windows;
  while (once_in(3)) {
    ScheduleWindow window{
        .cron = *Cron::parse(random_.pick<std::string>({"0 8 * * 1-5", "*/5 * * * *"})),
        .duration = span()};
    if (once_in(2)) window.min = policy.max.value_or(policy.min);
    if (!window.min || once_in(2))
      window.max = policy.max.value_or(policy.min) + (once_in(2) ? 1 : 0);
    windows.push_back(std::move(window));
  }
  return windows;
}

ServicePolicy DeclaredFileMaker::policy() {
  ServicePolicy policy;
  policy.min = static_cast<InstanceCount>(random_.between(0, 3));
  if (!once_in(4)) policy.max = policy.min + static_cast<InstanceCount>(random_.between(0, 9));
  policy.scale_down = rules("scale_down");
  if (policy.max) {
    policy.scale_up = rules("scale_up");
    if (once_in(2)) policy.target.push_back(target("target[0]"));
    if (once_in(2)) policy.remote = remote();
  }
  policy.schedule = schedule(policy);
  const auto limit = [&] {
    RateLimit result{.by = adjustment(), .period = span()};
    if (result.by.kind == Adjustment::Kind::exact) result.by.kind = Adjustment::Kind::percent;
    return result;
  };
  if (once_in(3)) policy.limit_up = limit();
  if (once_in(3)) policy.limit_down = limit();
  if (once_in(3)) policy.settle_up = span(0);
  if (once_in(3)) policy.settle_down = span(0);
  if (once_in(3)) policy.warm_up = span(0);
  if (once_in(3)) policy.manual_cooldown = span(0);
  if (once_in(3)) policy.victims = static_cast<VictimRule>(random_.below(5));
  return policy;
}

DeclaredService DeclaredFileMaker::service(std::size_t place) {
  const auto named = [&](std::string_view name) { return fmt::format("{}{}", name, place); };
  if (once_in(6)) {
    return {.service = *Service::parse_single(named("unit") + ".service"),
            .policy = {.min = 0, .max = static_cast<InstanceCount>(random_.between(0, 1))}};
  }
  const auto key = random_.pick<std::string>({named("web"),
                                              named("0x"),
                                              named("yes:"),
                                              named("backup") + "@.timer",
                                              named("a") + ".service@"});
  DeclaredService service{.service = Service::parse(key).value(), .policy = policy()};
  if (once_in(2)) service.template_file = path();
  if (once_in(2)) service.numbering.step = 3;
  if (once_in(2) && service.policy.max) {
    service.numbering.first = static_cast<InstanceNumber>(1000 * (place + 1));
  }
  if (once_in(3)) {
    service.attached.push_back(
        {.service = *Service::parse(named("logger")), .template_file = std::nullopt});
  }
  if (!service.attached.empty() && once_in(2)) service.attached.back().template_file = path();
  if (once_in(3)) service.on_template_change = OnTemplateChange::replace;
  if (once_in(3)) service.timeout = span();
  if (once_in(3)) service.reschedule = MayMove{};
  if (service.reschedule && once_in(2)) service.reschedule->min_healthy = 2;
  return service;
}

DeclaredFile DeclaredFileMaker::file() {
  DeclaredFile file{.path = "conf/fleet.yaml"};
  if (once_in(2)) file.fleet_endpoint = "http://bob:s3cret@host:1/x?y#z";
  while (once_in(2))
    file.etcd.endpoints.emplace_back("https://etcd:2379");
  if (once_in(2)) file.etcd.metrics = "/yes/10";
  if (once_in(2)) file.etcd.registry = "/a b";
  file.etcd.consume = once_in(2);
  file.prometheus_url = "http://p:9090";
  file.metrics_file = path();
  if (once_in(2)) file.state = path();
  if (once_in(4)) file.state = StateInEtcd{};
  if (once_in(2))
    file.interval = std::min(std::max(span(), shortest_interval), longest_made_interval);
  if (once_in(3)) file.listen = std::nullopt;
  if (once_in(3))
    file.listen = random_.pick<std::string>({"0.0.0.0:0", "[::1]:80", "unix:///run/x"});
  if (file.listen) file.api = api();
  // What is usual is there without being written, and then nothing can be asked of it.
  if (file.listen != DeclaredFile{}.listen) file.api.is_on = file.listen.has_value();
  file.notices = notices();
  if (once_in(2)) file.events.file = path();
  if (once_in(2))
    file.events.max_bytes = random_.pick<std::uint64_t>({1000, 5'000'000, 2'000'000'000});
  if (once_in(2)) file.events.keep = random_.between(0, 9);
  const auto count = random_.below(6);
  for (std::size_t i = 0; i < count; ++i) {
    file.services.push_back(service(i));
    auto& after = file.services.back().after;
    for (std::size_t k = 0; k < i; ++k) {
      if (once_in(3)) after.push_back(file.services[k].service.display_name());
    }
  }
  while (once_in(2))
    file.nodes.push_back(nodes(file.nodes.size()));
  return file;
}

}  // namespace scale_fleet
