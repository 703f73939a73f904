#include "fleet/write_attempt.hpp"

#include <sstream>

#include "fleet/http_results.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Kind = Write::Kind;

Write write_of(Kind kind) {
  return {.kind = kind,
          .unit = "my_app@3.service",
          .state = kind == Kind::set_state ? JobState::loaded : JobState::launched,
          .options = std::make_shared<const UnitOptions>(plain_options())};
}

HttpResult unit_reply(JobState state, const UnitOptions& options) {
  return reply(
      200, write_unit({.name = "my_app@3.service", .options = options, .desired_state = state}));
}

/// A reply by a word: a status, a failure of the transport, or a unit that a look finds.
HttpResult reply_named(const std::string& word) {
  if (word == "timeout") return broken(TransportFailure::timed_out);
  if (word == "reset") return broken(TransportFailure::broken_off);
  if (word == "garbage") return broken(TransportFailure::unreadable);
  if (word == "refused") return broken(TransportFailure::not_connected);
  if (word == "nohost") return broken(TransportFailure::not_resolved);
  if (word == "tls") return broken(TransportFailure::not_trusted);
  if (word == "launched") return unit_reply(JobState::launched, plain_options());
  if (word == "loaded") return unit_reply(JobState::loaded, plain_options());
  if (word == "stranger") return unit_reply(JobState::launched, {{"Service", "ExecStart", "/x"}});
  if (word == "html") return reply(200, "<html></html>");
  if (word == "html404") return reply(404, "<html></html>");
  const auto status = std::stoi(word);
  return reply(status, status >= 400 ? write_error(status, "so said Fleet") : "");
}

std::string_view word_of(WriteEnd::Result result) {
  switch (result) {
    case WriteEnd::Result::done:
      return "done";
    case WriteEnd::Result::failed:
      return "failed";
    case WriteEnd::Result::skipped:
      break;
  }
  return "skipped";
}

/// What an attempt sends and how it ends: `PUT GET done`.
std::string course_of(WriteAttempt& attempt, const std::string& replies) {
  std::string course;
  std::istringstream words(replies);
  for (std::string word; words >> word;) {
    course += attempt.request().method + " ";
    const auto next = attempt.on_reply(reply_named(word), 0.5);
    CHECK(next.error.has_value() == (next.ended == WriteEnd::Result::failed));
    if (next.ended) return course + std::string(word_of(*next.ended));
  }
  return course + "then " + attempt.request().method;
}

std::string course_of(Kind kind, const std::string& replies, int retries = 10) {
  const auto write = write_of(kind);
  WriteAttempt attempt(write, {.retries = retries});
  return course_of(attempt, replies);
}

struct Course {
  const char* replies;
  const char* course;
};

void check_courses(Kind kind, const std::vector<Course>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.replies);
    CHECK(course_of(kind, row.replies) == row.course);
  }
}

}  // namespace

TEST_CASE("Each kind of write is the request that Fleet knows for it") {
  struct RequestRow {
    Kind kind;
    const char* method;
    bool has_options;
    const char* state;
  };

  for (const auto& row : std::vector<RequestRow>{{Kind::create, "PUT", true, "launched"},
                                                 {Kind::replace, "PUT", true, "launched"},
                                                 {Kind::set_state, "PUT", false, "loaded"}}) {
    const auto write = write_of(row.kind);
    const auto request = WriteAttempt(write, {}).request();
    CHECK(request.method == row.method);
    CHECK(request.target == "/fleet/v1/units/my_app%403.service");
    CHECK(request.headers == std::vector<Header>{{"Content-Type", "application/json"}});
    CHECK(request.body == write_put_body(*parse_job_state(row.state),
                                         row.has_options ? write.options.get() : nullptr));
    CHECK_FALSE(request.on_fresh_connection);
  }
  const auto write = write_of(Kind::destroy);
  const auto request = WriteAttempt(write, {}).request();
  CHECK(request.method == "DELETE");
  CHECK(request.body.empty());
}

TEST_CASE("A creation goes on as the replies tell") {
  check_courses(Kind::create,
                {{"201", "PUT done"},
                 {"204", "PUT done"},
                 {"200", "PUT done"},
                 {"400", "PUT failed"},
                 {"404", "PUT failed"},
                 {"409", "PUT failed"},
                 {"415", "PUT failed"},
                 {"301", "PUT failed"},
                 {"nohost", "PUT failed"},
                 {"tls", "PUT failed"},
                 {"503 503 201", "PUT PUT PUT done"},
                 {"refused 201", "PUT PUT done"},
                 {"timeout launched", "PUT GET done"},
                 {"reset launched", "PUT GET done"},
                 {"garbage launched", "PUT GET done"},
                 {"500 launched", "PUT GET done"},
                 {"timeout 404 201", "PUT GET PUT done"},
                 {"timeout loaded 204", "PUT GET PUT done"},
                 {"timeout stranger", "PUT GET failed"},
                 {"timeout timeout 503 refused html 404 201", "PUT GET GET GET GET GET PUT done"},
                 {"timeout html404", "PUT GET failed"},
                 {"timeout 403", "PUT GET failed"},
                 {"timeout nohost", "PUT GET failed"},
                 {"timeout 404 timeout launched", "PUT GET PUT GET done"}});
}

TEST_CASE("A state is set as the replies tell") {
  check_courses(Kind::set_state,
                {{"204", "PUT done"},
                 {"409", "PUT failed"},
                 {"404", "PUT failed"},
                 {"503 204", "PUT PUT done"},
                 {"500 loaded", "PUT GET done"},
                 {"500 launched 204", "PUT GET PUT done"},
                 {"500 404", "PUT GET failed"}});
}

TEST_CASE("A unit is destroyed as the replies tell") {
  check_courses(Kind::destroy,
                {{"204", "DELETE done"},
                 {"404", "DELETE done"},
                 {"html404", "DELETE failed"},
                 {"405", "DELETE failed"},
                 {"503 404", "DELETE DELETE done"},
                 {"refused 204", "DELETE DELETE done"},
                 {"500 404", "DELETE GET done"},
                 {"timeout launched 204", "DELETE GET DELETE done"},
                 {"timeout launched 404", "DELETE GET DELETE done"},
                 {"reset html404", "DELETE GET failed"}});
}

TEST_CASE("A template is replaced as the replies tell") {
  check_courses(Kind::replace,
                {{"204", "PUT done"},
                 {"timeout launched", "PUT GET done"},
                 {"timeout stranger 204", "PUT GET PUT done"},
                 {"timeout loaded 204", "PUT GET PUT done"},
                 {"timeout 404 201", "PUT GET PUT done"}});
}

TEST_CASE("The retries that are allowed are all taken, and no more") {
  CHECK(course_of(Kind::create, "503 503 503 503", 2) == "PUT PUT PUT failed");
  CHECK(course_of(Kind::create, "503 503 201", 2) == "PUT PUT PUT done");
  CHECK(course_of(Kind::create, "timeout timeout timeout timeout", 2) == "PUT GET GET failed");
  CHECK(course_of(Kind::create, "timeout 404 timeout 404 timeout launched", 2) ==
        "PUT GET PUT GET PUT failed");
  CHECK(course_of(Kind::destroy, "timeout", 0) == "DELETE failed");
}

TEST_CASE("A failure is waited after, and a look that answers isn't") {
  const auto write = write_of(Kind::create);
  WriteAttempt attempt(write, {.retries = 3, .base = 500ms, .cap = 10s});
  const auto failed = attempt.on_reply(reply_named("timeout"), 0.0);
  CHECK(failed.delay == 250ms);
  CHECK(failed.retry_reason ==
        "my_app@3.service: no reply in time (why); trying again in 0.2 s (attempt 2 of 4)");
  CHECK(attempt.request().on_fresh_connection);
  const auto looked = attempt.on_reply(reply_named("404"), 0.0);
  CHECK(looked.delay == 0s);
  CHECK(looked.retry_reason.empty());
  auto busy = reply(503);
  busy->headers = {{"retry-after", "7"}};
  CHECK(attempt.on_reply(busy, 0.0).delay == 7s);
}

TEST_CASE("An error says what was done to which unit, and what Fleet said") {
  struct ErrorRow {
    Kind kind;
    const char* replies;
    const char* message;
    ErrorKind error;
    std::optional<int> status;
  };

  const std::vector<ErrorRow> rows{
      {Kind::create,
       "400",
       "cannot create my_app@3.service: HTTP 400: so said Fleet",
       ErrorKind::refused,
       400},
      {Kind::set_state,
       "409",
       "cannot set my_app@3.service to loaded: HTTP 409: so said Fleet",
       ErrorKind::refused,
       409},
      {Kind::destroy,
       "503 503",
       "cannot destroy my_app@3.service: HTTP 503: so said Fleet (2 attempts)",
       ErrorKind::unavailable,
       503},
      {Kind::set_state,
       "timeout 404",
       "cannot set my_app@3.service to loaded: somebody destroyed it meanwhile",
       ErrorKind::refused,
       std::nullopt},
      {Kind::create,
       "timeout stranger",
       "cannot create my_app@3.service: somebody else created it meanwhile, with other options; it "
       "was left as it is",
       ErrorKind::refused,
       std::nullopt}};
  for (const auto& row : rows) {
    CAPTURE(row.message);
    const auto write = write_of(row.kind);
    WriteAttempt attempt(write, {.retries = 1});
    std::istringstream words(row.replies);
    std::optional<Error> error;
    for (std::string word; words >> word;)
      error = attempt.on_reply(reply_named(word), 0.5).error;
    REQUIRE(error);
    CHECK(error->message == row.message);
    CHECK(error->kind == row.error);
    CHECK(error->http_status == row.status);
  }
}

TEST_CASE("After a signal only a look at what may have happened remains") {
  struct StopRow {
    const char* before;
    bool remains;
    const char* replies;
    const char* course;
  };

  // The replies to what is in flight when the signal comes, or to the look that remains.
  const std::vector<StopRow> rows{{"", false, "201", "PUT done"},
                                  {"", false, "503", "PUT skipped"},
                                  {"", false, "refused", "PUT skipped"},
                                  {"", false, "timeout", "PUT failed"},
                                  {"", false, "409", "PUT failed"},
                                  {"503", false, "201", "PUT done"},
                                  {"timeout", true, "launched", "GET done"},
                                  {"timeout", true, "404", "GET failed"},
                                  {"timeout", true, "loaded", "GET failed"},
                                  {"timeout", true, "stranger", "GET failed"},
                                  {"timeout", true, "timeout", "GET failed"},
                                  {"timeout 404", false, "201", "PUT done"}};
  for (const auto& row : rows) {
    CAPTURE(row.before, row.replies);
    const auto write = write_of(Kind::create);
    WriteAttempt attempt(write, {});
    course_of(attempt, row.before);
    CHECK(attempt.stop() == row.remains);
    CHECK(course_of(attempt, row.replies) == row.course);
  }
}
