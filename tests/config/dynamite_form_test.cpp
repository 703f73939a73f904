#include <algorithm>

#include "scale_fleet/config/declared_file.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// A session of Dynamite's that was recorded.
constexpr std::string_view recorded_configuration = R"(Dynamite:
  ServiceFiles:
    PathList:
      - '/etc/dynamite/service-files'
  FleetAPIEndpoint:
    ip: 127.0.0.1
    port: 24902
  ETCD:
    application_base_path: /services
    metrics_base_path: /metrics
  Service:
    loadbalancer:
      name_of_unit_file: loadbalancer.service
      type: loadbalancer
    webserver:
      name_of_unit_file: webserver@.service
      type: webserver
      min_instance: 2
      max_instance: 5
      attached_service:
        - webserver_announcer
        - webserver_logger
      service_dependency:
        - loadbalancer
      base_instance_prefix_number: 8080
      ports_per_instance: 2
      scale_up_policy:
        ScalingPolicy: scale_up
      scale_down_policy:
        ScalingPolicy: scale_down
    webserver_announcer:
      name_of_unit_file: webserver_announcer@.service
      type: attached_service
    webserver_logger:
      name_of_unit_file: webserver_logger@.service
      type: attached_service
  ScalingPolicy:
    scale_up:
      service_type: loadbalancer
      metric: response_time.time_backend_response.p95
      metric_aggregated: true
      comparative_operator: gt
      threshold: 250
      threshold_unit: micro_second
      period: 30
      period_unit: second
      cooldown_period: 1
      cooldown_period_unit: minute
    scale_down:
      service_type: webserver
      metric: cpu_user
      metric_aggregated: false
      comparative_operator: lt
      threshold: 30
      threshold_unit: percent
      period: 2
      period_unit: hours
      cooldown_period: 1
      cooldown_period_unit: minutes
)";

DeclaredFile recorded_session() {
  const auto file = parse_declared_file(recorded_configuration, "conf/config.yaml");
  INFO((file ? "" : file.error().message));
  REQUIRE(file);
  return *file;
}

/// A good file with one thing about it that is changed.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(recorded_configuration);
  const auto place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

std::string complaint_about(const std::string& text) {
  const auto file = parse_declared_file(text, "d.yaml");
  return file ? "" : file.error().message;
}

/// The mistake's text without file, line and column.
std::string without_place(const std::string& message) {
  const auto behind = message.find(": ");
  return behind == std::string::npos ? message : message.substr(behind + 2);
}

}  // namespace

TEST_CASE("Dynamite's file is read into what our own would be") {
  const auto file = recorded_session();
  CHECK(file.form == DeclaredFile::Form::dynamite);
  CHECK(file.fleet_endpoint == "http://127.0.0.1:24902");
  CHECK(file.etcd == EtcdPlaces{.consume = true});
  CHECK(std::holds_alternative<StateInEtcd>(file.state));
  REQUIRE(file.services.size() == 2);
  const std::filesystem::path folder = "/etc/dynamite/service-files";
  CHECK(file.services[0] ==
        DeclaredService{.service = *Service::parse_single("loadbalancer.service"),
                        .template_file = folder / "loadbalancer.service",
                        .policy = {.min = 1, .max = 1}});
  const auto& webserver = file.services[1];
  CHECK(webserver.service == *Service::parse("webserver"));
  CHECK(webserver.template_file == folder / "webserver@.service");
  CHECK(webserver.numbering == Numbering{.first = 8080, .step = 2});
  CHECK(webserver.after == std::vector<std::string>{"loadbalancer.service"});
  CHECK(webserver.attached ==
        std::vector<DeclaredSidekick>{
            {*Service::parse("webserver_announcer"), folder / "webserver_announcer@.service"},
            {*Service::parse("webserver_logger"), folder / "webserver_logger@.service"}});
}

TEST_CASE("Dynamite's policies are rules by their names") {
  const auto policy = recorded_session().services.at(1).policy;
  const ServicePolicy expected{
      .min = 2,
      .max = 5,
      .scale_up = {{.path = "scale_up",
                    .metric = {EtcdMetric{.type = "loadbalancer",
                                          .folder = "response_time",
                                          .json_path = "time_backend_response.p95"}},
                    .threshold = 250,
                    .period = 30s,
                    .staleness = 1min,
                    .cooldown = 1min,
                    .without_data = {.kind = WithoutData::Kind::ignore}}},
      .scale_down = {{.path = "scale_down",
                      .metric = {EtcdMetric{.type = "webserver", .folder = "cpu_user"}, true},
                      .comparison = Comparison::below,
                      .threshold = 30,
                      .period = 2h,
                      .staleness = 2h,
                      .cooldown = 1min,
                      .without_data = {.kind = WithoutData::Kind::ignore}}}};
  CHECK(policy == expected);
}

TEST_CASE("What Dynamite doesn't need isn't demanded") {
  struct Row {
    const char* from;
    const char* to;
  };

  for (const auto& row : {
           Row{"      min_instance: 2\n", ""},
           Row{"      min_instance: 2\n", "      min_instance:\n"},
           Row{"      ports_per_instance: 2\n", ""},
           Row{"      type: loadbalancer\n", ""},
           Row{"      metric_aggregated: false\n", ""},
           Row{"      threshold_unit: percent\n", ""},
           Row{"  FleetAPIEndpoint:\n    ip: 127.0.0.1\n    port: 24902\n", ""},
           Row{"    application_base_path: /services\n", ""},
           Row{"period_unit: second\n", "period_unit: seconds\n"},
           Row{"period_unit: second\n", "period_unit: minute\n"},
           Row{"threshold: 30\n", "threshold: -0.5\n"},
           Row{"      scale_up_policy:\n        ScalingPolicy: scale_up\n", ""},
       }) {
    INFO(row.from << row.to);
    CHECK(complaint_about(changed(row.from, row.to)) == "");
  }
  CHECK(complaint_about("Dynamite: {Service: {}, ScalingPolicy: }") == "");
}

TEST_CASE("An address of IPv6 is put between brackets") {
  const auto file = parse_declared_file(changed("ip: 127.0.0.1", "ip: '::1'"), "d.yaml");
  REQUIRE(file);
  CHECK(file->fleet_endpoint == "http://[::1]:24902");
}

TEST_CASE("Without a number Dynamite starts one instance") {
  const auto file = parse_declared_file(changed("      min_instance: 2\n", ""), "d.yaml");
  REQUIRE(file);
  CHECK(file->services.at(1).policy.min == 1);
}

TEST_CASE("What Dynamite never checked is checked") {
  struct Row {
    const char* from;
    const char* to;
    const char* said;
  };

  for (
      const auto& row : {
          Row{"min_instance: 2",
              "min_instances: 2",
              "Dynamite.Service.webserver.min_instances: there is no such key here; did you mean "
              "'min_instance'?"},
          Row{"min_instance: 2",
              "min_instance: 6",
              "Dynamite.Service.webserver: min 6 is above max 5"},
          Row{"      max_instance: 5\n",
              "",
              "Dynamite.Service.webserver: 'max_instance' is missing"},
          Row{"      base_instance_prefix_number: 8080\n",
              "",
              "Dynamite.Service.webserver: 'base_instance_prefix_number' is missing"},
          Row{"_number: 8080",
              "_number: 0",
              "Dynamite.Service.webserver.base_instance_prefix_number: this has to be a whole "
              "number from 1 to 65535, not '0'"},
          Row{"webserver@.service",
              "apache@.service",
              "Dynamite.Service.webserver.name_of_unit_file: units are named by the service's key, "
              "so the unit file has to be webserver@.service, not 'apache@.service'"},
          Row{"ScalingPolicy: scale_up",
              "ScalingPolicy: scale_upp",
              "Dynamite.Service.webserver.scale_up_policy.ScalingPolicy: there is no ScalingPolicy "
              "'scale_upp'; did you mean 'scale_up'?"},
          Row{"- webserver_logger",
              "- webserver_loger",
              "Dynamite.Service.webserver.attached_service[1]: there is no Service "
              "'webserver_loger'; did you mean 'webserver_logger'?"},
          Row{"- webserver_logger",
              "- loadbalancer",
              "Dynamite.Service.webserver.attached_service[1]: the service 'loadbalancer' isn't of "
              "the type attached_service"},
          Row{"webserver_logger@.service",
              "webserver_logger.service",
              "Dynamite.Service.webserver_logger.name_of_unit_file: an attached service comes and "
              "goes with instances, so it has to be a template: NAME@.service"},
          Row{"- loadbalancer",
              "- loadbalance",
              "Dynamite.Service.webserver.service_dependency[0]: no service 'loadbalance' is "
              "declared here; did you mean 'loadbalancer'?"},
          Row{"      service_dependency:\n        - loadbalancer",
              "      service_dependency:\n        - webserver_logger",
              "Dynamite.Service.webserver.service_dependency[0]: no service 'webserver_logger' is "
              "declared here"},
          Row{"- loadbalancer",
              "- webserver",
              "Dynamite.Service.webserver.service_dependency[0]: services come up after each other "
              "in a circle: webserver -> webserver"},
          Row{"comparative_operator: gt",
              "comparative_operator: ge",
              "Dynamite.ScalingPolicy.scale_up.comparative_operator: this has to be one of lt, gt, "
              "not 'ge'; did you mean 'gt'?"},
          Row{"threshold: 250",
              "threshold: '250'",
              "Dynamite.ScalingPolicy.scale_up.threshold: this has to be a number, not '250'"},
          Row{"period_unit: second",
              "period_unit: secnd",
              "Dynamite.ScalingPolicy.scale_up.period_unit: this has to be one of second, minute, "
              "hour, seconds, minutes, hours, not 'secnd'; did you mean 'second'?"},
          Row{"      cooldown_period: 1\n",
              "",
              "Dynamite.ScalingPolicy.scale_up: 'cooldown_period' is missing"},
          Row{"port: 24902",
              "port: 0",
              "Dynamite.FleetAPIEndpoint.port: this has to be a whole number from 1 to 65535, not "
              "'0'"},
          Row{"ip: 127.0.0.1",
              "ip: http://127.0.0.1",
              "Dynamite.FleetAPIEndpoint.ip: this has to be an address or a name, and nothing "
              "else"},
          Row{"metrics_base_path: /metrics",
              "metrics_base_path: metrics",
              "Dynamite.ETCD.metrics_base_path: this has to be a folder of etcd: /metrics"},
          Row{"  ETCD:",
              "  ETCDS:",
              "Dynamite.ETCDS: there is no such key here; did you mean 'ETCD'?"},
          Row{"Dynamite:",
              "services: {}\nDynamite:",
              "services: there is no such key here; those are Dynamite"},
      }) {
    INFO(row.from << " becomes " << row.to);
    CHECK(without_place(complaint_about(changed(row.from, row.to))) == row.said);
  }
}

TEST_CASE("Ranges of ports that overlap are told, with the ports that an instance has") {
  const auto with_second = [](std::string_view first) {
    return changed("    webserver_announcer:\n      name",
                   "    other:\n      name_of_unit_file: other@.service\n      max_instance: 2\n"
                   "      base_instance_prefix_number: " +
                       std::string(first) +
                       "\n      ports_per_instance: 10\n"
                       "    webserver_announcer:\n      name");
  };
  CHECK(complaint_about(with_second("8090")) == "");
  CHECK(complaint_about(with_second("8060")) == "");
  CHECK(without_place(complaint_about(with_second("8089"))) ==
        "Dynamite.Service.other: its numbers, 8089 to 8108, overlap those of "
        "Dynamite.Service.webserver, 8080 to 8089");
  CHECK_FALSE(complaint_about(with_second("8061")).empty());
}

TEST_CASE("Of several folders the one that has the unit file is taken") {
  const auto text = changed("      - '/etc/dynamite/service-files'\n", "      - a\n      - /b\n");
  const std::vector<std::filesystem::path> files{"conf/a/webserver@.service",
                                                 "/b/loadbalancer.service"};
  const auto exists = [&](const std::filesystem::path& path) {
    return std::ranges::find(files, path) != files.end();
  };
  const auto file = parse_declared_file(text, "conf/d.yaml", exists);
  REQUIRE(file);
  CHECK(file->services.at(0).template_file == "/b/loadbalancer.service");
  CHECK(file->services.at(1).template_file == "conf/a/webserver@.service");
  CHECK(file->services.at(1).attached.at(0).template_file == "conf/a/webserver_announcer@.service");

  const auto everywhere = [](const std::filesystem::path&) { return true; };
  const auto twice = parse_declared_file(text, "conf/d.yaml", everywhere);
  REQUIRE_FALSE(twice);
  CHECK(twice.error().message.find("loadbalancer.name_of_unit_file: this file is in two folders: "
                                   "conf/a/loadbalancer.service and /b/loadbalancer.service") !=
        std::string::npos);
}

TEST_CASE("All that stands in Dynamite's file is there as JSON, as it was written") {
  const auto configuration = [](const std::string& lines) {
    const auto file = parse_declared_file(
        "Dynamite:\n  Service:\n    web:\n      name_of_unit_file: web.service\n" + lines,
        "d.yaml");
    INFO((file ? "" : file.error().message));
    REQUIRE(file);
    return file->dynamite_configuration;
  };

  struct Row {
    const char* lines;
    const char* json;
  };

  for (const auto& row :
       {Row{"", ""},
        Row{"      min_instance: 0\n", R"(,"min_instance":0)"},
        Row{"      type: 'true'\n", R"(,"type":"true")"},
        Row{"      type: \"12\"\n", R"(,"type":"12")"},
        Row{"      type:\n", R"(,"type":null)"},
        Row{"      type: ~\n", R"(,"type":null)"},
        Row{"      type: \"a\\\"b\\\\c\"\n", R"(,"type":"a\"b\\c")"},
        Row{"      type: \"\\t\xc3\xa4\"\n", ",\"type\":\"\\u0009\xc3\xa4\""},
        Row{"      service_dependency: []\n", R"(,"service_dependency":[])"},
        Row{"      service_dependency: [web2]\n    web2: {name_of_unit_file: web2.service}\n",
            R"(,"service_dependency":["web2"]},"web2":{"name_of_unit_file":"web2.service")"}}) {
    INFO(row.lines);
    CHECK(configuration(std::string("") + row.lines + "  ServiceFiles: {PathList: [.]}\n") ==
          R"({"Dynamite":{"Service":{"web":{"name_of_unit_file":"web.service")" +
              std::string(row.json) + R"(}},"ServiceFiles":{"PathList":["."]}}})");
  }
  CHECK(parse_declared_file("services: {web: {count: 1}}", "own.yaml")->dynamite_configuration ==
        "");
  CHECK(
      configuration("  ServiceFiles: {PathList: [.]}\n"
                    "  ScalingPolicy: {up: {service_type: a, metric: m, metric_aggregated: true, "
                    "comparative_operator: gt, threshold: -2.5e1, period: 3, period_unit: second, "
                    "cooldown_period: 1, cooldown_period_unit: minute}}\n")
          .find(R"("metric_aggregated":true,"comparative_operator":"gt","threshold":-2.5e1)") !=
      std::string::npos);
}
