#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// Where the lease of my_app is kept.
inline const std::string lock_target = "/v2/keys/scale-fleet/locks/my_app";

/// What goes wrong with a request to FakeEtcd.
enum class EtcdFault {
  none,
  not_connected,
  lost_request,   ///< Never carried out; the client sees a timeout.
  lost_reply,     ///< Carried out; the client sees a timeout.
  unavailable,    ///< HTTP 503.
  not_etcd,       ///< HTTP 404 with a page.
  no_permission,  ///< HTTP 401 with etcd's error.
};

/// The v2 keys of an etcd in memory, as far as a lease needs them.
class FakeEtcd {
 public:
  struct Key {
    std::string value;
    TimePoint expires;
  };

  explicit FakeEtcd(const Clock& clock) : clock_(clock) {}

  /// One of the cluster's members.
  std::unique_ptr<HttpClient> member(const std::string& name);

  std::optional<Key> key(const std::string& target);

  void set(const std::string& target, Key key) { keys_[target] = std::move(key); }

  void remove(const std::string& target) { keys_.erase(target); }

  HttpResult answer(const HttpRequest& request);

  /// What befalls the next requests, one after the other; afterwards nothing does.
  std::deque<EtcdFault> faults;
  /// Every request: the member's name and the method.
  std::vector<std::string> asked;
  /// Called before each request is carried out.
  std::function<void()> before_request = [] {};

 private:
  HttpResult carry_out(const HttpRequest& request);

  const Clock& clock_;
  std::map<std::string, Key> keys_;
};

}  // namespace scale_fleet
