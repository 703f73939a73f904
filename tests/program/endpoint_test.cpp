#include <map>
#include <string>
#include <vector>

#include "program/program_world.hpp"
#include "program/tls_front.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

/// Proxies that nobody listens at.
const std::map<std::string, std::string> dead_proxies = {{"http_proxy", "http://127.0.0.1:1"},
                                                         {"https_proxy", "http://127.0.0.1:1"},
                                                         {"HTTPS_PROXY", "http://127.0.0.1:1"},
                                                         {"all_proxy", "socks5://127.0.0.1:1"},
                                                         {"ALL_PROXY", "socks5://127.0.0.1:1"}};

}  // namespace

TEST_CASE("Fleet is found over TCP, a socket, a name and a base path, past every proxy") {
  TemporaryFolder folder;

  struct Row {
    FleetPlace place;
    std::string path = {};
  };

  for (const auto& row :
       {Row{{.listen = "127.0.0.1:0"}},
        Row{{.listen = "127.0.0.1:0"}, "/"},
        Row{{.listen = "unix://" + folder.path("fleet.sock")}},
        Row{{.listen = "127.0.0.1:0", .base_path = "/proxy/fleet"}, "/proxy/fleet"},
        Row{{.listen = "127.0.0.1:0", .base_path = "/base"}, "/base/"}}) {
    ProgramWorld world(row.place);
    world.fleet.stand(my_app_with({}));
    auto variables = dead_proxies;
    variables["SCALE_FLEET_ENDPOINT"] = world.fleet.endpoint() + row.path;
    const auto end = world.run({"my_app", "1"}, variables);
    INFO(variables["SCALE_FLEET_ENDPOINT"] << ": " << end.err);
    CHECK(end.exit_code == 0);
    CHECK(end.out.ends_with("my_app: 0 -> 1\n"));
    CHECK(world.fleet.writes().size() == 1);
  }
}

TEST_CASE("localhost is this machine, past every proxy") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  auto variables = dead_proxies;
  const auto endpoint = world.fleet.endpoint();
  variables["SCALE_FLEET_ENDPOINT"] = "http://localhost" + endpoint.substr(endpoint.rfind(':'));
  const auto end = world.run({"my_app", "1"}, variables);
  INFO(end.err);
  CHECK(end.exit_code == 0);
}

TEST_CASE("A proxy is used for other hosts") {
  ProgramWorld world;
  const auto end = world.run({"my_app", "1", "--retries", "0"},
                             {{"SCALE_FLEET_ENDPOINT", "http://fleet.example.invalid"},
                              {"http_proxy", world.fleet.endpoint()}});
  CHECK(end.exit_code == 1);
  CHECK_FALSE(world.fleet.requests().empty());
}

TEST_CASE("A wrong base path is an error, not an empty cluster") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto end = world.run({"my_app", "0", "--endpoint", world.fleet.endpoint() + "/elsewhere"});
  INFO(end.err);
  CHECK(end.exit_code == 1);
  CHECK(end.out == "");
  CHECK(world.fleet.units().size() == 2);
}

TEST_CASE("The settings file, the variables and the flag win in this order") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto deserted = FleetServer().endpoint();
  const auto right = world.fleet.endpoint();
  const auto file = [&](const std::string& endpoint) {
    return world.folder.write("settings.yaml", "endpoint: " + endpoint + "\n").string();
  };
  const std::vector<std::string> call{"my_app", "1"};
  CHECK(world.run(call, {{"SCALE_FLEET_CONFIG", file(right)}, {"SCALE_FLEET_ENDPOINT", ""}})
            .exit_code == 0);
  CHECK(world.run(call, {{"SCALE_FLEET_CONFIG", file(deserted)}}).exit_code == 0);
  CHECK(world.run(call, {{"FLEETCTL_ENDPOINT", deserted}, {"FLEET_HOST", deserted}}).exit_code ==
        0);
  CHECK(world
            .run(call,
                 {{"SCALE_FLEET_ENDPOINT", ""},
                  {"FLEETCTL_ENDPOINT", right},
                  {"FLEET_ENDPOINT", deserted}})
            .exit_code == 0);
  CHECK(world.run({"my_app", "1", "--endpoint", right}, {{"SCALE_FLEET_ENDPOINT", deserted}})
            .exit_code == 0);
  CHECK(world.run({"my_app", "1", "--endpoint", deserted}).exit_code == 1);
  CHECK(world
            .run(call,
                 {{"SCALE_FLEET_ENDPOINT", ""},
                  {"FLEET_ENDPOINT", right.substr(right.find("//") + 2)}})
            .exit_code == 0);
}

TEST_CASE("TLS with the right authority and a client's certificate works") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({}));
  const TlsFront front(world.fleet.endpoint());
  auto variables = dead_proxies;
  variables.insert({{"SCALE_FLEET_CA_FILE", front.file("ca.pem")},
                    {"FLEETCTL_CERT_FILE", front.file("client.pem")},
                    {"SCALE_FLEET_KEY_FILE", front.file("client.key")},
                    {"SCALE_FLEET_ENDPOINT", "https://" + front.address()}});
  const auto end = world.run({"my_app", "3"}, variables);
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(end.out.ends_with("my_app: 0 -> 3\n"));
}

TEST_CASE("TLS that isn't as it must be is an error, and nothing is changed") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const TlsFront front(world.fleet.endpoint());

  struct Row {
    std::string options;
    std::string scheme = "https";
  };

  for (const auto& row :
       {Row{"--ca-file ca.pem"},
        Row{"--ca-file ca.pem --cert-file stranger.pem --key-file stranger.key"},
        Row{"--ca-file ca.pem --cert-file client.pem --key-file stranger.key"},
        Row{"--ca-file stranger-ca.pem --cert-file client.pem --key-file client.key"},
        Row{"--cert-file client.pem --key-file client.key"},
        Row{"--ca-file client.key"},
        Row{"", "http"}}) {
    std::vector<std::string> arguments{
        "my_app", "0", "--endpoint", row.scheme + "://" + front.address()};
    for (const auto& word : words(row.options))
      arguments.push_back(word.starts_with("--") ? word : front.file(word));
    const auto end = world.run(arguments);
    INFO(row.scheme << " " << row.options << ": " << end.err);
    CHECK(end.exit_code == 1);
    CHECK(end.out == "");
    CHECK(end.err.starts_with("scale-fleet: error: "));
    CHECK(lines_in(end.err) == 1);
    CHECK_FALSE(holds(end.err, "<html"));
  }
  CHECK(world.fleet.requests().empty());
  CHECK(world.fleet.units().size() == 2);
}
