#include "nodes/aws_caller.hpp"

#include <fmt/format.h>

#include "nodes/aws_test_world.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

std::string error_xml(const std::string& code, const std::string& message = "words") {
  return fmt::format(
      "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error><Type>"
      "Sender</Type><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>",
      code,
      message);
}

HttpResult aws_says(int status, const std::string& body) {
  return HttpResponse{.status = status, .headers = {}, .body = body};
}

HttpResult transport(TransportFailure failure) {
  return tl::unexpected(TransportError{.failure = failure, .message = "nothing"});
}

const AwsCall harmless{.service = "autoscaling",
                       .version = "2011-01-01",
                       .action = "DescribeAutoScalingGroups",
                       .parameters = {{"AutoScalingGroupNames.member.1", "web & more"}}};

struct CallerWorld {
  explicit CallerWorld(ScriptedHttpClient::Script script) : aws(std::move(script)) {
    aws.surroundings.variables = scripted_keys;
  }

  ScriptedAws aws;
  AwsWorld world = aws.world();
  RequestLine line{aws.client, aws.clock, aws.stop};
  AwsCaller caller{world, line, std::nullopt};
};

}  // namespace

TEST_CASE("What AWS answers is told apart by status and code, never by its words") {
  using Kind = AwsFailure::Kind;

  struct Row {
    HttpResult reply;
    Kind kind;
  };

  for (const auto& row : {
           Row{aws_says(400, error_xml("ScalingActivityInProgress")), Kind::busy},
           Row{aws_says(500, error_xml("ResourceContention")), Kind::busy},
           Row{aws_says(400, error_xml("Throttling")), Kind::passing},
           Row{aws_says(400, error_xml("ThrottlingException")), Kind::passing},
           Row{aws_says(503, error_xml("RequestLimitExceeded")), Kind::passing},
           Row{aws_says(429, ""), Kind::passing},
           Row{aws_says(400, error_xml("RequestTimeout")), Kind::unclear},
           Row{aws_says(500, error_xml("InternalFailure")), Kind::unclear},
           Row{aws_says(502, "<html><body><h1>Bad gateway</h1></body></html>"), Kind::unclear},
           Row{aws_says(503, ""), Kind::unclear},
           Row{aws_says(400, error_xml("ValidationError", "Throttling")), Kind::refused},
           Row{aws_says(403, error_xml("AccessDenied")), Kind::refused},
           Row{aws_says(400, "<ErrorResponse><Code>Throttling</Code></ErrorResponse>"),
               Kind::refused},
           Row{aws_says(302, ""), Kind::refused},
           Row{aws_says(403, error_xml("ExpiredToken")), Kind::unknown_credentials},
           Row{aws_says(400,
                        "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>m"
                        "</Message></Error></Errors><RequestID>r</RequestID></Response>"),
               Kind::passing},
           Row{transport(TransportFailure::not_connected), Kind::passing},
           Row{transport(TransportFailure::not_resolved), Kind::passing},
           Row{transport(TransportFailure::broken_off), Kind::unclear},
           Row{transport(TransportFailure::timed_out), Kind::unclear},
           Row{transport(TransportFailure::unreadable), Kind::unclear},
       }) {
    const auto read = read_aws_reply(row.reply);
    REQUIRE_FALSE(read);
    CAPTURE(read.error().message);
    CHECK(read.error().kind == row.kind);
  }
  CHECK(read_aws_reply(aws_says(200, "fine")) == "fine");
  const auto odd = read_aws_reply(aws_says(400, error_xml("ValidationError", "a\x1b[2J&#x202e;b")));
  CHECK(holds(odd.error().message, "AWS says ValidationError: a\\x1b[2J"));
  CHECK_FALSE(holds(odd.error().message, "\xe2\x80\xae"));
}

TEST_CASE("A call is one signed form, sent to the region's own server") {
  CallerWorld world([](const HttpRequest&) { return aws_says(200, "fine"); });
  const auto reply = world.caller.call(harmless);
  REQUIRE(reply);
  CHECK(*reply == "fine");
  REQUIRE(world.aws.client.requests.size() == 1);
  const auto& request = world.aws.client.requests.front();
  CHECK(request.method == "POST");
  CHECK(request.target == "/");
  CHECK(request.body ==
        "Action=DescribeAutoScalingGroups&Version=2011-01-01"
        "&AutoScalingGroupNames.member.1=web%20%26%20more");
  CHECK(request.headers ==
        std::vector<Header>{{"Content-Type", "application/x-www-form-urlencoded"}});
  CHECK(request.server->display() == "https://autoscaling.eu-west-1.amazonaws.com");
  REQUIRE(request.signature);
  CHECK(request.signature->access_key_id == "AKIDSCRIPT");
  CHECK(request.signature->service == "autoscaling");
  CHECK(request.signature->region == "eu-west-1");
}

TEST_CASE("What fails in passing is sent three times, with pauses that grow and vary by chance") {
  struct Row {
    double chance;
    std::string retry_after;
    std::vector<std::chrono::milliseconds> starts;
  };

  using std::chrono::milliseconds;
  for (const auto& row : {
           Row{0.0, "", {milliseconds(0), milliseconds(500), milliseconds(1500)}},
           Row{0.5, "", {milliseconds(0), milliseconds(750), milliseconds(2250)}},
           Row{0.0, "7", {milliseconds(0), milliseconds(7000), milliseconds(14000)}},
           Row{0.0, "soon", {milliseconds(0), milliseconds(500), milliseconds(1500)}},
       }) {
    CallerWorld world([&](const HttpRequest&) {
      HttpResponse response{.status = 503, .headers = {}, .body = ""};
      if (!row.retry_after.empty()) response.headers.emplace_back("Retry-After", row.retry_after);
      return response;
    });
    world.aws.surroundings.chance = row.chance;
    const auto before = world.aws.clock.now();
    const auto reply = world.caller.call(harmless);
    REQUIRE(reply);
    CHECK_FALSE(reply->has_value());
    std::vector<milliseconds> starts;
    for (const auto start : world.aws.client.started)
      starts.push_back(std::chrono::duration_cast<milliseconds>(start - before));
    CHECK(starts == row.starts);
  }
}

TEST_CASE("Repeated is what may be: all but refusals, and what may have been done already") {
  struct Row {
    HttpResult reply;
    bool is_repeatable;
    std::size_t sent;
  };

  for (const auto& row : {
           Row{aws_says(400, error_xml("Throttling")), true, 3},
           Row{aws_says(400, error_xml("Throttling")), false, 3},
           Row{transport(TransportFailure::not_connected), false, 3},
           Row{aws_says(500, ""), true, 3},
           Row{aws_says(500, ""), false, 1},
           Row{transport(TransportFailure::broken_off), false, 1},
           Row{aws_says(400, error_xml("ScalingActivityInProgress")), true, 1},
           Row{aws_says(400, error_xml("ValidationError")), true, 1},
           Row{aws_says(403, error_xml("InvalidClientTokenId")), true, 1},
       }) {
    CallerWorld world([&](const HttpRequest&) { return row.reply; });
    auto call = harmless;
    call.is_repeatable = row.is_repeatable;
    const auto reply = world.caller.call(call);
    REQUIRE(reply);
    CHECK_FALSE(reply->has_value());
    CHECK(world.aws.client.requests.size() == row.sent);
  }
}

TEST_CASE("A stop ends the waiting for a reply and for the next attempt, and begins no call") {
  for (const bool answers : {true, false}) {
    CAPTURE(answers);
    CallerWorld world([&](const HttpRequest&) -> std::optional<HttpResult> {
      if (answers) return aws_says(503, "");
      return std::nullopt;
    });
    const auto before = world.aws.clock.now();
    world.aws.stop.raise_at(before + std::chrono::milliseconds(100));
    world.caller.call(harmless);
    CHECK(world.aws.clock.now() - before == std::chrono::milliseconds(100));
    CHECK(world.aws.client.requests.size() == 1);
    const auto later = world.caller.call(harmless);
    REQUIRE_FALSE(later);
    CHECK(later.error().kind == ErrorKind::interrupted);
    CHECK(world.aws.client.requests.size() == 1);
  }
}

TEST_CASE("Credentials that AWS doesn't know are looked for anew at the next call") {
  CallerWorld world([](const HttpRequest& request) {
    return request.signature->access_key_id == "NEW" ? aws_says(200, "fine")
                                                     : aws_says(403, error_xml("ExpiredToken"));
  });
  REQUIRE_FALSE(*world.caller.call(harmless));
  world.aws.surroundings.variables["AWS_ACCESS_KEY_ID"] = "NEW";
  CHECK(*world.caller.call(harmless));
}
