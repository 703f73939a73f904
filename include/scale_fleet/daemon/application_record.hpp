#pragma once

#include <span>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

struct DeclaredState;

/// What is written down of the cluster for other programs, besides the daemon's own state. Called
/// by the leading daemon alone, and never in a dry run. Its errors are told and stop nothing.
class ApplicationRecord {
 public:
  ApplicationRecord() = default;
  ApplicationRecord(const ApplicationRecord&) = delete;
  ApplicationRecord& operator=(const ApplicationRecord&) = delete;
  virtual ~ApplicationRecord() = default;

  /// Reads what others left there. Called whenever this daemon comes to lead, and when it has read
  /// its file again, before anything is decided.
  virtual Outcome take_over(const DeclaredState& declared) = 0;

  /// Makes it say what runs, `units` being all of the cluster. Called at the end of each tick.
  virtual Outcome write(const DeclaredState& declared, std::span<const Unit> units) = 0;
};

}  // namespace scale_fleet
