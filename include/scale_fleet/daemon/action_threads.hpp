#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "scale_fleet/daemon/action.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Carries out one order with a world of its own, until `stop` is requested. Called on any thread,
/// several at once. Never throws for what Fleet does.
using CarryOut = std::function<ScaleReport(const ActionOrder& order, const StopRequest& stop)>;

/// A thread for each order.
class ActionThreads : public ActionRunner {
 public:
  struct Parts {
    CarryOut carry_out;
    const Clock& clock;  ///< Whose now() may be called on any thread.
    /// Why actions of this process may begin nothing more (a lost lease); asked on any thread.
    std::function<bool()> must_stop = [] { return false; };
    /// Called on an action's thread when it has ended.
    std::function<void()> on_end = [] {};
  };

  explicit ActionThreads(Parts parts) : parts_(std::move(parts)) {}

  /// Stops, and waits.
  ~ActionThreads() override;

  void start(ActionOrder order) override;
  std::vector<ActionEnd> take_ended() override;
  void interrupt(const std::string& service) override;
  void stop() override;

 private:
  struct Running {
    std::string service;
    std::atomic<bool> stopping = false;
    std::optional<ActionEnd> end;  // Guarded by mutex_.
    std::jthread thread;
  };

  void run(ActionOrder order, Running& running);

  Parts parts_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::list<Running> running_;  // Of the owner's thread, but for `end`.
};

}  // namespace scale_fleet
