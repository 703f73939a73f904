#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// What kind of request a notice is about: Docker Scaler's names of its alerts, by which its users'
/// Alertmanagers route.
enum class AlertName { scale_service, scale_nodes, reschedule_service };
std::string_view to_string(AlertName alertname);

enum class NoticeStatus { success, error, pending };
std::string_view to_string(NoticeStatus status);

/// What was done, or wasn't, for people. Its texts are one line each; what isn't UTF-8 or can't be
/// shown in them is sent as `\xNN`.
struct Notice {
  AlertName alertname = AlertName::scale_service;
  std::string service;  ///< What it is about: a service's name, `aws`, `reschedule`, `bad_request`.
  std::string request;  ///< What was asked: `Scale service up: web`.
  NoticeStatus status = NoticeStatus::success;
  std::string summary;   ///< What became of it: `Scaling web from 2 to 3 replicas`.
  std::string event_id;  ///< Its own; Alertmanager takes two alerts with the same labels for one.
  WallTime time;         ///< When it happened.

  bool operator==(const Notice&) const = default;
};

/// `19abcdef012-89abcdef`: the moment in milliseconds since 1970 and the random number, both
/// hexadecimal. Another one each time, and in the order of the time.
std::string event_id(WallTime time, std::uint32_t random);

/// The notice as of this moment, with an event_id of its own.
Notice stamped(Notice notice, WallTime time, std::uint32_t random);

}  // namespace scale_fleet
