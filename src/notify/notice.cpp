#include "scale_fleet/notify/notice.hpp"

#include <fmt/format.h>

namespace scale_fleet {

std::string_view to_string(AlertName alertname) {
  switch (alertname) {
    case AlertName::scale_service:
      return "scale_service";
    case AlertName::scale_nodes:
      return "scale_nodes";
    case AlertName::reschedule_service:
      break;
  }
  return "reschedule_service";
}

std::string_view to_string(NoticeStatus status) {
  switch (status) {
    case NoticeStatus::success:
      return "success";
    case NoticeStatus::error:
      return "error";
    case NoticeStatus::pending:
      break;
  }
  return "pending";
}

std::string event_id(WallTime time, std::uint32_t random) {
  return fmt::format("{:011x}-{:08x}", time.time_since_epoch().count(), random);
}

Notice stamped(Notice notice, WallTime time, std::uint32_t random) {
  notice.event_id = event_id(time, random);
  notice.time = time;
  return notice;
}

}  // namespace scale_fleet
