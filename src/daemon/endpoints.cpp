#include "scale_fleet/daemon/endpoints.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

/// Before it counts as dead: a turn with a reading that fails may take its time.
constexpr Millis longest_silence = std::chrono::minutes(3);
/// So many intervals may pass without a reading, but never less than so long.
constexpr int patient_intervals = 3;
constexpr Millis least_patience = std::chrono::seconds(30);

HttpReply answer(int status, std::string type, std::string body) {
  return {.response = {.status = status,
                       .headers = {{"Content-Type", std::move(type)}},
                       .body = std::move(body)}};
}

HttpReply say(int status, const std::string& sentence) {
  return answer(status, "text/plain; charset=utf-8", sentence + "\n");
}

Millis patience(const DaemonStatus& status) {
  return std::max(status.interval * patient_intervals, least_patience);
}

HttpReply health(std::optional<WallTime> last_beat, WallTime now) {
  if (!last_beat) return say(200, "starting");
  const auto age = now - *last_beat;
  if (age <= longest_silence) return say(200, "ok");
  return say(503, fmt::format("the loop has not turned for {}", format_duration(age)));
}

HttpReply readiness(const DaemonStatus* status, WallTime now) {
  if (const auto why = why_not_ready(status, now)) return say(503, *why);
  return say(200, status->is_leader ? "ok" : "ok, standing by");
}

HttpReply document(const DaemonStatus* status, std::string_view path) {
  if (status == nullptr) return say(503, "starting");
  if (path == "/metrics") {
    return answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics_document(*status));
  }
  return answer(200, "application/json", status_document(*status));
}

}  // namespace

std::optional<std::string> why_not_ready(const DaemonStatus* status, WallTime now) {
  if (status == nullptr || !status->last_good_look) return "the cluster has not been read yet";
  if (status->trouble) return status->trouble->message;
  const auto age = now - *status->last_good_look;
  if (age <= patience(*status)) return std::nullopt;
  return fmt::format("the cluster was last read {} ago", format_duration(age));
}

HttpHandler daemon_endpoints(const StatusBoard& board, std::function<WallTime()> now) {
  return [&board, now = std::move(now)](const HttpRequest& request) {
    const auto path = request.target.substr(0, request.target.find('?'));
    const bool is_known =
        path == "/healthz" || path == "/readyz" || path == "/metrics" || path == "/v1/status";
    if (!is_known) return say(404, "there are /healthz, /readyz, /metrics and /v1/status");
    if (request.method != "GET" && request.method != "HEAD") {
      auto refused = say(405, "only GET and HEAD are allowed here");
      refused.response.headers.emplace_back("Allow", "GET, HEAD");
      return refused;
    }
    const auto status = board.latest();
    auto reply = path == "/healthz"  ? health(board.last_beat(), now())
                 : path == "/readyz" ? readiness(status.get(), now())
                                     : document(status.get(), path);
    return reply;
  };
}

}  // namespace scale_fleet
