#pragma once

#include <mutex>
#include <string_view>

#include "scale_fleet/daemon/daemon_status.hpp"

namespace scale_fleet {

/// How often what was answered, since the daemon's start. Callable on any thread.
class RequestCounts {
 public:
  /// `path` is one of the API's, so that nobody outside can make them many.
  void add(std::string_view path, int status) {
    const std::scoped_lock lock(mutex_);
    ++counts_[{std::string(path), status}];
  }

  CountsByAnswer latest() const {
    const std::scoped_lock lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  CountsByAnswer counts_;
};

}  // namespace scale_fleet
