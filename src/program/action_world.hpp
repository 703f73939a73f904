#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "cli/program_options.hpp"
#include "program/passing_locks.hpp"
#include "program/service_locks.hpp"
#include "scale_fleet/daemon/action.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/progress.hpp"
#include "scale_fleet/platform/service_lock.hpp"

namespace scale_fleet {

/// A Progress for several threads: a line at a time reaches the one below, meters none.
class SharedProgress : public Progress {
 public:
  /// `below` outlives it.
  explicit SharedProgress(Progress& below) : below_(below) {}

  void warn(const std::string& line) override {
    const std::scoped_lock lock(mutex_);
    below_.warn(line);
  }

  void tell(const std::string& line) override {
    const std::scoped_lock lock(mutex_);
    below_.tell(line);
  }

  void detail(const std::string& line) override {
    const std::scoped_lock lock(mutex_);
    below_.detail(line);
  }

  void meter(const ProgressMeter&) override {}

  void settle() override {}

 private:
  std::mutex mutex_;
  Progress& below_;
};

/// What the actions of a daemon have in common. All of it outlives them.
struct ActionParts {
  const ProgramOptions& options;
  LockPlace lock_place;
  SharedProgress& progress;
};

/// The steady clock of a thread that no signal reaches: a wait ends soon after its stop.
class ActionClock : public Clock {
 public:
  /// `stop` outlives it.
  explicit ActionClock(const StopRequest& stop) : stop_(stop) {}

  TimePoint now() const override { return std::chrono::steady_clock::now(); }

  void wait_until(TimePoint until) override;

 private:
  static constexpr auto look_every = std::chrono::milliseconds(50);

  const StopRequest& stop_;
};

/// The runner's stop, or a lost lease of --lock-etcd.
class LockedStop : public StopRequest {
 public:
  explicit LockedStop(const StopRequest& stop) : stop_(stop) {}

  std::optional<int> signal() const override { return std::nullopt; }

  bool requested() const override { return stop_.requested() || (lost_ && lost_()); }

  /// What tells why a lease is lost.
  void watch(std::function<std::optional<Error>()> lost) { lost_ = std::move(lost); }

 private:
  const StopRequest& stop_;
  std::function<std::optional<Error>()> lost_;
};

/// How long an action of the daemon waits for whoever works on its service: longer than the move of
/// an instance takes, as a rule. What it was decided on may be old by then: its order acts only
/// where the count is still the same (ScaleRequest::current).
inline constexpr std::chrono::minutes patience_of_actions{5};

/// What an action has to itself meanwhile.
struct ActionLocks {
  std::vector<std::string> names;
  std::chrono::seconds patience{0};  ///< For whoever holds one of them.
};

/// One action's own connections and locks. Used on its thread.
class ActionWorld {
 public:
  /// Errors: precondition (somebody else holds a lock), usage, unavailable, interrupted.
  static Result<std::unique_ptr<ActionWorld>> open(const ActionParts& parts,
                                                   const ActionLocks& locks,
                                                   const StopRequest& stop);

  World world() {
    return {.fleet = *fleet_, .clock = clock_, .stop = stop_, .progress = progress_};
  }

  /// For moves of instances of services that this world hasn't locked.
  ServiceRights& rights_to(const std::vector<DeclaredService>& services);

  /// Why somebody else may have worked on it since, if that may be.
  std::optional<Error> lost_lease() const;

 private:
  ActionWorld(const ActionParts& parts, const StopRequest& stop);

  SharedProgress& progress_;
  LockedStop stop_;
  ActionClock clock_;
  std::mt19937_64 random_;
  ServiceLocks::Parts lock_parts_;
  ServiceLocks locks_;
  std::optional<PassingLocks> rights_;
  std::unique_ptr<HttpClient> curl_;
  std::unique_ptr<FleetApi> fleet_;
};

/// Carries out one order with connections and locks of its own. Callable on any thread, several at
/// once; a service that somebody else works on is waited for, and after patience_of_actions it is
/// ErrorKind::precondition.
ScaleReport carry_out(const ActionParts& parts, const ActionOrder& order, const StopRequest& stop);

}  // namespace scale_fleet
