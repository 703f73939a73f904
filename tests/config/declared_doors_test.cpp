#include "config/understood.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// What is said of it behind the place; of several mistakes all lines.
std::string told(const std::string& text, const FileExists& exists = {}) {
  const auto file = parse_declared_file(text, "f.yaml", exists);
  if (file) return "";
  CHECK(file.error().kind == ErrorKind::usage);
  const auto place = file.error().message.find(": ");
  return file.error().message.substr(place + 2);
}

}  // namespace

TEST_CASE("a file is shown without the secret in Slack's URL") {
  const auto file = understood(
      "services: {web: {max: 3}}\nnotifications: {slack: 'https://hooks.example/T0/B0/secret'}\n");
  CHECK(file.notices.slack == "https://hooks.example/T0/B0/secret");
  const auto shown = show_declared_file(file);
  CHECK(shown.find("https://hooks.example/hidden") != std::string::npos);
  CHECK(shown.find("secret") == std::string::npos);
}

TEST_CASE("a service may be scaled from outside, and moved, where the file says so") {
  const auto file = understood(R"(
services:
  closed: {max: 3}
  denied: {max: 3, remote: false, reschedule: false}
  usual: {max: 3, remote: true, reschedule: true}
  own:
    max: 3
    remote: {up_by: 2, down_by: 50%, cooldown: {up: 30s, down: 5m}}
    reschedule: {min_healthy: 2}
)");
  REQUIRE(file.services.size() == 4);
  for (const auto place : {0U, 1U}) {
    CHECK_FALSE(file.services[place].policy.remote);
    CHECK_FALSE(file.services[place].reschedule);
  }
  CHECK(file.services[2].policy.remote == RemoteRule{});
  CHECK(file.services[2].reschedule == MayMove{});
  CHECK(file.services[3].policy.remote ==
        RemoteRule{.up_by = {.amount = 2},
                   .down_by = {.kind = Adjustment::Kind::percent, .amount = 50},
                   .cooldown_up = 30s,
                   .cooldown_down = 5min});
  CHECK(file.services[3].reschedule == MayMove{.min_healthy = 2});
}

TEST_CASE("machines have a cloud, bounds and rules") {
  const auto file = understood(R"(
services: {}
metrics_file: m
nodes:
  workers:
    aws: {group: web-asg, region: eu-west-1}
    min: 2
    max: 9
    remote: {up_by: 1}
    scale_up: [{metric: {file: load}, above: 80}]
    victims: oldest
    match: metadata ec2
    timeout: 5m
  here: {command: [bin/cloud, --site, b], count: 1, match: ip}
  there: {command: cloud, count: 1}
)");
  REQUIRE(file.nodes.size() == 3);
  const auto& workers = file.nodes[0];
  CHECK(workers.name == "workers");
  CHECK(std::get<AwsGroup>(workers.group) == AwsGroup{.name = "web-asg", .region = "eu-west-1"});
  CHECK(workers.policy.min == 2);
  CHECK(workers.policy.max == 9U);
  CHECK(workers.policy.scale_up.size() == 1);
  CHECK(workers.policy.remote);
  CHECK(workers.victims == MachineVictim::oldest);
  CHECK(workers.match_metadata == "ec2");
  CHECK(workers.timeout == 5min);
  using Words = std::vector<std::string>;
  CHECK(std::get<CommandGroup>(file.nodes[1].group).command ==
        Words{"conf/bin/cloud", "--site", "b"});
  CHECK_FALSE(file.nodes[1].match_metadata);
  CHECK(std::get<CommandGroup>(file.nodes[2].group).command == Words{"cloud"});
  CHECK(file.nodes[2].match_metadata == "instance_id");
}

TEST_CASE("a program of the file's own folder stays one of that folder") {
  const auto file =
      parse_declared_file("services: {}\nnodes: {a: {command: ./cloud, count: 1}}", "f.yaml");
  REQUIRE(file);
  CHECK(std::get<CommandGroup>(file->nodes.front().group).command.front() == "./cloud");
}

TEST_CASE("the API is on where listen stands in the file") {
  CHECK_FALSE(understood("services: {}").api.is_on);
  CHECK_FALSE(understood("services: {}\nlisten: none").api.is_on);
  CHECK(understood("services: {}\nlisten: '127.0.0.1:49160'").api.is_on);
  const auto file = understood(R"(
services: {}
listen: 0.0.0.0:80
api:
  token_file: token
  tls: {certificate: c.pem, key: /k.pem, client_ca: ca.pem}
  prefix: /scaler/
)");
  CHECK(file.api == ApiAccess{.is_on = true,
                              .token_file = "conf/token",
                              .certificate = "conf/c.pem",
                              .key = "/k.pem",
                              .client_ca = "conf/ca.pem",
                              .prefix = "/scaler"});
}

TEST_CASE("notices have places, and switches for what is at its bound") {
  const auto file = understood(R"(
services: {}
notifications:
  slack_file: slack
  alertmanager: http://127.0.0.1:9093
  timeout: 5s
  alert_lasts: 1m
  at_min: true
  at_max: false
  nodes_at_min: true
  nodes_at_max: false
)");
  CHECK(file.notices == NoticePlaces{.slack_file = "conf/slack",
                                     .alertmanager = "http://127.0.0.1:9093",
                                     .timeout = 5s,
                                     .alert_lasts = 1min,
                                     .services = {.min = true, .max = false},
                                     .nodes = {.min = true, .max = false}});
}

TEST_CASE("whoever lets the network in says how") {
  struct Row {
    const char* name;
    const char* text;
    bool is_fine;
  };

  const auto row = GENERATE(values<Row>({
      {"nobody may ask", "listen: 0.0.0.0:1\nservices: {a: {max: 1}}", true},
      {"only this machine", "listen: 127.0.0.1:1\nservices: {a: {max: 1, remote: true}}", true},
      {"by name", "listen: localhost:1\nservices: {a: {max: 1, remote: true}}", true},
      {"by IPv6", "listen: '[::1]:1'\nservices: {a: {max: 1, remote: true}}", true},
      {"a socket", "listen: unix:///s\nservices: {a: {max: 1, remote: true}}", true},
      {"all networks", "listen: 0.0.0.0:1\nservices: {a: {max: 1, remote: true}}", false},
      {"another address", "listen: 10.0.0.1:1\nservices: {a: {max: 1, remote: true}}", false},
      {"machines",
       "listen: '[::]:1'\nservices: {}\nnodes: {a: {command: c, max: 1, remote: true}}",
       false},
      {"with a token",
       "listen: 0.0.0.0:1\napi: {token_file: t}\nservices: {a: {max: 1, remote: true}}",
       true},
      {"TLS alone keeps nobody out",
       "listen: 0.0.0.0:1\napi: {tls: {certificate: c, key: k}}\n"
       "services: {a: {max: 1, remote: true}}",
       false},
      {"with client certificates",
       "listen: 0.0.0.0:1\napi: {tls: {certificate: c, key: k, client_ca: a}}\n"
       "services: {a: {max: 1, remote: true}}",
       true},
      {"as somebody wants it",
       "listen: 0.0.0.0:1\napi: {anyone: true}\nservices: {a: {max: 1, remote: true}}",
       true},
  }));
  INFO(row.name);
  const auto said = told(row.text);
  if (row.is_fine) {
    CHECK(said.empty());
  } else {
    CHECK(said.find("whoever reaches this could change counts") != std::string::npos);
  }
}

TEST_CASE("mistakes about doors and machines are told") {
  struct Row {
    const char* text;
    const char* said;
  };

  const auto row = GENERATE(values<Row>({
      {"services: {a: {min: 1, remote: true}}",
       "services.a.remote: rules that may ask for more need a max"},
      {"services: {a: {max: 1, remote: {upby: 1}}}",
       "services.a.remote.upby: there is no such key here; did you mean 'up_by'?"},
      {"services: {a: {count: 1, unit: a.service, reschedule: true}}",
       "services.a.reschedule: a single unit has no instances, and nothing comes, goes or moves "
       "with them"},
      {"services: {}\nnodes: {a: {max: 1}}", "nodes.a: one of aws, command is missing"},
      {"services: {}\nnodes: {a: {command: c, max: 1, victims: oldest}}",
       "nodes.a.victims: nobody tells when the machines of a `command` were launched; this has to "
       "be fewest_instances"},
      {"services: {}\nnodes: {a: {command: c, min: 5, max: 1}}", "nodes.a: min 5 is above max 1"},
      {"services: {}\nmetrics_file: m\nnodes: {a: {command: c, max: 1, scale_up: [{metric: "
       "{file: x, per: instance}, above: 1}]}}",
       "nodes.a.scale_up: scale_up[0]: machines have no metric per instance"},
      {"services: {}\napi: {tls: {certificate: c}}", "api.tls: 'key' is missing"},
      {"services: {}\napi: {token_file: t, anyone: true}",
       "api.anyone: this and a token or client certificates exclude each other"},
      {"services: {}\nnotifications: {at_min: true}",
       "notifications: it isn't said who is told: write slack, slack_file or alertmanager"},
  }));
  INFO(row.text);
  CHECK(told(row.text) == row.said);
}

TEST_CASE("files that doors need have to be there") {
  const auto said = told("services: {}\napi: {token_file: t}",
                         [](const std::filesystem::path&) { return false; });
  CHECK(said == "api.token_file: there is no file t");
}
