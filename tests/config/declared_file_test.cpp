#include "scale_fleet/config/declared_file.hpp"

#include "config/understood.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// The only service of a file, whose map is `body`.
DeclaredService understood_service(const std::string& body) {
  const auto file = understood(
      "etcd: {}\nprometheus: {url: 'http://p'}\nmetrics_file: m\ninterval: 1s\n"
      "services:\n  web: " +
      body + "\n");
  REQUIRE(file.services.size() == 1);
  return file.services.front();
}

constexpr std::string_view complete_file = R"(
fleet: {endpoint: "http://127.0.0.1:49153"}
etcd: {endpoints: ["http://127.0.0.1:2379"], metrics: /metrics, registry: /services}
prometheus: {url: "http://127.0.0.1:9090"}
state: etcd
interval: 10s
services:
  web: {count: 3}
  db: {unit: db.service, count: 1}
  worker:
    template_file: units/worker@.service
    min: 2
    max: 20
    instances: {first: 8080, step: 2}
    attached: [worker_announcer, {service: worker_logger, template_file: /etc/logger@.service}]
    after: [db, web@.service]
    scale_up:
      - {metric: {etcd: cpu_user, type: webserver, per: instance}, above: 80, for: 30s, cooldown: 1m, step: 1}
    scale_down:
      - {metric: {prometheus: 'sum(rate(jobs_done[1m]))'}, below: 10, for: 5m, cooldown: 5m}
    target:
      - {metric: {prometheus: 'sum(queue_length)'}, per_instance: 100, tolerance: 0.1}
    limits: {up: {by: 100%, per: 1m}, down: {by: 1, per: 1m}, settle_down: 5m}
    schedule:
      - {cron: "0 8 * * 1-5", for: 10h, min: 5}
)";

}  // namespace

TEST_CASE("A declared file is read as it is meant") {
  const auto file = understood(complete_file);
  CHECK(file.path == "conf/fleet.yaml");
  CHECK(file.form == DeclaredFile::Form::own);
  CHECK(file.fleet_endpoint == "http://127.0.0.1:49153");
  CHECK(file.etcd == EtcdPlaces{.endpoints = {"http://127.0.0.1:2379"}});
  CHECK(file.prometheus_url == "http://127.0.0.1:9090");
  CHECK(std::holds_alternative<StateInEtcd>(file.state));
  CHECK(file.interval == 10s);
  REQUIRE(file.services.size() == 3);
  CHECK(file.services[0] ==
        DeclaredService{.service = *Service::parse("web"), .policy = {.min = 3, .max = 3}});
  CHECK(file.services[1] == DeclaredService{.service = *Service::parse_single("db.service"),
                                            .policy = {.min = 1, .max = 1}});
}

TEST_CASE("A declared service is read with all its rules") {
  const auto worker = understood(complete_file).services.back();
  const ServicePolicy policy{
      .min = 2,
      .max = 20,
      .scale_up = {{.path = "scale_up[0]",
                    .metric = {EtcdMetric{.type = "webserver", .folder = "cpu_user"}, true},
                    .threshold = 80,
                    .period = 30s,
                    .cooldown = 1min}},
      .scale_down = {{.path = "scale_down[0]",
                      .metric = {PrometheusMetric{.query = "sum(rate(jobs_done[1m]))"}},
                      .comparison = Comparison::below,
                      .threshold = 10,
                      .period = 5min,
                      .cooldown = 5min}},
      .target = {{.path = "target[0]",
                  .metric = {PrometheusMetric{.query = "sum(queue_length)"}},
                  .target = 100,
                  .tolerance = 0.1}},
      .limit_up = RateLimit{{Adjustment::Kind::percent, 100}, 1min},
      .limit_down = RateLimit{{Adjustment::Kind::instances, 1}, 1min},
      .settle_down = 5min,
      .schedule = {{.cron = *Cron::parse("0 8 * * 1-5"), .duration = 10h, .min = 5, .max = {}}}};
  CHECK(worker.policy == policy);
  CHECK(worker.service == *Service::parse("worker"));
  CHECK(worker.template_file == "conf/units/worker@.service");
  CHECK(worker.numbering == Numbering{.first = 8080, .step = 2});
  CHECK(
      worker.attached ==
      std::vector<DeclaredSidekick>{
          {.service = *Service::parse("worker_announcer"), .template_file = {}},
          {.service = *Service::parse("worker_logger"), .template_file = "/etc/logger@.service"}});
  CHECK(worker.after == std::vector<std::string>{"db.service", "web"});
}

TEST_CASE("What a declared file doesn't say has its default") {
  const auto file = understood("services: {}");
  CHECK(file == DeclaredFile{.path = "conf/fleet.yaml"});
  CHECK(std::get<std::filesystem::path>(file.state) == "/var/lib/scale-fleet");
  CHECK(file.listen == "127.0.0.1:49160");
  const auto service = understood_service("{min: 1}");
  CHECK(service.policy == ServicePolicy{.min = 1});
  CHECK(service.timeout == 1min);
}

TEST_CASE("Every other key of a declared file is understood") {
  const auto file = understood(
      "fleet: {endpoint: 'unix:///run/fleet.sock'}\n"
      "etcd: {endpoints: [], metrics: /a/b/, registry: /c, consume: true}\n"
      "metrics_file: m.txt\nstate: ../state\nlisten: none\n"
      "events: {file: /var/log/events, max_size: 20MB, keep: 2}\nservices: {}\n");
  CHECK(file.fleet_endpoint == "unix:///run/fleet.sock");
  CHECK(file.etcd ==
        EtcdPlaces{.endpoints = {}, .metrics = "/a/b", .registry = "/c", .consume = true});
  CHECK(file.metrics_file == "conf/m.txt");
  CHECK(std::get<std::filesystem::path>(file.state) == "state");
  CHECK_FALSE(file.listen);
  CHECK(file.events == EventsPlace{.file = "/var/log/events", .max_bytes = 20'000'000, .keep = 2});
}

TEST_CASE("Every other key of a declared service is understood") {
  const auto service = understood_service(
      "{min: 0, max: 9, on_template_change: replace, warm_up: 20s, victims: lowest_metric, "
      "manual_cooldown: 0, timeout: 2m, limits: {settle_up: 5s}, "
      "schedule: [{cron: '* * * * *', for: 1m, count: 4}, {cron: '* * * * *', for: 1m, max: 5}]}");
  CHECK(service.on_template_change == OnTemplateChange::replace);
  CHECK(service.policy.warm_up == 20s);
  CHECK(service.policy.victims == VictimRule::lowest_metric);
  CHECK(service.policy.manual_cooldown == 0s);
  CHECK(service.policy.settle_up == 5s);
  CHECK(service.timeout == 2min);
  REQUIRE(service.policy.schedule.size() == 2);
  CHECK(service.policy.schedule[0].min == 4u);
  CHECK(service.policy.schedule[0].max == 4u);
  CHECK_FALSE(service.policy.schedule[1].min);
  CHECK(service.policy.schedule[1].max == 5u);
}

TEST_CASE("Every form of a metric is understood") {
  struct Row {
    std::string written;
    Metric metric;
  };

  for (const auto& row : {
           Row{"{etcd: cpu, type: web}", {EtcdMetric{"web", "cpu"}}},
           Row{"{etcd: a.b.c, type: web, per: instance}", {EtcdMetric{"web", "a", "b.c"}, true}},
           Row{"{prometheus: up}", {PrometheusMetric{"up"}}},
           Row{"{prometheus: up, per: instance, label: unit}",
               {PrometheusMetric{"up", "unit"}, true}},
           Row{"{file: load}", {FileMetric{"load"}}},
           Row{"{file: load, per: instance}", {FileMetric{"load"}, true}},
       }) {
    INFO(row.written);
    const auto service =
        understood_service("{max: 9, scale_up: [{metric: " + row.written + ", above: 1}]}");
    CHECK(service.policy.scale_up.at(0).metric == row.metric);
  }
}

TEST_CASE("Every part of a threshold rule is understood") {
  using Kind = Adjustment::Kind;

  struct Row {
    std::string written;
    ThresholdRule rule;
  };

  const auto rule = [](auto change) {
    ThresholdRule result{.path = "scale_up[0]", .metric = {FileMetric{"x"}}, .threshold = 5};
    change(result);
    return result;
  };
  const auto aggregated = [&](Aggregation::Kind kind, double number = 0) {
    return rule([&](auto& r) { r.aggregation = {.kind = kind, .number = number}; });
  };
  const auto missing = [&](WithoutData without) {
    return rule([&](auto& r) { r.without_data = without; });
  };
  for (const auto& row : {
           Row{"", rule([](auto&) {})},
           Row{", name: busy", rule([](auto& r) { r.path = "busy"; })},
           Row{", points: 3 of 5", rule([](auto& r) {
                 r.points = {3, 5};
               })},
           Row{", staleness: 5s", rule([](auto& r) { r.staleness = 5s; })},
           Row{", step: 2", rule([](auto& r) {
                 r.adjustment = {Kind::instances, 2};
               })},
           Row{", step: 50%", rule([](auto& r) {
                 r.adjustment = {Kind::percent, 50};
               })},
           Row{", to: 7", rule([](auto& r) {
                 r.adjustment = {Kind::exact, 7};
               })},
           Row{", steps: [{from: 9.5, to: 8}, {from: 7, step: 3}]", rule([](auto& r) {
                 r.steps = {{7, {Kind::instances, 3}}, {9.5, {Kind::exact, 8}}};
               })},
           Row{", aggregate: all", aggregated(Aggregation::Kind::all)},
           Row{", aggregate: avg", aggregated(Aggregation::Kind::average)},
           Row{", aggregate: max", aggregated(Aggregation::Kind::maximum)},
           Row{", aggregate: min", aggregated(Aggregation::Kind::minimum)},
           Row{", aggregate: sum", aggregated(Aggregation::Kind::sum)},
           Row{", aggregate: at_least 3", aggregated(Aggregation::Kind::at_least, 3)},
           Row{", aggregate: p99.5", aggregated(Aggregation::Kind::percentile, 99.5)},
           Row{", without_data: up", missing({.kind = WithoutData::Kind::up})},
           Row{", without_data: ignore", missing({.kind = WithoutData::Kind::ignore})},
           Row{", without_data: {count: 4}",
               missing({.kind = WithoutData::Kind::fall_back, .count = 4, .after = 3})},
           Row{", without_data: {count: 4, after: 9}",
               missing({.kind = WithoutData::Kind::fall_back, .count = 4, .after = 9})},
       }) {
    INFO(row.written);
    const auto service = understood_service("{max: 9, scale_up: [{metric: {file: x}, above: 5" +
                                            row.written + "}]}");
    CHECK(service.policy.scale_up.at(0) == row.rule);
  }
}

TEST_CASE("Steps of a rule for less go down from its threshold") {
  const auto service = understood_service(
      "{min: 1, scale_down: [{metric: {file: x}, below: 5, "
      "steps: [{from: -1e1, step: 3}, {from: 2, step: 2}]}]}");
  const auto& rule = service.policy.scale_down.at(0);
  CHECK(rule.comparison == Comparison::below);
  REQUIRE(rule.steps.size() == 2);
  CHECK(rule.steps[0].from == 2);
  CHECK(rule.steps[1].from == -10);
}

TEST_CASE("Every part of a target is understood") {
  using Kind = Aggregation::Kind;

  struct Row {
    std::string written;
    TargetRule rule;
  };

  const auto rule = [](auto change) {
    TargetRule result{.path = "target[0]", .metric = {FileMetric{"x"}}, .target = 5};
    change(result);
    return result;
  };
  for (const auto& row : {
           Row{"metric: {file: x}, per_instance: 5", rule([](auto&) {})},
           Row{"metric: {file: x}, value: 5",
               rule([](auto& r) { r.of = TargetRule::Of::average; })},
           Row{"metric: {file: x, per: instance}, per_instance: 5", rule([](auto& r) {
                 r.metric.per_instance = true;
                 r.aggregation.kind = Kind::sum;
               })},
           Row{"metric: {file: x, per: instance}, value: 5", rule([](auto& r) {
                 r.metric.per_instance = true;
                 r.of = TargetRule::Of::average;
               })},
           Row{"metric: {file: x}, per_instance: 5, tolerance: 0, scale_down: false",
               rule([](auto& r) {
                 r.tolerance = 0;
                 r.may_scale_down = false;
               })},
           Row{"metric: {file: x}, per_instance: 5, cooldown: 1m",
               rule([](auto& r) { r.cooldown_up = r.cooldown_down = 1min; })},
           Row{"metric: {file: x}, per_instance: 5, cooldown: {down: 2m}",
               rule([](auto& r) { r.cooldown_down = 2min; })},
           Row{"metric: {file: x}, per_instance: 5, aggregate: max, staleness: 3s, name: n",
               rule([](auto& r) {
                 r.aggregation.kind = Kind::maximum;
                 r.staleness = 3s;
                 r.path = "n";
               })},
       }) {
    INFO(row.written);
    const auto service = understood_service("{max: 9, target: [{" + row.written + "}]}");
    CHECK(service.policy.target.at(0) == row.rule);
  }
}

TEST_CASE("An alias stands for what it names") {
  const auto file = understood(
      "metrics_file: m\n"
      "services:\n"
      "  a: {max: 4, scale_up: &busy [{metric: {file: x}, above: 5}]}\n"
      "  b: {max: 6, scale_up: *busy}\n");
  CHECK(file.services[1].policy.scale_up == file.services[0].policy.scale_up);
}

TEST_CASE("A declared file is read from disk, and what can't be is an error that names it") {
  const TemporaryFolder folder;
  const auto good = folder.write("good.yaml", "services: {web: {count: 1, template_file: w}}\n");
  folder.write("w", "[Service]\nExecStart=/bin/true\n");
  const auto file = read_declared_file(good);
  REQUIRE(file);
  CHECK(file->path == good);
  CHECK(file->services.at(0).template_file == folder.path() / "w");
  for (const auto& path : {folder.path(),
                           folder.path() / "missing.yaml",
                           folder.write("long.yaml", std::string(4 * 1024 * 1024 + 1, '#'))}) {
    INFO(path);
    const auto wrong = read_declared_file(path);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::usage);
    CHECK(wrong.error().message.find(path.string() + ": ") != std::string::npos);
  }
}

TEST_CASE("A template file that isn't there is a mistake, where it can be looked for") {
  const std::string text =
      "services:\n"
      "  a: {count: 1, template_file: here@.service}\n"
      "  b: {count: 1, template_file: gone@.service, attached: [{service: c, template_file: d}]}\n";
  CHECK(parse_declared_file(text, "conf/s.yaml"));
  const auto file = parse_declared_file(text, "conf/s.yaml", [](const std::filesystem::path& path) {
    return path == "conf/here@.service";
  });
  REQUIRE_FALSE(file);
  CHECK(file.error().message ==
        "conf/s.yaml:3:32: services.b.template_file: there is no file conf/gone@.service\n"
        "conf/s.yaml:3:86: services.b.attached[0].template_file: there is no file conf/d");
}

TEST_CASE("Where things are can be read of a file whose services have mistakes, and of no other") {
  const TemporaryFolder folder;
  const auto broken = folder.write("broken.yaml",
                                   "state: there\n"
                                   "services: {web: {cuont: 3}, worker: {count: 2}}\n");
  const auto places = read_declared_places(broken);
  REQUIRE(places);
  CHECK(places->file.state ==
        std::variant<std::filesystem::path, StateInEtcd>(folder.path() / "there"));
  REQUIRE(places->mistakes);
  CHECK(places->mistakes->message.find("did you mean 'count'?") != std::string::npos);
  CHECK_FALSE(read_declared_file(broken));
  for (const auto* text : {"state: [1]\nservices: {web: {cuont: 3}}\n",
                           "sate: there\nservices: {web: {count: 3}}\n",
                           "services_2: {}\nservices: {web: {count: 3}}\n",
                           "services: [\n"}) {
    INFO(text);
    CHECK_FALSE(read_declared_places(folder.write("worse.yaml", text)));
  }
  const auto fine =
      read_declared_places(folder.write("fine.yaml", "services: {web: {count: 3}}\n"));
  REQUIRE(fine);
  CHECK_FALSE(fine->mistakes);
  // Who may come in says nothing of where anything is: a pause must still be possible.
  for (const auto* text :
       {"api: {token_fil: t}\nservices: {web: {count: 3}}\n",
        "notifications: {slak: x, slack: 'https://h/x'}\nservices: {web: {count: 3}}\n"}) {
    INFO(text);
    const auto doors = read_declared_places(folder.write("doors.yaml", text));
    REQUIRE(doors);
    CHECK(doors->mistakes);
  }
}
