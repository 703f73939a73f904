#include "scale_fleet/commands/show_scale.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

Change change_of(Action action, const std::string& unit, StepResult result) {
  return {.step = {.action = action, .unit = unit, .reason = "so it is"}, .result = result};
}

Change created(const std::string& unit, const std::string& location) {
  auto change = change_of(Action::create, unit, StepResult::done);
  change.current_state = JobState::launched;
  change.location = location;
  return change;
}

ScaleReport report_of(ScaleStatus status, std::vector<Change> changes, InstanceCount after) {
  ServiceReport service{.service = "my_app",
                        .desired = 5,
                        .before = 2,
                        .after = after,
                        .status = status,
                        .changes = std::move(changes)};
  return {.status = status, .services = {std::move(service)}};
}

}  // namespace

TEST_CASE("Each change is a line in fleetctl's words, then the counts") {
  struct Row {
    ScaleStatus status;
    std::vector<Change> changes;
    InstanceCount after;
    const char* text;
  };

  auto idle = created("my_app@3.service", "");
  idle.current_state = JobState::loaded;
  const std::vector<Row> rows{
      {ScaleStatus::unchanged, {}, 2, "my_app: 2 -> 2\n"},
      {ScaleStatus::converged,
       {created("my_app@3.service", "3d1219c7.../127.0.0.1")},
       3,
       "Unit my_app@3.service launched on 3d1219c7.../127.0.0.1\nmy_app: 2 -> 3\n"},
      {ScaleStatus::converged,
       {change_of(Action::destroy, "my_app@2.service", StepResult::done)},
       1,
       "Destroyed my_app@2.service\nmy_app: 2 -> 1\n"},
      {ScaleStatus::accepted,
       {change_of(Action::create, "my_app@3.service", StepResult::done),
        change_of(Action::launch, "my_app@1.service", StepResult::done)},
       3,
       "Triggered unit my_app@3.service start\nTriggered unit my_app@1.service start\n"
       "my_app: 2 -> 3\n"},
      {ScaleStatus::converged,
       {change_of(Action::create, "my_app@.service", StepResult::done)},
       2,
       "Unit my_app@.service inactive\nmy_app: 2 -> 2\n"},
      {ScaleStatus::timed_out, {idle}, 3, "Unit my_app@3.service loaded\nmy_app: 2 -> 3\n"},
      {ScaleStatus::failed,
       {change_of(Action::create, "my_app@3.service", StepResult::failed),
        change_of(Action::create, "my_app@4.service", StepResult::skipped)},
       2,
       "my_app: 2 -> 2\n"},
      {ScaleStatus::overridden, {}, 7, "my_app: 2 -> 7\n"},
      {ScaleStatus::interrupted,
       {change_of(Action::destroy, "my_app@2.service", StepResult::done)},
       1,
       "Destroyed my_app@2.service\nmy_app: 2 -> 1\n"},
      {ScaleStatus::planned,
       {change_of(Action::create, "my_app@3.service", StepResult::planned),
        change_of(Action::destroy, "my_app@9.service", StepResult::planned)},
       2,
       "create my_app@3.service: so it is\ndestroy my_app@9.service: so it is\n"
       "my_app: 2 -> 5 (planned)\n"}};
  for (const auto& row : rows) {
    CAPTURE(to_string(row.status));
    CHECK(scale_text(report_of(row.status, row.changes, row.after)) == row.text);
  }
}

TEST_CASE("Of a cluster that could not be read no count is said") {
  auto report = report_of(ScaleStatus::failed, {}, 2);
  report.services[0].after.reset();
  CHECK(scale_text(report) == "my_app: 2 -> unknown\n");
  report.services[0].before.reset();
  CHECK(scale_text(report).empty());
}

TEST_CASE("Of wishes that weren't begun because of another there is nothing to answer") {
  auto report = report_of(ScaleStatus::planned,
                          {change_of(Action::create, "my_app@3.service", StepResult::skipped)},
                          2);
  CHECK(scale_text(report) == "my_app: 2 -> 5 (planned)\n");
  report.error = Error{.kind = ErrorKind::not_found, .message = "no template"};
  CHECK(scale_text(report).empty());
}

TEST_CASE("Every error is said once") {
  auto report = report_of(ScaleStatus::failed,
                          {change_of(Action::create, "my_app@3.service", StepResult::failed),
                           change_of(Action::create, "my_app@4.service", StepResult::failed)},
                          2);
  report.services[0].changes[0].error = Error{.message = "no"};
  report.services[0].changes[1].error = Error{.message = "no"};
  report.services[0].error = Error{.message = "it is not as asked"};
  report.error = Error{.message = "no"};
  CHECK(scale_errors(report) == std::vector<std::string>{"it is not as asked", "no"});
  CHECK(scale_errors(report_of(ScaleStatus::converged, {}, 2)).empty());
}

TEST_CASE("The document is as the contract gives it, letter by letter") {
  auto report = report_of(ScaleStatus::converged, {created("my_app@3.service", "")}, 3);
  report.services[0].left_alone = {"my_app@blue.service"};
  CHECK(scale_json(report) == R"({
  "status": "converged",
  "services": [
    {
      "service": "my_app",
      "desired": 5,
      "before": 2,
      "after": 3,
      "status": "converged",
      "changes": [
        {
          "unit": "my_app@3.service",
          "action": "create",
          "reason": "so it is",
          "result": "done"
        }
      ],
      "left_alone": [
        "my_app@blue.service"
      ]
    }
  ],
  "error": null
}
)");
}

TEST_CASE("A document shows a terminal nothing that it obeys") {
  auto report = report_of(ScaleStatus::converged, {}, 3);
  report.services[0].left_alone = {"a\x1b[2J", "b\x7f", "c\xc2\x9b[m", "d\xe2\x80\xae"};
  const auto text = scale_json(report);
  CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(nlohmann::json::parse(text)["services"][0]["left_alone"] == report.services[0].left_alone);
}

TEST_CASE("Every status is a document, with what is unknown as null") {
  for (const auto status : {ScaleStatus::unchanged,
                            ScaleStatus::planned,
                            ScaleStatus::accepted,
                            ScaleStatus::converged,
                            ScaleStatus::failed,
                            ScaleStatus::timed_out,
                            ScaleStatus::overridden,
                            ScaleStatus::precondition_failed,
                            ScaleStatus::interrupted}) {
    auto report = report_of(status, {}, 2);
    report.services[0].desired.reset();
    report.services[0].before.reset();
    report.services[0].after.reset();
    const auto document = nlohmann::json::parse(scale_json(report));
    CHECK(document["status"] == to_string(status));
    const auto& service = document["services"][0];
    CHECK(service["status"] == to_string(status));
    CHECK(service["desired"].is_null());
    CHECK(service["before"].is_null());
    CHECK(service["after"].is_null());
    CHECK(service["changes"] == nlohmann::json::array());
    CHECK(service["left_alone"] == nlohmann::json::array());
    CHECK(document["error"].is_null());
  }
  CHECK(nlohmann::json::parse(scale_json({}))["services"] == nlohmann::json::array());
}

TEST_CASE("The first error stands in the document's error, with what Fleet answered") {
  auto report = report_of(
      ScaleStatus::failed, {change_of(Action::create, "my_app@3.service", StepResult::failed)}, 2);
  report.services[0].changes[0].error =
      Error{.kind = ErrorKind::refused, .message = "bad \xff", .http_status = 400};
  const auto document = nlohmann::json::parse(scale_json(report));
  const auto& change = document["services"][0]["changes"][0];
  CHECK(change["result"] == "failed");
  CHECK(change["error"]["message"] == "bad \xef\xbf\xbd");
  CHECK(change["error"]["http_status"] == 400);
  CHECK(document["error"] == change["error"]);
  report.services[0].error = Error{.message = "of the service"};
  CHECK(nlohmann::json::parse(scale_json(report))["error"]["message"] == "of the service");
  report.error = Error{.message = "of the run"};
  const auto whole = nlohmann::json::parse(scale_json(report));
  CHECK(whole["error"]["message"] == "of the run");
  CHECK_FALSE(whole["error"].contains("http_status"));
  CHECK(whole["services"][0]["error"]["message"] == "of the service");
}
