#include "scale_fleet/daemon/event_notices.hpp"

#include <fmt/format.h>

#include "scale_fleet/notify/occasions.hpp"

namespace scale_fleet {
namespace {

bool is_down(const Event& event) {
  if (event.before && event.after && *event.before != *event.after)
    return *event.after < *event.before;
  return event.kind == EventKind::terminate;
}

ScaleDirection direction_of(const Event& event) {
  return is_down(event) ? ScaleDirection::down : ScaleDirection::up;
}

std::string shown_count(const std::optional<InstanceCount>& count) {
  return count ? std::to_string(*count) : "?";
}

/// What was done in Docker Scaler's words, and why in ours.
std::string summary_of(const Event& event, std::string done) {
  if (event.error) return event.error->message;
  return event.reason.empty() ? done : done + ": " + event.reason;
}

Notice notice_of_nodes(const Event& event, const std::string& group, std::string cloud) {
  const auto before = event.before.value_or(0);
  const auto after = event.after.value_or(before);
  ScaledNodes request{.group = std::move(cloud),
                      .direction = direction_of(event),
                      .by = after > before ? after - before : before - after,
                      .type = group};
  auto done = fmt::format("Changing the number of {} nodes on {} from {} to {}",
                          group,
                          request.group,
                          shown_count(event.before),
                          shown_count(event.after));
  return scaled_nodes(request,
                      event.error ? NoticeStatus::error : NoticeStatus::success,
                      summary_of(event, std::move(done)));
}

Notice notice_of_service(const Event& event, NoticeStatus status) {
  auto done = fmt::format("Scaling {} from {} to {} replicas",
                          event.service,
                          shown_count(event.before),
                          shown_count(event.after));
  return scaled_service(
      event.service, direction_of(event), status, summary_of(event, std::move(done)));
}

/// Of a whole turn, or of a demand that came to nothing.
Notice notice_of_failure(const Event& event) {
  return {.alertname = AlertName::scale_service,
          .service = event.service.empty() ? "cluster" : event.service,
          .request = event.service.empty() ? "Keep services as declared"
                                           : fmt::format("Scale service: {}", event.service),
          .status = NoticeStatus::error,
          .summary = event.error->message};
}

}  // namespace

std::optional<Notice> notice_of(const Event& event,
                                const std::function<std::string(const std::string&)>& cloud_of) {
  const auto status = event.error ? NoticeStatus::error : NoticeStatus::success;
  const bool is_quiet = event.kind == EventKind::no_op && !event.error;
  if (is_quiet) return std::nullopt;
  if (event.service.starts_with(nodes_event_prefix)) {
    const auto group = event.service.substr(nodes_event_prefix.size());
    return notice_of_nodes(event, group, cloud_of(group));
  }
  switch (event.kind) {
    case EventKind::launch:
    case EventKind::terminate:
      return notice_of_service(event, status);
    case EventKind::replace: {
      auto notice = notice_of_service(event, status);
      notice.request = fmt::format("Replace instances of service: {}", event.service);
      notice.summary = summary_of(
          event, fmt::format("{} instances of {} replaced", event.units.size(), event.service));
      return notice;
    }
    case EventKind::move:
      return rescheduled_service(
          event.service, status, summary_of(event, fmt::format("{} rescheduled", event.service)));
    case EventKind::no_op:
      return notice_of_failure(event);
  }
  return std::nullopt;
}

Outcome ToldEvents::record(const Event& event) {
  if (auto notice = notice_of(event, cloud_of_)) tell_(*std::move(notice));
  return below_.record(event);
}

}  // namespace scale_fleet
