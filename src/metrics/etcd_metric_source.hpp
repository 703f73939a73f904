#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "metrics/etcd_layout.hpp"
#include "metrics/mailbox.hpp"
#include "scale_fleet/etcd/key_remover.hpp"
#include "scale_fleet/etcd/key_watch.hpp"
#include "scale_fleet/http/curl_http_client.hpp"

namespace scale_fleet {

/// Where applications write their metrics, and how they are read there.
struct EtcdMetricPlaces {
  std::vector<HttpClientSettings> members;  ///< At least one.
  std::string base = "/metrics";
  std::string registry = "/services";
  bool consume = false;  ///< Remove what was read, as Dynamite does.
  KeyWatchTimes times = {};
  /// The registry is read anew, for an instance that isn't in it, so often at most.
  Duration between_registries = std::chrono::seconds(10);
};

/// Metrics in etcd's v2 keys: everything that is there, then each value as it is written. A thread
/// of its own waits for etcd.
class EtcdMetricSource final : public MetricSource {
 public:
  /// The clock is the steady one and outlives the source. The error is that of
  /// make_curl_http_client().
  static Result<std::unique_ptr<MetricSource>> make(const EtcdMetricPlaces& places,
                                                    const std::vector<Metric>& metrics,
                                                    const Clock& clock);

  /// One each for every member.
  struct Connections {
    std::vector<std::unique_ptr<HttpClient>> readers;
    std::vector<OpenStream> streams;
    std::vector<std::unique_ptr<HttpClient>> removers;  ///< None: nothing is removed.
  };

  EtcdMetricSource(const EtcdMetricPlaces& places,
                   const std::vector<Metric>& metrics,
                   Connections connections,
                   const Clock& clock);
  EtcdMetricSource(const EtcdMetricSource&) = delete;
  EtcdMetricSource& operator=(const EtcdMetricSource&) = delete;
  ~EtcdMetricSource() override;

  Reading take(WallTime) override { return mailbox_.take(); }

  void await_first(Duration at_most) override { mailbox_.await_first(at_most); }

 private:
  void run(const std::stop_token& stop);
  void take_in(const KeyWatch::News& news);
  void read_key(const StoredKey& key, const EtcdLayout::Place& place, Reading& reading);
  void read_registry();
  void put(Reading& reading);

  EtcdLayout layout_;
  std::vector<std::string> metrics_;  // metric_key()
  std::string registry_;
  Duration between_registries_;
  Mailbox mailbox_;
  std::unique_ptr<KeyRemover> remover_;  // None: nothing is consumed.
  std::size_t members_;
  std::stop_source stop_;
  EtcdServers servers_;
  EtcdKeys keys_;
  KeyWatch watch_;
  UnitRegistry units_;
  std::optional<TimePoint> registry_read_;
  std::set<std::string> found_;  // Metrics of which a key was there, be its value good or bad.
  std::thread thread_;           // Last, so that it begins when all else is there.
};

}  // namespace scale_fleet
