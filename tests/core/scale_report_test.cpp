#include "scale_fleet/core/scale_report.hpp"

#include <set>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

ScaleReport report_of(const std::vector<ScaleStatus>& statuses,
                      std::optional<Error> error = std::nullopt) {
  ScaleReport report{.error = std::move(error)};
  for (const auto status : statuses)
    report.services.push_back({.service = "my_app", .status = status});
  return report;
}

}  // namespace

TEST_CASE("Each status has its word and its exit code") {
  struct Row {
    ScaleStatus status;
    const char* word;
    int exit_code;
    int detailed;
  };

  const std::vector<Row> rows{{ScaleStatus::unchanged, "unchanged", 0, 0},
                              {ScaleStatus::planned, "planned", 0, 3},
                              {ScaleStatus::converged, "converged", 0, 0},
                              {ScaleStatus::accepted, "accepted", 0, 0},
                              {ScaleStatus::overridden, "overridden", 1, 1},
                              {ScaleStatus::precondition_failed, "precondition_failed", 5, 5},
                              {ScaleStatus::timed_out, "timed_out", 4, 4},
                              {ScaleStatus::failed, "failed", 1, 1},
                              {ScaleStatus::interrupted, "interrupted", 1, 1}};
  for (const auto& row : rows) {
    CAPTURE(row.word);
    CHECK(to_string(row.status) == row.word);
    CHECK(static_cast<int>(exit_code_of(row.status, false)) == row.exit_code);
    CHECK(static_cast<int>(exit_code_of(row.status, true)) == row.detailed);
  }
}

TEST_CASE("Each kind of error has its exit code, and makes a status with the same code") {
  struct Row {
    ErrorKind kind;
    int exit_code;
    ScaleStatus status;
  };

  const std::vector<Row> rows{{ErrorKind::not_found, 1, ScaleStatus::failed},
                              {ErrorKind::refused, 1, ScaleStatus::failed},
                              {ErrorKind::unavailable, 1, ScaleStatus::failed},
                              {ErrorKind::timed_out, 4, ScaleStatus::timed_out},
                              {ErrorKind::precondition, 5, ScaleStatus::precondition_failed},
                              {ErrorKind::interrupted, 1, ScaleStatus::interrupted}};
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.kind));
    CHECK(static_cast<int>(exit_code_of(row.kind)) == row.exit_code);
    CHECK(status_of(row.kind) == row.status);
    CHECK(exit_code_of(status_of(row.kind), false) == exit_code_of(row.kind));
  }
  CHECK(exit_code_of(ErrorKind::usage) == ExitCode::usage);
  CHECK(exit_code_of_signal(2) == 130);
  CHECK(exit_code_of_signal(15) == 143);
}

TEST_CASE("Of several services the worst status is the run's") {
  using S = ScaleStatus;
  CHECK(overall_status(report_of({})) == S::unchanged);
  CHECK(overall_status(report_of({S::unchanged})) == S::unchanged);
  CHECK(overall_status(report_of({S::converged, S::unchanged})) == S::converged);
  CHECK(overall_status(report_of({S::converged, S::failed, S::timed_out})) == S::failed);
  CHECK(overall_status(report_of({S::interrupted, S::failed})) == S::interrupted);
  CHECK(overall_status(report_of({S::unchanged, S::planned})) == S::planned);
}

TEST_CASE("An error of the whole run counts beside its services' statuses") {
  using S = ScaleStatus;
  const Error refused{.kind = ErrorKind::refused, .message = "no"};
  const Error interrupted{.kind = ErrorKind::interrupted, .message = "stop"};
  CHECK(overall_status(report_of({}, refused)) == S::failed);
  CHECK(overall_status(report_of({S::planned, S::unchanged}, refused)) == S::failed);
  CHECK(overall_status(report_of({S::failed}, interrupted)) == S::interrupted);
  CHECK(overall_status(report_of({S::interrupted}, refused)) == S::interrupted);
}

TEST_CASE("Results of steps and their actions have distinct words") {
  std::set<std::string_view> words;
  for (const auto result :
       {StepResult::planned, StepResult::done, StepResult::failed, StepResult::skipped})
    words.insert(to_string(result));
  CHECK(words == std::set<std::string_view>{"planned", "done", "failed", "skipped"});
  CHECK(to_string(Action::create) == "create");
  CHECK(to_string(Action::launch) == "launch");
  CHECK(to_string(Action::destroy) == "destroy");
  CHECK(to_string(Action::replace) == "replace");
}
