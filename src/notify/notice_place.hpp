#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/notify/notice.hpp"

namespace scale_fleet {

/// Somebody who is told: where, in which form, and how its replies are put into words.
struct NoticePlace {
  std::string name;          ///< As in NoticeCounts: `slack`.
  std::string display_name;  ///< For people, with no secret in it: `Slack at hooks.slack.com`.
  Endpoint endpoint;
  std::size_t at_once = 1;  ///< Notices that one request may hold.
  std::function<HttpRequest(const std::vector<Notice>& notices, WallTime sent)> request;
  std::function<std::string(const HttpResponse&)> describe;  ///< With no secret in it.
};

/// The error is ErrorKind::usage and doesn't show the URL.
Result<NoticePlace> slack_place(const std::string& url);

/// The error is ErrorKind::usage.
Result<NoticePlace> alertmanager_place(const std::string& url, Millis alert_lasts);

}  // namespace scale_fleet
