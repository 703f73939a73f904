#pragma once

#include <optional>

#include "scale_fleet/platform/stop_request.hpp"
#include "support/fake_clock.hpp"

namespace scale_fleet {

/// A signal that arrives at a chosen moment of a fake clock, and ends the wait that it falls into.
class FakeStopRequest : public StopRequest {
 public:
  /// `clock` must outlive it.
  explicit FakeStopRequest(FakeClock& clock) : clock_(clock) {}

  std::optional<int> signal() const override {
    if (!moment_ || clock_.now() < *moment_) return std::nullopt;
    return signal_;
  }

  void raise_at(TimePoint moment, int signal = 2) {
    moment_ = moment;
    signal_ = signal;
    clock_.interrupt_at(moment);
  }

  void raise(int signal = 2) { raise_at(clock_.now(), signal); }

  /// As if no signal had come.
  void forget() { moment_.reset(); }

 private:
  FakeClock& clock_;
  std::optional<TimePoint> moment_;
  int signal_ = 0;
};

}  // namespace scale_fleet
