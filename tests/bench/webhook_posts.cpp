#include "bench/webhook_posts.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/http/curl_http_client.hpp"
#include "support/steady_clock.hpp"

namespace scale_fleet {
namespace {

using Json = nlohmann::json;
using Counts = std::map<std::string, int>;

constexpr int connections = 16;
/// Of an alert, one after the other: one of them acts, and the others are its repetitions. So many
/// that an alert is carried out before the service's next one comes: two that are decided on
/// together would be one step.
constexpr int posts_per_alert = 100;
constexpr auto longest_settling = std::chrono::seconds(120);

std::string service_name(int number) {
  return fmt::format("bench{:04}", number + 1);
}

HttpRequest alert_post_of(const std::string& name, int alert) {
  const auto labels = fmt::format(R"({{"service":"{}","scale":"up"}})", name);
  auto body = fmt::format(
      R"({{"receiver":"scale","status":"firing","alerts":[{{"status":"firing","labels":{0},)"
      R"("annotations":{{}},"startsAt":"2026-11-21T08:00:00Z","endsAt":"0001-01-01T00:00:00Z",)"
      R"("generatorURL":"","fingerprint":"{1:016x}"}}],"groupLabels":{0},"commonLabels":{0},)"
      R"("commonAnnotations":{{}},"externalURL":"","version":"4","groupKey":"{{}}:{2}",)"
      R"("truncatedAlerts":0}})",
      labels,
      alert,
      name);
  return {.method = "POST",
          .target = "/v1/scale-service",
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body)};
}

class WebhookRun {
 public:
  explicit WebhookRun(const WebhookLoad& load)
      : load_(load),
        client_(make_curl_http_client({.endpoint = Endpoint::parse(load.endpoint).value(),
                                       .connections = connections},
                                      clock_)
                    .value()) {}

  WebhookFigures figures() {
    const auto before = settled_counts();
    post_all();
    const auto expected = sum_of(before, alerts_);
    auto after = settled_counts();
    for (const auto until = clock_.now() + longest_settling;
         after != expected && clock_.now() < until;)
      after = settled_counts();
    compare(expected, after);
    // Two turns later it is still so.
    client_->wait(clock_.now() + Duration(std::chrono::seconds(3)));
    compare(expected, settled_counts());
    return {.rows = table(), .keeps_promise = median() <= load_.promised_median};
  }

 private:
  using Moments = std::vector<TimePoint>;

  static Counts sum_of(Counts counts, const Counts& more) {
    for (const auto& [name, count] : more)
      counts[name] += count;
    return counts;
  }

  static void compare(const Counts& expected, const Counts& after) {
    for (const auto& [name, count] : expected) {
      if (after.at(name) != count) {
        throw std::runtime_error(fmt::format(
            "{} has {} instances, and its answers come to {}", name, after.at(name), count));
      }
    }
  }

  /// Each post at its moment, however long the replies to others take; its time is from that moment
  /// on, so that a pause of the daemon's shows in every post that was due in it.
  void post_all() {
    const auto posts = static_cast<std::size_t>(load_.per_second * load_.time.count());
    const auto pause = Duration(std::chrono::seconds(1)) / load_.per_second;
    Moments due;
    for (std::size_t i = 0; i < posts; ++i)
      due.push_back(clock_.now() + pause * i);
    std::size_t started = 0;
    for (std::size_t ended = 0; ended < posts;) {
      for (; started < posts && due[started] <= clock_.now(); ++started)
        client_->start(started, post(started));
      const auto until =
          started < posts ? due[started] : clock_.now() + Duration(std::chrono::seconds(10));
      for (const auto& each : client_->wait(until)) {
        note(each, due[each.id]);
        ++ended;
      }
    }
    std::ranges::sort(times_);
  }

  HttpRequest post(std::size_t turn) const {
    const int number = static_cast<int>(turn);
    return alert_post_of(service_name(number % load_.services),
                         number / load_.services / posts_per_alert);
  }

  void note(const EndedRequest& ended, TimePoint due) {
    times_.push_back(clock_.now() - due);
    if (!ended.result) throw std::runtime_error(ended.result.error().message);
    if (ended.result->status != 200)
      throw std::runtime_error(fmt::format("{} {}", ended.result->status, ended.result->body));
    const auto name = service_name(static_cast<int>(ended.id) % load_.services);
    const auto of_service = static_cast<int>(ended.id) / load_.services;
    if (of_service % posts_per_alert == 0) ++alerts_[name];
  }

  /// Once nothing is under way.
  Counts settled_counts() {
    for (const auto until = clock_.now() + longest_settling; clock_.now() < until;) {
      client_->start(0, {.target = "/v1/status"});
      const auto ended = client_->wait(clock_.now() + Duration(std::chrono::seconds(10)));
      if (ended.empty() || !ended.front().result) throw std::runtime_error("no status");
      const auto status = Json::parse(ended.front().result->body, nullptr, false);
      if (auto counts = counts_in(status)) return *std::move(counts);
      client_->wait(clock_.now() + Duration(std::chrono::milliseconds(200)));
    }
    throw std::runtime_error("the services don't settle");
  }

  std::optional<Counts> counts_in(const Json& status) const {
    if (!status.is_object()) return std::nullopt;
    Counts counts;
    for (const auto& each : status.at("services")) {
      if (!each.at("under_way").is_null() || !each.at("current").is_number()) return std::nullopt;
      counts[each.at("service")] = each.at("current");
      if (each.at("current") == 0) return std::nullopt;
    }
    return counts;
  }

  std::string row(const std::string& what, const std::string& figure) const {
    return fmt::format("| {} | {} | {} |  |\n", load_.place, what, figure);
  }

  Duration time_at(std::size_t permille) const {
    return times_[std::min(times_.size() - 1, times_.size() * permille / 1000)];
  }

  Duration median() const { return time_at(500); }

  static std::string in_ms(std::chrono::duration<double, std::milli> time) {
    return fmt::format("{:.1f} ms", time.count());
  }

  std::string judged_median() const {
    return median() <= load_.promised_median
               ? in_ms(median())
               : fmt::format("{}: ABOVE {}", in_ms(median()), in_ms(load_.promised_median));
  }

  std::string table() const {
    int steps = 0;
    for (const auto& [name, count] : alerts_)
      steps += count;
    return row(fmt::format("webhook: {} posts, {} a second, while {} services scale: median",
                           times_.size(),
                           load_.per_second,
                           load_.services),
               judged_median()) +
           row("99 of 100 posts", in_ms(time_at(990))) + row("the slowest", in_ms(time_at(1000))) +
           row("alerts among them, and each was one step", std::to_string(steps));
  }

  const WebhookLoad& load_;
  SteadyClock clock_;
  std::unique_ptr<HttpClient> client_;
  std::vector<Duration> times_;
  Counts alerts_;  // That were answered.
};

}  // namespace

WebhookFigures webhook_figures(const WebhookLoad& load) {
  return WebhookRun(load).figures();
}

}  // namespace scale_fleet
