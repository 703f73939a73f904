#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/http/curl_http_client.hpp"

namespace scale_fleet {

/// An etcd as a test uses it: what it refuses is a std::runtime_error.
class EtcdAtHand {
 public:
  explicit EtcdAtHand(const std::string& url) : servers_(members(url, clock_)) {}

  void put(const std::string& key, const std::string& value) {
    if (const auto written = keys_.put(key, value); !written)
      throw std::runtime_error(written.error().message);
  }

  void remove(const std::string& key) {
    if (const auto removed = keys_.remove(key); !removed)
      throw std::runtime_error(removed.error().message);
  }

  /// Empty where there is none.
  std::string read(const std::string& key) {
    const auto found = keys_.read(key);
    return found ? found->value : std::string();
  }

 private:
  /// Requests end by themselves; nobody else waits on this.
  class SteadyClock final : public Clock {
   public:
    TimePoint now() const override { return std::chrono::steady_clock::now(); }

    void wait_until(TimePoint /*until*/) override {}
  };

  static std::vector<std::unique_ptr<HttpClient>> members(const std::string& url,
                                                          const Clock& clock) {
    std::vector<std::unique_ptr<HttpClient>> clients;
    clients.push_back(
        make_curl_http_client({.endpoint = Endpoint::parse(url).value()}, clock).value());
    return clients;
  }

  SteadyClock clock_;
  EtcdServers servers_;
  EtcdKeys keys_{servers_, clock_};
};

}  // namespace scale_fleet
