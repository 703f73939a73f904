#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

/// Everything that a release does, step after step, for its report.
class ReleaseLog {
 public:
  /// The services of the release: what belongs to none of the others is the first one's.
  explicit ReleaseLog(std::vector<Service> services) : services_(std::move(services)) {}

  /// Begins a step; its changes get its number.
  void begin_step() { ++step_; }

  std::size_t step() const { return step_; }

  /// Planned changes, each with its step's number.
  std::vector<Change> planned(const std::vector<Step>& steps) const;

  void add(const std::vector<Change>& changes);

  /// Fills in where the units stand that were changed since the last end_wait(), each in the last
  /// of its changes.
  void locate(const ServiceSnapshot& look, const std::vector<Machine>& machines);

  /// What was done up to now has been waited for: where its units stand later is no news of it.
  void end_wait() { awaited_ = step_; }

  const std::vector<Change>& changes() const { return changes_; }

  /// The service that a unit belongs to, also one that is kept for it.
  std::size_t service_of(const std::string& unit) const;

  const std::vector<Service>& services() const { return services_; }

  /// Whether all these steps, the last ones of the log, were done.
  bool has_done(const std::vector<Step>& steps) const;

  /// Whether anything was changed, or may have been.
  bool has_changed_anything() const;

 private:
  std::vector<Service> services_;
  std::vector<Change> changes_;
  std::size_t step_ = 0;
  std::size_t awaited_ = 0;  // The last step before the last wait's end.
};

}  // namespace scale_fleet
