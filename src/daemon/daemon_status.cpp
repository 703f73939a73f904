#include "scale_fleet/daemon/daemon_status.hpp"

#include "daemon/stored_json.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

Json moment(const std::optional<WallTime>& time) {
  return time ? Json(format_wall_time(*time)) : Json(nullptr);
}

double seconds_of(Millis span) {
  return static_cast<double>(span.count()) / 1000;
}

Json trouble_json(const std::optional<Error>& error) {
  return error ? Json{{"message", error->message}} : Json(nullptr);
}

Json cooldown_json(const std::optional<CoolDown>& cooldown, WallTime now) {
  if (!cooldown || cooldown->until <= now) return nullptr;
  return {{"until", format_wall_time(cooldown->until)},
          {"remaining_seconds", seconds_of(cooldown->until - now)},
          {"because", cooldown->because}};
}

Json pause_json(const std::optional<Pause>& pause, WallTime now) {
  if (!pause || (pause->until && *pause->until <= now)) return nullptr;
  return {{"down_only", pause->down_only}, {"until", moment(pause->until)}};
}

/// Of an alert or a program that is being carried out.
Json demand_json(const std::optional<KeptDemand>& carrying) {
  if (!carrying) return nullptr;
  return {{"asked_by", carrying->demand.asked_by}, {"count", or_null(carrying->demand.count)}};
}

Json shown_decision(const RememberedDecision& decision) {
  return {{"time", format_wall_time(decision.time)},
          {"before", decision.before},
          {"count", decision.count},
          {"direction", to_string(decision.direction)},
          {"kind", to_string(decision.kind)},
          {"asked_by", decision.asked_by},
          {"reasons", decision.reasons},
          {"limits", decision.limits}};
}

Json service_json(const KeptServiceStatus& service, WallTime now) {
  auto decisions = Json::array();
  for (const auto& decision : service.decisions)
    decisions.push_back(shown_decision(decision));
  return {{"service", service.service},
          {"current", or_null(service.current)},
          {"well", or_null(service.well)},
          {"wanted", or_null(service.wanted)},
          {"min", service.min},
          {"max", or_null(service.max)},
          {"desired_key", or_null(service.desired)},
          {"cooldown_up", cooldown_json(service.cooldown_up, now)},
          {"cooldown_down", cooldown_json(service.cooldown_down, now)},
          {"pause", pause_json(service.pause, now)},
          {"demand", demand_json(service.carrying)},
          {"waiting", service.waiting},
          {"under_way", or_null(service.under_way)},
          {"trouble", trouble_json(service.trouble)},
          {"next_try", moment(service.next_try)},
          {"decisions", decisions}};
}

}  // namespace

std::string status_document(const DaemonStatus& status) {
  auto services = Json::array();
  for (const auto& service : status.services)
    services.push_back(service_json(service, status.now));
  auto nodes = Json::array();
  for (const auto& group : status.nodes) {
    nodes.push_back(service_json(group, status.now));
    nodes.back()["cloud"] = group.cloud;
  }
  const Json document{{"daemon",
                       {{"version", status.version},
                        {"file", status.file},
                        {"now", format_wall_time(status.now)},
                        {"started", format_wall_time(status.started)},
                        {"interval_seconds", seconds_of(status.interval)},
                        {"leader", status.is_leader},
                        {"dry_run", status.is_dry_run},
                        {"last_good_look", moment(status.last_good_look)},
                        {"trouble", trouble_json(status.trouble)},
                        {"file_error", or_null(status.file_error)}}},
                      {"services", services},
                      {"nodes", nodes}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace scale_fleet
