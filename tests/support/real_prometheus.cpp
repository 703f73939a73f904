#include "support/real_prometheus.hpp"

#include <string_view>

#include <fmt/format.h>

namespace scale_fleet {

namespace {

/// `http://127.0.0.1:41234` as a target of Prometheus's: quoted, without the scheme.
std::string as_target(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  return "'" + url.substr(scheme.size()) + "'";
}

std::string static_targets(const std::vector<std::string>& urls) {
  std::string quoted;
  for (const auto& url : urls)
    quoted += (quoted.empty() ? "" : ", ") + as_target(url);
  return fmt::format("static_configs: [{{targets: [{}]}}]\n", quoted);
}

}  // namespace

RealPrometheus::RealPrometheus(const std::vector<std::string>& targets,
                               const std::optional<PrometheusAlerting>& alerting) {
  auto config = fmt::format(
      "global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}\n"
      "scrape_configs:\n"
      "  - job_name: test\n"
      "    {}",
      static_targets(targets));
  if (alerting) {
    folder_.write("rules.yml", alerting->rules);
    config += fmt::format(
        "rule_files: [rules.yml]\n"
        "alerting:\n"
        "  alertmanagers:\n"
        "    - {}",
        static_targets({alerting->alertmanager}));
  }
  folder_.write("prometheus.yml", config);
  FileDescriptor reserved;
  address_ = reserve_address(reserved);
  url_ = "http://" + address_;
  reserved = {};
  start();
}

void RealPrometheus::start() {
  process_.emplace(std::vector<std::string>{"prometheus",
                                            "--config.file=" + folder_.path("prometheus.yml"),
                                            "--storage.tsdb.path=" + folder_.path("data"),
                                            "--web.listen-address=" + address_,
                                            "--log.level=info"});
}

}  // namespace scale_fleet
