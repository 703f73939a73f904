#include "commands/report_json.hpp"
#include "scale_fleet/commands/show_scale.hpp"

namespace scale_fleet {
namespace {

Json change_json(const Change& change) {
  Json object = {{"unit", change.step.unit},
                 {"action", to_string(change.step.action)},
                 {"reason", change.step.reason},
                 {"result", to_string(change.result)}};
  if (change.error) object["error"] = error_json(change.error);
  return object;
}

Json service_json(const ServiceReport& service) {
  Json changes = Json::array();
  for (const auto& change : service.changes)
    changes.push_back(change_json(change));
  Json object = {{"service", service.service},
                 {"desired", or_null(service.desired)},
                 {"before", or_null(service.before)},
                 {"after", or_null(service.after)},
                 {"status", to_string(service.status)},
                 {"changes", std::move(changes)},
                 {"left_alone", service.left_alone}};
  if (!service.other_text.empty()) object["other_text"] = service.other_text;
  if (service.error) object["error"] = error_json(service.error);
  return object;
}

}  // namespace

Json report_json(const ScaleReport& report) {
  Json services = Json::array();
  std::optional<Error> error = report.error;
  for (const auto& service : report.services) {
    services.push_back(service_json(service));
    if (!error) error = service.error;
    for (const auto& change : service.changes) {
      if (!error) error = change.error;
    }
  }
  return {{"status", to_string(report.status)},
          {"services", std::move(services)},
          {"error", error_json(error)}};
}

std::string scale_json(const ScaleReport& report) {
  return document_text(report_json(report));
}

}  // namespace scale_fleet
