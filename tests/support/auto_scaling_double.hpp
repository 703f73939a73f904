#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

struct DoubleInstance {
  std::string id;
  std::string ip;
  std::string lifecycle = "InService";
  std::string health = "Healthy";
  bool is_protected = false;
  std::string launched = "2026-11-22T01:00:00.000Z";
};

struct DoubleGroup {
  std::string name;
  std::uint32_t min = 0;
  std::uint32_t max = 10;
  std::uint32_t desired = 0;
  std::vector<DoubleInstance> instances = {};
  std::vector<std::string> suspended = {};  ///< Processes.
  std::string status = {};                  ///< Only while it is being deleted.
};

struct DoubleActivity {
  std::string group;
  std::string status_code = "Failed";
  std::string status_message;
  std::string end_time;
};

/// What befalls calls of one action.
struct AutoScalingFault {
  enum class Kind {
    throttled,
    busy,
    contended,
    denied,
    html_500,
    empty_503,
    cut,
    reset,
    expired_token
  };

  std::string action;
  Kind kind = Kind::throttled;
  bool acts_first = false;  ///< As if the reply alone was lost.
};

/// A call that arrived with a signature that is right.
struct SeenCall {
  std::string action;
  std::map<std::string, std::string> parameters;
};

/// All that the double knows.
struct AutoScalingState {
  std::vector<DoubleGroup> groups;
  std::size_t groups_on_page = 50;
  bool repeats_token = false;              ///< As a server never should.
  std::vector<DoubleActivity> activities;  ///< The newest first.
  std::deque<AutoScalingFault> faults;     ///< Each befalls one call.
  /// Whether SetDesiredCapacity launches at once what is missing; else the test does.
  bool launches_at_once = true;
  std::vector<SeenCall> calls;
  std::vector<std::string> refused;  ///< Why calls were refused whose signature wasn't right.
  int launched = 0;                  ///< Numbers the next instance's id and address.
  /// Called on the server's thread: a test may let a machine join its cluster, or leave it.
  std::function<void(const DoubleInstance&)> on_launch;
  std::function<void(const DoubleInstance&)> on_terminate;

  DoubleGroup* find(const std::string& name);
  void launch_missing(DoubleGroup& group);
};

/// AWS's Auto Scaling and EC2, as far as groups of machines need them, on a free port of this
/// machine: the Query API's own XML, and signatures that are verified from the bytes that arrived.
class AutoScalingDouble {
 public:
  static constexpr auto access_key_id = "AKIDDOUBLE";
  static constexpr auto secret_access_key = "the+secret/of:the=double";
  static constexpr auto region = "eu-west-1";

  AutoScalingDouble();

  /// `http://127.0.0.1:41234`, for AWS_ENDPOINT_URL.
  std::string endpoint() const { return server_->endpoint(); }

  /// Who may call: an access key's id to its secret and session token.
  struct Key {
    std::string secret;
    std::string session_token;
  };

  void allow(const std::string& id, Key key);

  /// Looks into the state, or changes it, while no call is answered.
  template <typename Look>
  auto with(Look look) {
    const std::scoped_lock lock(mutex_);
    return look(state_);
  }

 private:
  HttpReply answer(const HttpRequest& request);

  std::mutex mutex_;
  AutoScalingState state_;
  std::map<std::string, Key> keys_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace scale_fleet
