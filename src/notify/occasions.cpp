#include "scale_fleet/notify/occasions.hpp"

#include <utility>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr const char* about_rescheduling = "reschedule";

Notice about_reschedule(AlertName alertname,
                        std::string request,
                        NoticeStatus status,
                        std::string summary) {
  return {.alertname = alertname,
          .service = about_rescheduling,
          .request = std::move(request),
          .status = status,
          .summary = std::move(summary)};
}

}  // namespace

std::string_view to_string(ScaleDirection direction) {
  return direction == ScaleDirection::up ? "up" : "down";
}

Notice bad_request(AlertName alertname, std::string summary, std::string about) {
  return {.alertname = alertname,
          .service = std::move(about),
          .request = "Incorrect request",
          .status = NoticeStatus::error,
          .summary = std::move(summary)};
}

Notice scaled_service(std::string service,
                      ScaleDirection direction,
                      NoticeStatus status,
                      std::string summary) {
  auto request = fmt::format("Scale service {}: {}", to_string(direction), service);
  return {.alertname = AlertName::scale_service,
          .service = std::move(service),
          .request = std::move(request),
          .status = status,
          .summary = std::move(summary)};
}

Notice scaled_nodes(const ScaledNodes& request, NoticeStatus status, std::string summary) {
  return {.alertname = AlertName::scale_nodes,
          .service = request.group,
          .request = fmt::format("Scale nodes {} on: {}, by: {}, type: {}",
                                 to_string(request.direction),
                                 request.group,
                                 request.by,
                                 request.type),
          .status = status,
          .summary = std::move(summary)};
}

Notice about_to_wait_for_nodes(std::string summary) {
  return about_reschedule(
      AlertName::scale_nodes, "Wait to reschedule", NoticeStatus::pending, std::move(summary));
}

Notice waiting_for_nodes(NoticeStatus status, std::string summary) {
  return about_reschedule(
      AlertName::reschedule_service, "Waiting for nodes to scale", status, std::move(summary));
}

Notice nodes_came_up(const std::string& summary) {
  return about_reschedule(AlertName::reschedule_service, summary, NoticeStatus::success, summary);
}

Notice rescheduled_all(NoticeStatus status, std::string summary) {
  return about_reschedule(AlertName::reschedule_service,
                          "Rescheduling all labeled services",
                          status,
                          std::move(summary));
}

Notice rescheduled_service(std::string_view service, NoticeStatus status, std::string summary) {
  return about_reschedule(AlertName::reschedule_service,
                          fmt::format("Rescheduling service: {}", service),
                          status,
                          std::move(summary));
}

bool is_worth_a_notice(ScaleEnd end, bool tell_at_min, bool tell_at_max) {
  switch (end) {
    case ScaleEnd::changed:
    case ScaleEnd::failed:
      return true;
    case ScaleEnd::at_min:
      return tell_at_min;
    case ScaleEnd::at_max:
      return tell_at_max;
    case ScaleEnd::no_need:
      break;
  }
  return false;
}

}  // namespace scale_fleet
