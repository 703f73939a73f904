#include <string>
#include <vector>

#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/http/logging_http_client.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/serve.hpp"
#include "support/steady_clock.hpp"

using namespace scale_fleet;

namespace {

/// Of AWS's published tests for Signature Version 4: aws-sig-v4-test-suite, and aws-c-auth's own.
const AwsSignature of_vectors{.region = "us-east-1",
                              .service = "service",
                              .access_key_id = "AKIDEXAMPLE",
                              .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                              .session_token = {}};
const std::string vectors_token =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI"
    "eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
    "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDry"
    "pNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

std::vector<std::string> values_of(const HttpRequest& request, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& header : request.headers) {
    const HttpResponse one{.headers = {header}};
    if (const auto value = one.header(name); !value.empty()) values.emplace_back(value);
  }
  return values;
}

/// What arrives of a signed request that was meant for example.amazonaws.com.
HttpRequest arrived(const HttpRequest& request) {
  HttpRequest seen;
  const auto server = serve([&](const HttpRequest& there) {
    seen = there;
    return HttpReply();
  });
  static const SteadyClock clock;
  const auto client =
      make_curl_http_client({.endpoint = *Endpoint::parse("http://example.amazonaws.com"),
                             .connect_to = server->endpoint().substr(7)},
                            clock);
  REQUIRE(client);
  (*client)->start(1, request);
  const auto ended = (*client)->wait(clock.now() + std::chrono::seconds(20));
  REQUIRE(ended.size() == 1);
  REQUIRE(ended.front().result);
  return seen;
}

}  // namespace

TEST_CASE("A request is signed as AWS's own examples are") {
  struct Row {
    std::string name;
    std::string method;
    std::string content_type;
    std::string body;
    std::string token;
    std::string signature;
  };

  const std::string form = "application/x-www-form-urlencoded";
  for (const auto& row :
       {Row{"get-vanilla",
            "GET",
            "",
            "",
            "",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        Row{"post-vanilla",
            "POST",
            "",
            "",
            "",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        Row{"post-x-www-form-urlencoded",
            "POST",
            form,
            "Param1=value1",
            "",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
        Row{"post-x-www-form-urlencoded-parameters",
            "POST",
            form + "; charset=utf8",
            "Param1=value1",
            "",
            "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
        Row{"post-sts-header-before",
            "POST",
            "",
            "",
            vectors_token,
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
        Row{"get-vanilla-with-session-token",
            "GET",
            "",
            "",
            "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
            "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"}}) {
    CAPTURE(row.name);
    HttpRequest request{.method = row.method,
                        .headers = {{"X-Amz-Date", "20150830T123600Z"}},
                        .body = row.body,
                        .signature = of_vectors};
    if (!row.content_type.empty()) request.headers.emplace_back("Content-Type", row.content_type);
    request.signature->session_token = row.token;
    const auto seen = arrived(request);
    CHECK(seen.method == row.method);
    CHECK(seen.body == row.body);
    const auto authorization = values_of(seen, "Authorization");
    REQUIRE(authorization.size() == 1);
    CAPTURE(authorization.front());
    CHECK(holds(authorization.front(), "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"));
    CHECK(authorization.front().ends_with("Signature=" + row.signature));
    CHECK_FALSE(holds(authorization.front(), "expect"));
    CHECK(values_of(seen, "X-Amz-Security-Token") ==
          (row.token.empty() ? std::vector<std::string>{} : std::vector{row.token}));
  }
}

TEST_CASE("A log shows neither signatures nor replies that are secret") {
  const auto server = serve([](const HttpRequest& request) {
    HttpReply reply;
    reply.response.body = "the reply is " + request.target;
    return reply;
  });
  static const SteadyClock clock;
  const auto client =
      make_curl_http_client({.endpoint = *Endpoint::parse(server->endpoint())}, clock);
  REQUIRE(client);
  std::string log;
  LoggingHttpClient logging(**client, [&](const std::string& line) { log += line + "\n"; });
  auto signature = of_vectors;
  signature.session_token = "token-of-session";
  logging.start(1, {.target = "/", .signature = signature});
  logging.start(2, {.target = "/hidden", .reply_is_secret = true});
  std::size_t ended = 0;
  while (ended < 2)
    ended += logging.wait(clock.now() + std::chrono::seconds(20)).size();
  CAPTURE(log);
  CHECK(holds(log, "the reply is /\n"));
  CHECK_FALSE(holds(log, "the reply is /hidden"));
  for (const auto* secret : {"wJalr", "token-of", "AKIDEXAMPLE", "Signature"})
    CHECK_FALSE(holds(log, secret));
}
