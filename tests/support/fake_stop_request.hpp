#pragma once

#include <optional>

#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// A stop that the test asks for, instead of a signal.
class FakeStopRequest : public StopRequest {
 public:
  std::optional<int> signal() const override { return signal_; }

  void raise(int number) { signal_ = number; }

 private:
  std::optional<int> signal_;
};

}  // namespace scale_fleet
