#include <signal.h>

#include <fmt/format.h>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "support/catch.hpp"
#include "support/certificates.hpp"

using namespace scale_fleet;

namespace {

const Header token_header{"Authorization", "Bearer 0123456789abcdef"};

}  // namespace

TEST_CASE("What callers of Docker Scaler send scales the services of a daemon") {
  DaemonProcessWorld world;
  world.declare(remote_app, "interval: 1s\napi: {prefix: /scaler}\n");
  CalledDaemon daemon(world);

  struct Row {
    const char* method;
    const char* target;
    const char* body;
    const char* answer;
    std::size_t count;
  };

  for (const auto& row : std::vector<Row>{
           {"POST",
            "/v1/scale-service?service=my_app&scale=up&by=2",
            "",
            "200 OK Scaling my_app from 1 to 3 replicas (min: 1, max: 9)",
            3},
           {"POST",
            "/v1/scale-service",
            R"({"groupLabels":{"service":"my_app","scale":"down","by":"1"}})",
            "200 OK Scaling my_app from 3 to 2 replicas (min: 1, max: 9)",
            2},
           {"POST",
            "/v1/scale-service?by=3",
            R"({"groupLabels":{"scale":"up","by":1},"commonLabels":{"service":"my_app"}})",
            "200 OK Scaling my_app from 2 to 5 replicas (min: 1, max: 9)",
            5},
           {"PUT",
            "/v1/services/my_app",
            R"({"count":4,"current":5})",
            "202 OK Scaling my_app from 5 to 4 replicas (min: 1, max: 9)",
            4},
           {"POST",
            "/scaler/v1/scale-service?service=my_app&scale=up&by=9",
            "",
            "200 OK Scaling my_app from 4 to 9 replicas (min: 1, max: 9)",
            9},
           {"POST",
            "/v1/scale-service?service=my_app&scale=up",
            "",
            "200 OK my_app is already scaled to the maximum number of 9 replicas",
            9},
           {"PUT",
            "/v1/services/my_app",
            R"({"count":9})",
            "200 OK my_app has 9 replicas already",
            9},
           {"GET", "/v1/ping", "", "200 ", 9},
           {"HEAD", "/scaler/v1/ping", "", "200 ", 9}}) {
    INFO(row.method << " " << row.target << " " << row.body);
    CHECK(daemon.caller.ask(row.method, row.target, row.body) == row.answer);
    CHECK(daemon.is_settled_at(row.count));
  }
  CHECK(holds(daemon.caller.ask("GET", "/v1/services/my_app"), R"("current":9)"));
  CHECK(ended_by(SIGTERM, daemon.program).exit_code == 0);
  const auto events = world.world.run({"events", "--file", world.file()});
  CHECK(holds(events.out, " LAUNCH my_app 1 -> 3: POST /v1/scale-service: asks for 2 more"));
  CHECK(holds(events.out, " TERMINATE my_app 5 -> 4: PUT /v1/services/my_app: asks for 4"));
}

TEST_CASE("What a daemon refuses it says why, and changes nothing") {
  DaemonProcessWorld world;
  world.world.folder.write("token", "0123456789abcdef\n");
  world.declare(remote_app + std::string("  closed: {count: 0}\n"),
                "interval: 1s\napi: {token_file: token}\n");
  CalledDaemon daemon(world);

  struct Row {
    const char* method;
    const char* target;
    std::string body;
    std::vector<Header> headers;
    const char* answer;
  };

  const std::vector<Header> right{json_type, token_header};
  const std::vector<Header> wrong{json_type, {"Authorization", "Bearer 0123456789abcdee"}};
  constexpr auto up = "/v1/scale-service?service=my_app&scale=up";
  constexpr auto one = "/v1/services/my_app";
  const std::string five = R"({"count":5})";
  const std::string long_body = R"({"x":")" + std::string(1024UL * 1024, 'x') + R"("})";
  const auto count_is_one = [&] { return world.instances() == 1; };
  for (const auto& row : std::vector<Row>{
           {"POST", "/v1/scale-service?scale=up", "", right, "400 NOK No service name in request"},
           {"POST", up, "[]", right, "400 NOK Unable to recognize POST body"},
           {"POST", up, "", {json_type}, "401 NOK this needs a header"},
           {"POST", up, "", wrong, "401 NOK the header Authorization holds another token"},
           {"PUT", one, five, wrong, "401 NOK the header Authorization holds another token"},
           {"POST", "/v1/reschedule-services", "", {}, "401 NOK this needs a header"},
           {"PUT", "/v1/services/closed", five, right, "403 NOK the file doesn't let closed be"},
           {"PUT", "/v1/services/none", five, right, "404 NOK the file declares no none"},
           {"POST", "/v1/nothing", "", right, "404 "},
           {"POST", "/v1/scale-nodes?scale=up", "", right, "404 NOK the file declares no nodes"},
           {"GET", up, "", right, "405 NOK only POST here"},
           {"DELETE", one, "", right, "405 NOK only GET, HEAD, PUT here"},
           {"POST", "/v1/ping", "", right, "405 NOK only GET, HEAD here"},
           {"PUT", one, R"({"count":5,"current":4})", right, "409 NOK my_app: 4 replicas were"},
           {"POST",
            "/v1/scale-service",
            long_body,
            right,
            "413 NOK the body is longer than 1048576 bytes"},
           {"PUT", one, R"({"count":10})", right, "422 NOK my_app: 10 is above max, which is 9"},
           {"PUT", one, R"({"count":0})", right, "422 NOK my_app: 0 is below min, which is 1"}}) {
    INFO(row.method << " " << row.target << " " << row.body.substr(0, 100));
    CHECK(holds(daemon.caller.ask(row.method, row.target, row.body, row.headers), row.answer));
    REQUIRE(daemon.caller.last);
    const bool is_405 = daemon.caller.last->status == 405;
    CHECK(daemon.caller.last->header("Allow").empty() == !is_405);
    CHECK(count_is_one());
  }
  REQUIRE(daemon.turns_twice());
  CHECK(count_is_one());
  const auto paused = world.world.run({"pause", "my_app", "--file", world.file()});
  INFO(paused.err);
  REQUIRE(paused.exit_code == 0);
  REQUIRE(daemon.turns_twice());
  CHECK(holds(daemon.caller.ask("PUT", one, five, right), "409 NOK my_app: paused"));
  CHECK(world.world.fleet.writes().size() == 1);
  const auto end = ended_by(SIGTERM, daemon.program);
  CHECK(end.exit_code == 0);
  // Of all those mistakes one in a minute: an alert's author doesn't see the answer.
  CHECK(holds(end.err, "warning: refused: "));
}

TEST_CASE("Without a token no web page is let in") {
  DaemonProcessWorld world;
  world.declare(remote_app);
  CalledDaemon daemon(world);
  CHECK(daemon.caller.ask("POST",
                          "/v1/scale-service?service=my_app&scale=up",
                          "",
                          {{"Origin", "http://page.example"}}) ==
        "403 NOK no web page may ask for this");
  REQUIRE(daemon.turns_twice());
  CHECK(world.instances() == 1);
  CHECK(ended_by(SIGTERM, daemon.program).exit_code == 0);
}

TEST_CASE("Only who shows a certificate of the daemon's authority is answered") {
  Certificates certificates;
  certificates.make_authority("ca");
  certificates.make_authority("stranger");
  certificates.make({});
  certificates.make({.name = "friend", .use = "clientAuth"});
  certificates.make({.name = "foe", .use = "clientAuth", .authority = "stranger"});
  DaemonProcessWorld world;
  world.declare(
      remote_app,
      fmt::format("interval: 1s\napi: {{tls: {{certificate: {}, key: {}, client_ca: {}}}}}\n",
                  certificates.file("server.pem"),
                  certificates.file("server.key"),
                  certificates.file("ca.pem")));
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(endpoint.starts_with("https://"));
  const auto shown_by = [&](const std::string& name) {
    TlsFiles files{.ca = certificates.file("ca.pem")};
    if (!name.empty()) {
      files.certificate = certificates.file(name + ".pem");
      files.key = certificates.file(name + ".key");
    }
    return files;
  };
  DaemonCaller caller(endpoint, shown_by("friend"));
  REQUIRE(world.comes_true(
      [&] { return holds(caller.ask("GET", "/v1/services/my_app"), R"("current":1)"); }));
  for (const auto* nobody : {"", "foe"}) {
    DaemonCaller stranger(endpoint, shown_by(nobody));
    CHECK(stranger.ask("GET", "/v1/ping") == "");
    CHECK(stranger.ask("POST", "/v1/scale-service?service=my_app&scale=up") == "");
  }
  CHECK(world.instances() == 1);
  CHECK(caller.ask("POST", "/v1/scale-service?service=my_app&scale=up&by=2") ==
        "200 OK Scaling my_app from 1 to 3 replicas (min: 1, max: 9)");
  CHECK(world.comes_to(3));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}
