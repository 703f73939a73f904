#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cli/program_options.hpp"
#include "program/passing_locks.hpp"
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

  /// What tells why a lease is lost.
  void watch(std::function<std::optional<Error>()> lost) { lost_ = std::move(lost); }

  /// Why a watched lease is lost, if one is.
  std::optional<Error> lost_lease() const { return lost_ ? lost_() : std::nullopt; }

 private:
  const SignalStopRequest& signals_;
  std::function<std::optional<Error>()> lost_;
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

  /// For moves of instances of services that this session hasn't locked.
  ServiceRights& rights_to(const std::vector<DeclaredService>& services,
                           const std::string& command);

  SessionStop& stop() { return stop_; }

  SignalStopRequest& signals() { return signals_; }

  SystemClock& clock() { return clock_; }

  const ProgramOptions& options() const { return options_; }

 private:
  explicit Session(const ProgramOptions& options) : options_(options) {}

  Outcome connect(const Environment& environment, Manner manner);
  std::optional<Error> lost_lease() const;

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
  std::unique_ptr<PassingLocks> rights_;
  std::optional<ServiceLocks::Parts> lock_parts_;
};

}  // namespace scale_fleet
