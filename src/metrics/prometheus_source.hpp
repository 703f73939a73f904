#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "metrics/mailbox.hpp"
#include "scale_fleet/http/http_client.hpp"

namespace scale_fleet {

/// Metrics of a Prometheus: each interval all queries are asked at once, on a thread of its own. A
/// reading that takes longer than the interval delays the next one; none is made up for.
class PrometheusSource final : public MetricSource {
 public:
  /// Metrics of other sources are passed over. The client's request timeout bounds a reading; it
  /// should be `interval`, which is above 0. Its clock is the steady one.
  PrometheusSource(std::unique_ptr<HttpClient> client,
                   const std::vector<Metric>& metrics,
                   Duration interval);
  PrometheusSource(const PrometheusSource&) = delete;
  PrometheusSource& operator=(const PrometheusSource&) = delete;
  ~PrometheusSource() override;

  Reading take(WallTime) override { return mailbox_.take(); }

  void await_first(Duration at_most) override { mailbox_.await_first(at_most); }

 private:
  void run(const std::stop_token& stop);
  void ask_all(const std::stop_token& stop);

  std::unique_ptr<HttpClient> client_;
  std::vector<Metric> metrics_;
  Duration interval_;
  Mailbox mailbox_;
  std::stop_source stop_;
  std::thread thread_;  // Last, so that it begins when all else is there.
};

}  // namespace scale_fleet
