#include "commands/change_run.hpp"

#include <utility>

#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

void ChangeRun::end(Change& change, StepResult result, std::optional<Error> error) const {
  change.result = result;
  change.error = std::move(error);
  on_end(change);
}

std::shared_ptr<const UnitOptions> ChangeRun::options_of(const Step& step) const {
  return step.options ? step.options : options;
}

Write ChangeRun::write(const Step& step, Write::Kind kind) const {
  Write write{.kind = kind, .unit = step.unit};
  // A template is stored and never started: systemd can't run it, and Fleet would schedule it.
  if (is_template_name(step.unit) || step.only_submits) write.state = JobState::inactive;
  if (kind == Write::Kind::create || kind == Write::Kind::replace) write.options = options_of(step);
  return write;
}

Error interruption() {
  return {.kind = ErrorKind::interrupted, .message = "interrupted by a signal"};
}

}  // namespace scale_fleet
