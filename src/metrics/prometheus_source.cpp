#include "metrics/prometheus_source.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <set>

#include "metrics/prometheus_reply.hpp"

namespace scale_fleet {
namespace {

std::vector<Metric> of_prometheus(const std::vector<Metric>& metrics) {
  std::vector<Metric> chosen;
  std::set<std::string> keys;
  for (const auto& metric : metrics) {
    const bool is_ours = std::holds_alternative<PrometheusMetric>(metric.source);
    if (is_ours && keys.insert(metric_key(metric)).second) chosen.push_back(metric);
  }
  return chosen;
}

std::vector<std::string> keys_of_metrics(const std::vector<Metric>& metrics) {
  std::vector<std::string> keys;
  for (const auto& metric : metrics)
    keys.push_back(metric_key(metric));
  return keys;
}

}  // namespace

PrometheusSource::PrometheusSource(std::unique_ptr<HttpClient> client,
                                   const std::vector<Metric>& metrics,
                                   Duration interval)
    : client_(std::move(client)),
      metrics_(of_prometheus(metrics)),
      interval_(interval),
      mailbox_(keys_of_metrics(metrics_), Mailbox::FailuresLast::once),
      thread_([this] { run(stop_.get_token()); }) {}

PrometheusSource::~PrometheusSource() {
  stop_.request_stop();
  thread_.join();
}

void PrometheusSource::run(const std::stop_token& stop) {
  const std::stop_callback waker(stop, [this] { client_->wake(); });
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    const auto next = std::chrono::steady_clock::now() + interval_;
    ask_all(stop);
    std::unique_lock guard(mutex);
    never.wait_until(guard, stop, next, [] { return false; });
  }
}

void PrometheusSource::ask_all(const std::stop_token& stop) {
  for (RequestId id = 0; id < metrics_.size(); ++id)
    client_->start(id, prometheus_request(std::get<PrometheusMetric>(metrics_[id].source)));
  auto under_way = metrics_.size();
  while (under_way > 0 && !stop.stop_requested()) {
    for (const auto& ended : client_->wait(std::chrono::steady_clock::now() + interval_)) {
      mailbox_.put(read_prometheus_reply(ended.result, metrics_.at(ended.id)));
      --under_way;
    }
  }
}

}  // namespace scale_fleet
