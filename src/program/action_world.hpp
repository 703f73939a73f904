#pragma once

#include <mutex>

#include "cli/program_options.hpp"
#include "scale_fleet/daemon/action.hpp"
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

/// Carries out one order with connections and locks of its own. Callable on any thread, several at
/// once; a service that somebody else works on is ErrorKind::precondition.
ScaleReport carry_out(const ActionParts& parts, const ActionOrder& order, const StopRequest& stop);

}  // namespace scale_fleet
