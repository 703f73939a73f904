#include "support/real_alertmanager.hpp"

#include <vector>

namespace scale_fleet {

RealAlertmanager::RealAlertmanager(const std::string& config) {
  folder_.write("alertmanager.yml", config);
  FileDescriptor reserved;
  const auto address = reserve_address(reserved);
  url_ = "http://" + address;
  reserved = {};
  // Without an address of its own for the cluster it would listen on every one, and wait for
  // others.
  process_.emplace(std::vector<std::string>{"prometheus-alertmanager",
                                            "--config.file=" + folder_.path("alertmanager.yml"),
                                            "--storage.path=" + folder_.path("data"),
                                            "--web.listen-address=" + address,
                                            "--cluster.listen-address="});
}

}  // namespace scale_fleet
