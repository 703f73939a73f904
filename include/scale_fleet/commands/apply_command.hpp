#pragma once

#include <optional>
#include <vector>

#include "scale_fleet/commands/declared_plan.hpp"
#include "scale_fleet/commands/scale_work.hpp"

namespace scale_fleet {

/// Brings the services of a declared file to what it says, once: wave after wave as `after`
/// demands, each when the one before is well. A service that fails keeps those that come after it
/// from beginning, and nobody else. Units that the file doesn't name are never touched.
class ApplyCommand {
 public:
  /// Of `options`: dry_run, no_block, parallel. Each wave waits `timeout`; where that is empty, as
  /// long as the most patient of its services says.
  ApplyCommand(World world, ScaleOptions options, std::optional<Duration> timeout)
      : world_(world), options_(options), timeout_(timeout) {}

  /// `requests` are declared_requests() of the file and of `look`. Never throws for what Fleet
  /// does. The services are reported in the order in which they come up.
  ScaleReport run(const DeclaredFile& file,
                  const std::vector<ScaleRequest>& requests,
                  const ClusterLook& look);

 private:
  ScaleOptions options_for(const std::vector<DeclaredService>& services,
                           const std::vector<std::size_t>& wave) const;

  World world_;
  ScaleOptions options_;
  std::optional<Duration> timeout_;
};

}  // namespace scale_fleet
