#include "notify/notice_place.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "notify/alertmanager_alerts.hpp"
#include "notify/slack_message.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// So many notices in one POST are some tens of kilobytes.
constexpr std::size_t most_alerts_at_once = 64;
constexpr std::size_t longest_server_words = 300;

HttpRequest json_post(std::string target, std::string body) {
  return {.method = "POST",
          .target = std::move(target),
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body)};
}

/// Slack's own words for what is wrong: `no_service`, `invalid_payload`. Any other text could hold
/// the path that was asked for, which is the secret.
bool is_slack_error(std::string_view text) {
  constexpr std::size_t longest = 60;
  return text.size() <= longest && text.find('_') != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
}

std::string describe_slack_reply(const HttpResponse& reply) {
  if (!is_slack_error(reply.body)) return fmt::format("HTTP {}", reply.status);
  return fmt::format("HTTP {}: {}", reply.status, reply.body);
}

std::string describe_alertmanager_reply(const HttpResponse& reply) {
  if (reply.body.empty()) return fmt::format("HTTP {}", reply.status);
  return fmt::format("HTTP {}: {}",
                     reply.status,
                     printable_start(without_credentials(reply.body), longest_server_words));
}

std::string host_of(const Endpoint& endpoint) {
  if (endpoint.transport == Endpoint::Transport::unix_socket) return endpoint.display();
  return printable(endpoint.host);
}

}  // namespace

Result<NoticePlace> slack_place(const std::string& url) {
  auto endpoint = Endpoint::parse(url);
  if (!endpoint) {
    return failure(ErrorKind::usage,
                   "Slack's webhook (not shown, for it is a secret) isn't a URL like "
                   "https://HOST/PATH, without a query");
  }
  NoticePlace place{.name = "slack",
                    .display_name = "Slack at " + host_of(*endpoint),
                    .endpoint = std::move(*endpoint)};
  place.request = [](const std::vector<Notice>& notices, WallTime) {
    return json_post("", slack_message(notices.front()));
  };
  place.describe = describe_slack_reply;
  return place;
}

Result<NoticePlace> alertmanager_place(const std::string& url, Millis alert_lasts) {
  auto endpoint = Endpoint::parse(url);
  if (!endpoint) {
    return failure(ErrorKind::usage,
                   "cannot use Alertmanager's address: " + endpoint.error().message);
  }
  NoticePlace place{.name = "alertmanager",
                    .display_name = "Alertmanager at " + endpoint->display(),
                    .endpoint = std::move(*endpoint),
                    .at_once = most_alerts_at_once};
  place.request = [alert_lasts](const std::vector<Notice>& notices, WallTime sent) {
    return json_post("/api/v2/alerts", alertmanager_alerts(notices, sent, alert_lasts));
  };
  place.describe = describe_alertmanager_reply;
  return place;
}

}  // namespace scale_fleet
