#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cli/program_options.hpp"
#include "program/service_locks.hpp"
#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/platform/signal_stop_request.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// A signal, or a lost lease: either way nothing more may be begun.
class SessionStop : public StopRequest {
 public:
  explicit SessionStop(const SignalStopRequest& signals) : signals_(signals) {}

  std::optional<int> signal() const override { return signals_.signal(); }

  bool requested() const override { return signals_.requested() || lost_lease().has_value(); }

  /// `locks` outlives this.
  void watch(const ServiceLocks& locks) { locks_ = &locks; }

  /// Why a watched lease is lost, if one is.
  std::optional<Error> lost_lease() const {
    return locks_ == nullptr ? std::nullopt : locks_->lost();
  }

 private:
  const SignalStopRequest& signals_;
  const ServiceLocks* locks_ = nullptr;
};

/// The concrete world of one run: clock, signals, HTTP and Fleet, as the options say.
class Session {
 public:
  struct Manner {
    int parallel = 1;  ///< So many requests may be out at once.
    /// Whoever waits for an answer wants to know why; a daemon asks again anyway.
    bool warns_of_repetitions = true;
  };

  /// Errors are ErrorKind::usage.
  static Result<std::unique_ptr<Session>> open(const ProgramOptions& options,
                                               const Environment& environment,
                                               Manner manner);

  World world() {
    return {.fleet = *fleet_, .clock = clock_, .stop = stop_, .progress = *progress_};
  }

  /// Waits until no other scaler works on the services: a lock on this machine and, with
  /// --lock-etcd, a lease in the cluster; both held until the session ends. `command` is what
  /// others are told. Errors: precondition (somebody holds it), usage, unavailable, interrupted.
  Outcome lock(const std::vector<std::string>& services, const std::string& command);

  SessionStop& stop() { return stop_; }

  SignalStopRequest& signals() { return signals_; }

  SystemClock& clock() { return clock_; }

  const ProgramOptions& options() const { return options_; }

 private:
  explicit Session(const ProgramOptions& options) : options_(options) {}

  Outcome connect(const Environment& environment, Manner manner);

  ProgramOptions options_;
  SignalStopRequest signals_;
  SystemClock clock_{signals_};
  SessionStop stop_{signals_};
  std::mt19937_64 random_{std::random_device{}()};
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<HttpClient> curl_;
  std::unique_ptr<HttpClient> logging_;
  std::unique_ptr<FleetApi> fleet_;
  std::unique_ptr<ServiceLocks> locks_;
};

}  // namespace scale_fleet
