#pragma once

#include <optional>
#include <string>

#include "scale_fleet/core/retry_delay.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// One write on its way to being done, as a value: what to send next, and what a reply means. It
/// holds no clock and sends nothing.
///
///   writing --success, or nothing left to do--> ended
///      |  ^--not sent: later again--'
///      | unclear: look before repeating
///      v
///   looking --as wanted--> ended       --not so yet--> writing
///      ^--unclear: later again--'
class WriteAttempt {
 public:
  WriteAttempt(const Write& write, RetryPolicy retry) : write_(&write), retry_(retry) {}

  /// The request to send now: the write, or a look at its unit.
  HttpRequest request() const;

  struct Next {
    std::optional<WriteEnd::Result> ended = std::nullopt;
    std::optional<Error> error = std::nullopt;
    Duration delay{0};  ///< Before the next request, where it hasn't ended.
    /// Why there is a next request after a failure, for people; empty after a mere look.
    std::string retry_reason = {};
  };

  /// What follows from the reply to request(). `random` is from [0, 1).
  Next on_reply(const HttpResult& reply, double random);

  /// A signal came: the next reply is the last. Of a write that may have happened one look remains
  /// (true); one that surely has not happened is not repeated (false).
  bool stop();

  const Write& write() const { return *write_; }

 private:
  enum class Phase { writing, looking };

  Next on_write_reply(const HttpResult& reply, double random);
  Next on_look_reply(const HttpResult& reply, double random);
  Next again(Phase phase, const HttpResult& reply, double random);
  Next write_again();
  Next judge(const Unit& unit);
  std::string doing() const;

  const Write* write_;
  RetryPolicy retry_;
  Phase phase_ = Phase::writing;
  int failures_ = 0;
  bool stopping_ = false;
};

}  // namespace scale_fleet
