#include "scale_fleet/core/scale_report.hpp"

#include <algorithm>

namespace scale_fleet {

std::string_view to_string(ScaleStatus status) {
  switch (status) {
    case ScaleStatus::unchanged:
      return "unchanged";
    case ScaleStatus::planned:
      return "planned";
    case ScaleStatus::converged:
      return "converged";
    case ScaleStatus::accepted:
      return "accepted";
    case ScaleStatus::overridden:
      return "overridden";
    case ScaleStatus::precondition_failed:
      return "precondition_failed";
    case ScaleStatus::timed_out:
      return "timed_out";
    case ScaleStatus::failed:
      return "failed";
    case ScaleStatus::interrupted:
      return "interrupted";
  }
  return "";
}

std::string_view to_string(StepResult result) {
  switch (result) {
    case StepResult::planned:
      return "planned";
    case StepResult::done:
      return "done";
    case StepResult::failed:
      return "failed";
    case StepResult::skipped:
      return "skipped";
  }
  return "";
}

ScaleStatus status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::precondition:
      return ScaleStatus::precondition_failed;
    case ErrorKind::interrupted:
      return ScaleStatus::interrupted;
    case ErrorKind::timed_out:
      return ScaleStatus::timed_out;
    case ErrorKind::usage:
    case ErrorKind::not_found:
    case ErrorKind::refused:
    case ErrorKind::unavailable:
      break;
  }
  return ScaleStatus::failed;
}

ScaleStatus overall_status(const ScaleReport& report) {
  auto worst = report.error ? status_of(report.error->kind) : ScaleStatus::unchanged;
  for (const auto& service : report.services)
    worst = std::max(worst, service.status);
  return worst;
}

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return ExitCode::usage;
    case ErrorKind::precondition:
      return ExitCode::precondition;
    case ErrorKind::timed_out:
      return ExitCode::timed_out;
    case ErrorKind::not_found:
    case ErrorKind::refused:
    case ErrorKind::unavailable:
    case ErrorKind::interrupted:
      break;
  }
  return ExitCode::not_as_asked;
}

ExitCode exit_code_of(ScaleStatus status, bool changes_are_three) {
  switch (status) {
    case ScaleStatus::unchanged:
    case ScaleStatus::converged:
    case ScaleStatus::accepted:
      return ExitCode::as_asked;
    case ScaleStatus::planned:
      return changes_are_three ? ExitCode::changes_to_make : ExitCode::as_asked;
    case ScaleStatus::timed_out:
      return ExitCode::timed_out;
    case ScaleStatus::precondition_failed:
      return ExitCode::precondition;
    case ScaleStatus::overridden:
    case ScaleStatus::failed:
    case ScaleStatus::interrupted:
      break;
  }
  return ExitCode::not_as_asked;
}

}  // namespace scale_fleet
