#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/http/http_client.hpp"

namespace scale_fleet {

/// Removes keys on a thread of its own, several at once: whoever wants them gone never waits. A key
/// that has been written anew meanwhile stays. What can't be asked is tried again, with the next
/// member, until it can; what etcd refuses is dropped. Destruction ends it at once; what wasn't
/// removed by then stays.
class KeyRemover {
 public:
  struct Limits {
    std::size_t waiting = 100'000;  ///< Keys beyond are dropped, and stay in etcd.
    std::size_t at_once = 16;
    Duration retry_after = std::chrono::seconds(1);
  };

  /// One client for each member of etcd, at least one; they bound each request.
  explicit KeyRemover(std::vector<std::unique_ptr<HttpClient>> members);
  KeyRemover(std::vector<std::unique_ptr<HttpClient>> members, Limits limits);
  KeyRemover(const KeyRemover&) = delete;
  KeyRemover& operator=(const KeyRemover&) = delete;
  ~KeyRemover() = default;

  /// Callable on any thread.
  void remove(std::string key, KeyIndex modified);

 private:
  struct Wanted {
    std::string key;
    KeyIndex modified = 0;
  };

  void run(const std::stop_token& stop);
  bool has_work(const std::stop_token& stop);
  void start_some(HttpClient& member);
  /// False where a request has to be repeated.
  bool settle(const EndedRequest& ended);

  std::vector<std::unique_ptr<HttpClient>> members_;
  Limits limits_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Wanted> waiting_;  // Guarded by mutex_.
  std::map<RequestId, Wanted> under_way_;
  RequestId last_id_ = 0;
  std::jthread thread_;  // Last, so that it ends before what it uses.
};

}  // namespace scale_fleet
