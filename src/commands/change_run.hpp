#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

/// What those share who carry out a plan's changes.
struct ChangeRun {
  World world;
  Duration timeout;  ///< Of each wait.
  int parallel = 1;  ///< Requests at once.
  /// Of all units that are waited for: `my_app@`.
  std::string name_prefix;
  /// What the units are made of whose step doesn't say.
  std::shared_ptr<const UnitOptions> options;
  /// Hears of each change once, when it has ended: its result and error stand.
  std::function<void(const Change&)> on_end;

  void end(Change& change, StepResult result, std::optional<Error> error = std::nullopt) const;
  std::shared_ptr<const UnitOptions> options_of(const Step& step) const;
  /// The write that carries out the step, or another of the same unit.
  Write write(const Step& step, Write::Kind kind) const;
};

/// Of what a signal has kept from being done.
Error interruption();

}  // namespace scale_fleet
