#pragma once

#include <signal.h>

#include <chrono>
#include <optional>

#include "scale_fleet/platform/file_descriptor.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Turns SIGINT and SIGTERM into a stop request, and ignores SIGPIPE, from construction to
/// destruction. The first signal is recorded; a second one of the same kind has its default effect
/// and kills at once, unless it is the first one's `echo`. A signal that was ignored before (nohup,
/// a background job) stays ignored.
///
/// One instance at a time: a second one is a mistake of the program and throws std::logic_error;
/// std::system_error when the machine has no descriptor left.
class SignalStopRequest : public StopRequest {
 public:
  /// Must be safe to call in a signal handler.
  using Now = std::chrono::steady_clock::time_point (*)();

  /// One signal that was sent twice: GNU timeout sends it to the program and then to the program's
  /// whole group (its cleanup(), send_sig(0, sig)). Nobody presses Ctrl-C twice as fast.
  static constexpr auto echo = std::chrono::milliseconds(100);

  explicit SignalStopRequest(Now now = std::chrono::steady_clock::now);
  ~SignalStopRequest() override;

  std::optional<int> signal() const override;

  /// Makes it as if no signal had arrived: the next one is recorded again, and doesn't kill.
  void forget();

  /// For poll(): readable from a signal's arrival, or wake(), until somebody drains it. Whoever
  /// waits on it drains it when it woke him, then looks at requested(): a wake ends one wait, and
  /// the waits after it (for steps in flight, say) last their time. Meant for the waits of one
  /// thread: with several, only one would wake.
  int wake_descriptor() const { return wake_.number(); }

  void drain() const;

  /// Ends the current or the next wait, as a signal would, without a stop being requested. May be
  /// called on any thread.
  void wake() const;

 private:
  FileDescriptor wake_;

  struct sigaction former_interrupt_ {};

  struct sigaction former_terminate_ {};

  struct sigaction former_pipe_ {};
};

}  // namespace scale_fleet
