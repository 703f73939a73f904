#include "notify/alertmanager_alerts.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

/// Of one label or annotation. Alertmanager has no limit, but whoever reads them has.
constexpr std::size_t longest_alert_text = 8192;

std::string alert_text(std::string_view text) {
  return printable_start(text, longest_alert_text);
}

nlohmann::json alert_of(const Notice& notice, WallTime sent, Millis lasts) {
  return {{"labels",
           {{"alertname", to_string(notice.alertname)},
            {"service", alert_text(notice.service)},
            {"status", to_string(notice.status)},
            {"event_id", alert_text(notice.event_id)}}},
          {"annotations",
           {{"summary", alert_text(notice.summary)}, {"request", alert_text(notice.request)}}},
          {"startsAt", format_wall_time(notice.time)},
          // An end before the start is refused, and this machine's calendar may have been put back.
          {"endsAt", format_wall_time(std::max(sent, notice.time) + lasts)}};
}

}  // namespace

std::string alertmanager_alerts(const std::vector<Notice>& notices, WallTime sent, Millis lasts) {
  auto alerts = nlohmann::json::array();
  for (const auto& notice : notices)
    alerts.push_back(alert_of(notice, sent, lasts));
  return alerts.dump();
}

}  // namespace scale_fleet
