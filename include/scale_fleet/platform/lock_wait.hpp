#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Somebody else has the lock: no error, for it may be free a moment later.
struct LockHeld {
  std::string holder;  ///< Who, for people: from describe().

  bool operator==(const LockHeld&) const = default;
};

template <typename Lock>
using LockAttempt = std::variant<Lock, LockHeld>;

/// How to wait for a lock.
struct LockPatience {
  Clock& clock;
  const StopRequest& stop;
  Duration limit;  ///< Zero: one attempt.
  /// Called when the lock is found held, and again whenever somebody else is found to hold it.
  std::function<void(const LockHeld&)> on_waiting = [](const LockHeld&) {};
};

/// Calls `attempt`, a `Result<LockAttempt<Lock>>()`, now, each `interval` and once at the limit,
/// until it gives a lock or an error. Errors: the attempt's; ErrorKind::precondition at the limit,
/// naming the holder; ErrorKind::interrupted when a stop is requested. `what` names the lock.
template <typename Lock, typename Attempt>
Result<Lock> wait_for_lock(const std::string& what,
                           const LockPatience& patience,
                           Duration interval,
                           Attempt attempt) {
  const auto deadline = patience.clock.now() + patience.limit;
  LockHeld told;
  while (true) {
    if (patience.stop.requested()) {
      return failure(ErrorKind::interrupted, fmt::format("stopped while waiting for {}", what));
    }
    Result<LockAttempt<Lock>> tried = attempt();
    if (!tried) return tl::unexpected(std::move(tried.error()));
    if (auto* lock = std::get_if<Lock>(&*tried)) return std::move(*lock);

    const auto& held = std::get<LockHeld>(*tried);
    const auto now = patience.clock.now();
    if (now >= deadline) {
      const auto waited = std::chrono::duration_cast<std::chrono::seconds>(patience.limit);
      return failure(
          ErrorKind::precondition,
          fmt::format("cannot get {}: held by {}; waited {} s", what, held.holder, waited.count()));
    }
    if (!(held == told)) patience.on_waiting(told = held);
    patience.clock.wait_until(std::min(now + interval, deadline));
  }
}

}  // namespace scale_fleet
