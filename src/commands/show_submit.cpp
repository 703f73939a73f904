#include <fmt/format.h>

#include "commands/json_text.hpp"
#include "scale_fleet/commands/submit_command.hpp"

namespace scale_fleet {

std::string_view to_string(SubmitResult result) {
  switch (result) {
    case SubmitResult::unchanged:
      return "unchanged";
    case SubmitResult::planned:
      return "planned";
    case SubmitResult::submitted:
      return "submitted";
    case SubmitResult::replaced:
      return "replaced";
    case SubmitResult::refused:
      return "refused";
    case SubmitResult::failed:
      return "failed";
    case SubmitResult::skipped:
      return "skipped";
  }
  return "";
}

std::string submit_text(const SubmitReport& report) {
  std::string text;
  for (const auto& submission : report.submissions) {
    switch (submission.result) {
      case SubmitResult::submitted:
      case SubmitResult::replaced:
        text += fmt::format("Unit {} inactive\n", submission.unit);
        break;
      case SubmitResult::unchanged:
        text += fmt::format("Unit {} is there already, with the same text\n", submission.unit);
        break;
      case SubmitResult::planned:
        text += fmt::format("Unit {} would be submitted\n", submission.unit);
        break;
      case SubmitResult::refused:
      case SubmitResult::failed:
      case SubmitResult::skipped:
        break;
    }
  }
  return text;
}

std::string submit_json(const SubmitReport& report) {
  Json units = Json::array();
  for (const auto& submission : report.submissions) {
    Json unit = {{"unit", submission.unit},
                 {"result", to_string(submission.result)},
                 {"drifted_instances", or_null(submission.drifted)}};
    if (submission.error) unit["error"] = error_json(submission.error);
    units.push_back(std::move(unit));
  }
  return document_text({{"units", std::move(units)}, {"error", error_json(report.error)}});
}

}  // namespace scale_fleet
