#include "fleet/reply.hpp"

#include "fleet/http_results.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

HttpResult fleet_error(int status, const std::string& message = "no") {
  return reply(status, write_error(status, message));
}
}  // namespace

TEST_CASE("A reply belongs to the class that says what may be done next") {
  struct Row {
    HttpResult result;
    ReplyClass reply_class;
  };

  const std::vector<Row> rows{{reply(200, "{}"), ReplyClass::success},
                              {reply(201), ReplyClass::success},
                              {reply(204), ReplyClass::success},
                              {reply(202), ReplyClass::refused},
                              {reply(206, "{}"), ReplyClass::refused},
                              {reply(301), ReplyClass::refused},
                              {fleet_error(400), ReplyClass::refused},
                              {reply(401), ReplyClass::refused},
                              {fleet_error(404), ReplyClass::not_there},
                              {fleet_error(404, ""), ReplyClass::not_there},
                              {reply(404), ReplyClass::refused},
                              {reply(404, "404 page not found\n"), ReplyClass::refused},
                              {reply(404, R"({"message": "Not Found"})"), ReplyClass::refused},
                              {fleet_error(409), ReplyClass::refused},
                              {fleet_error(415), ReplyClass::refused},
                              {reply(429), ReplyClass::not_sent},
                              {fleet_error(500, ""), ReplyClass::unclear},
                              {reply(502, "<html>"), ReplyClass::unclear},
                              {fleet_error(503), ReplyClass::not_sent},
                              {reply(503, "<html>"), ReplyClass::not_sent},
                              {reply(504), ReplyClass::unclear},
                              {broken(TransportFailure::not_connected), ReplyClass::not_sent},
                              {broken(TransportFailure::not_resolved), ReplyClass::hopeless},
                              {broken(TransportFailure::not_trusted), ReplyClass::hopeless},
                              {broken(TransportFailure::timed_out), ReplyClass::unclear},
                              {broken(TransportFailure::broken_off), ReplyClass::unclear},
                              {broken(TransportFailure::unreadable), ReplyClass::unclear}};
  for (const auto& row : rows) {
    CAPTURE(describe(row.result));
    CHECK(classify(row.result) == row.reply_class);
  }
}

TEST_CASE("What happened is said in Fleet's words where Fleet spoke") {
  struct Row {
    HttpResult result;
    const char* text;
  };

  const std::vector<Row> rows{
      {fleet_error(409, "unit does not exist"), "HTTP 409: unit does not exist"},
      {fleet_error(400, "a\nb\x1b[2J"), "HTTP 400: a\\x0ab\\x1b[2J"},
      {fleet_error(500, ""), "HTTP 500 with no message (fleetd's journal may say more)"},
      {reply(502, "<html>secret</html>"), "HTTP 502"},
      {reply(301, "", {{"location", "/login\n"}}), "HTTP 301 to '/login\\x0a'"},
      {broken(TransportFailure::timed_out), "no reply in time (why)"},
      {broken(TransportFailure::not_connected), "no connection (why)"},
      {broken(TransportFailure::not_resolved), "no such host (why)"},
      {broken(TransportFailure::not_trusted), "TLS failed (why)"},
      {broken(TransportFailure::broken_off), "the connection broke off (why)"},
      {broken(TransportFailure::unreadable), "the reply can't be read (why)"}};
  for (const auto& row : rows)
    CHECK(describe(row.result) == row.text);
}

TEST_CASE("A server's words are passed on up to a length that can be read") {
  const std::string words(5000, 'w');
  CHECK(describe(fleet_error(400, words)) == "HTTP 400: " + words.substr(0, 1024) + "…");
  CHECK(describe(reply(301, "", {{"location", words}})) ==
        "HTTP 301 to '" + words.substr(0, 1024) + "…'");
}

TEST_CASE("An error says what was attempted, how often, and what to try") {
  struct Row {
    HttpResult result;
    int attempts;
    ErrorKind kind;
    std::optional<int> status;
    const char* message;
  };

  const std::vector<Row> rows{
      {fleet_error(409, "no such unit"),
       1,
       ErrorKind::refused,
       409,
       "cannot do it: HTTP 409: no such unit"},
      {fleet_error(503, "no etcd"),
       11,
       ErrorKind::unavailable,
       503,
       "cannot do it: HTTP 503: no etcd (11 attempts)"},
      {reply(404, "404 page not found"),
       1,
       ErrorKind::refused,
       404,
       "cannot do it: HTTP 404; this is not a Fleet API (etcd, or a proxy?), check --endpoint"},
      {reply(401),
       1,
       ErrorKind::refused,
       401,
       "cannot do it: HTTP 401; a server in front of Fleet refuses us"},
      {reply(302, "", {{"Location", "/login"}}),
       1,
       ErrorKind::refused,
       302,
       "cannot do it: HTTP 302 to '/login'; redirects are not followed, check --endpoint"},
      {broken(TransportFailure::not_connected),
       3,
       ErrorKind::unavailable,
       std::nullopt,
       "cannot do it: no connection (why) (3 attempts); is fleetd's API socket there, and "
       "--endpoint right?"},
      {broken(TransportFailure::not_resolved),
       1,
       ErrorKind::unavailable,
       std::nullopt,
       "cannot do it: no such host (why); check the host in --endpoint"},
      {broken(TransportFailure::not_trusted),
       1,
       ErrorKind::unavailable,
       std::nullopt,
       "cannot do it: TLS failed (why); check --ca-file, --cert-file and --key-file"},
      {broken(TransportFailure::timed_out),
       2,
       ErrorKind::unavailable,
       std::nullopt,
       "cannot do it: no reply in time (why) (2 attempts)"}};
  for (const auto& row : rows) {
    const auto error = to_error(row.result, "do it", row.attempts);
    CHECK(error.message == row.message);
    CHECK(error.kind == row.kind);
    CHECK(error.http_status == row.status);
  }
}
