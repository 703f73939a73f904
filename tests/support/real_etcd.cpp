#include "support/real_etcd.hpp"

#include <array>
#include <vector>

namespace scale_fleet {

RealEtcd::RealEtcd() {
  std::array<FileDescriptor, 2> reserved;
  url_ = "http://" + reserve_address(reserved[0]);
  const auto peer_url = "http://" + reserve_address(reserved[1]);
  std::vector<std::string> words{"etcd",
                                 "--enable-v2",
                                 "--name=test",
                                 "--data-dir=" + (folder_.path() / "data").string(),
                                 "--logger=zap",
                                 "--log-outputs=stderr",
                                 "--listen-client-urls=" + url_,
                                 "--advertise-client-urls=" + url_,
                                 "--listen-peer-urls=" + peer_url,
                                 "--initial-advertise-peer-urls=" + peer_url,
                                 "--initial-cluster=test=" + peer_url};
  reserved = {};
  process_.emplace(std::move(words));
}

}  // namespace scale_fleet
