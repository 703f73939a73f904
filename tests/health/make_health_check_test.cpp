#include "scale_fleet/health/make_health_check.hpp"

#include "health/both_checks.hpp"
#include "health/check_targets.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Result<std::unique_ptr<HealthCheck>> make(const HealthCheckOptions& options) {
  static const SteadyClock clock;
  static const NoStop stop;
  return make_health_check(options, {.clock = clock, .stop = stop});
}

}  // namespace

TEST_CASE("Where nothing is to be asked there is no check") {
  const auto none = make({});
  REQUIRE(none);
  CHECK(*none == nullptr);
  CHECK(check_patterns({}));
}

TEST_CASE("What can't be asked is a usage error that names its option") {
  struct Row {
    HealthCheckOptions options;
    const char* start;
  };

  for (const auto& row :
       std::vector<Row>{{{.http = "/health"}, "--check-http: '/health' says no port"},
                        {{.http = ":%x"}, "--check-http: '%x' is not known"},
                        {{.command = "ping %x"}, "--check-cmd: '%x' is not known"},
                        {{.command = " \t"}, "--check-cmd: the command is empty"},
                        {{.http = ":80", .command = ""}, "--check-cmd: the command is empty"},
                        {{.http = "", .command = "true"}, "--check-http: "}}) {
    CAPTURE(row.start);
    for (const auto& outcome :
         {check_patterns(row.options), make(row.options).map([](auto&&) {})}) {
      REQUIRE_FALSE(outcome);
      CHECK(outcome.error().kind == ErrorKind::usage);
      CHECK(outcome.error().message.starts_with(row.start));
    }
  }
  CHECK_FALSE(make({.http = ":80", .ca_file = "/nonexistent"}));
}

TEST_CASE("Where both are given an instance must pass both, and the second is spared the ill") {
  auto server = HttpServer::listen("127.0.0.1:0", [](const HttpRequest& request) {
    HttpReply reply;
    reply.response.status = request.target == "/2" ? 503 : 200;
    return reply;
  });
  REQUIRE(server);
  auto check = make({.http = (*server)->endpoint() + "/%i",
                     .command = "echo asked %i; test %i != 3",
                     .timeout = 20s});
  REQUIRE(check);
  const auto answers = (*check)->ask(targets_to(3));
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].is_healthy);
  CHECK(answers[1].said == (*server)->endpoint() + "/2 answered 503");
  CHECK(answers[2].said == "the check's command exited with 1: asked 3");
  CHECK_FALSE(answers[1].is_healthy);
  CHECK_FALSE(answers[2].is_healthy);
}

TEST_CASE("The second check isn't asked where the first found nobody well") {
  /// Finds everybody ill, and counts how often it was asked.
  struct IllCheck : HealthCheck {
    explicit IllCheck(int& count) : asked(count) {}

    std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) override {
      ++asked;
      return std::vector<CheckAnswer>(targets.size(), {.is_healthy = false, .said = "ill"});
    }

    int& asked;
  };

  int first = 0;
  int second = 0;
  BothChecks both(std::make_unique<IllCheck>(first), std::make_unique<IllCheck>(second));
  CHECK(both.ask(targets_to(2)).size() == 2);
  CHECK(first == 1);
  CHECK(second == 0);
}
