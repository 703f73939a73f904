#include "support/real_prometheus.hpp"

#include <string_view>

#include <fmt/format.h>

namespace scale_fleet {

RealPrometheus::RealPrometheus(const std::vector<std::string>& targets) {
  std::string quoted;
  for (const auto& target : targets) {
    constexpr std::string_view scheme = "http://";
    quoted += fmt::format("{}'{}'", quoted.empty() ? "" : ", ", target.substr(scheme.size()));
  }
  folder_.write("prometheus.yml",
                fmt::format("global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\n"
                            "scrape_configs:\n"
                            "  - job_name: test\n"
                            "    static_configs: [{{targets: [{}]}}]\n",
                            quoted));
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
