#include "simulation/report_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {
namespace {

bool is_success(ScaleStatus status) {
  return status == ScaleStatus::unchanged || status == ScaleStatus::converged ||
         status == ScaleStatus::accepted;
}

class ReportCheck {
 public:
  ReportCheck(const Scenario& scenario, const SandboxCluster& cluster, Witness& witness)
      : scenario_(scenario),
        cluster_(cluster),
        witness_(witness),
        is_alone_(scenario.meddling.empty()) {}

  /// `has_begun`: false where another wish of the command can't be met, so that nothing was done
  /// and nobody looked whether what is there runs.
  void check_service(const ServiceReport& report, const ServiceTruth& truth, bool has_begun) {
    for (const auto& change : report.changes)
      check_change(change, truth);
    check_sent(report, truth);
    check_numbers(report, truth);
    if (is_alone_ && report.status == ScaleStatus::overridden)
      complain(report.service, "overridden, and nobody else was there");
    if (has_begun && is_success(report.status)) check_success(report, truth);
  }

 private:
  void complain(const std::string& unit, const std::string& what) {
    witness_.complain(unit + ": " + what);
  }

  void check_change(const Change& change, const ServiceTruth& truth) {
    const auto& unit = change.step.unit;
    switch (change.result) {
      case StepResult::done:
        return check_done(change, truth);
      case StepResult::planned:
        if (!scenario_.options.dry_run) complain(unit, "still planned at the end");
        return;
      case StepResult::failed:
        if (!change.error || change.error->message.find(unit) == std::string::npos)
          complain(unit, "failed without a word about it");
        return;
      case StepResult::skipped:
        if (witness_.trace(unit).was_changed) complain(unit, "skipped, but it was changed");
    }
  }

  void check_done(const Change& change, const ServiceTruth& truth) {
    const auto& unit = change.step.unit;
    const auto& trace = witness_.trace(unit);
    const auto is = cluster_.unit(unit);
    const auto state = is_template_name(unit) ? JobState::inactive : JobState::launched;
    switch (change.step.action) {
      case Action::create:
        if (!trace.was_as_created) complain(unit, "created, says the report, and never was so");
        if (is_alone_ && !(is && is->options == truth.options && is->desired_state == state))
          complain(unit, "created, says the report, and it isn't so");
        return;
      case Action::launch:
        if (!trace.was_launched) complain(unit, "launched, says the report, and never was");
        if (is_alone_ && !(is && is->desired_state == JobState::launched))
          complain(unit, "launched, says the report, and isn't");
        return;
      case Action::destroy:
        if (!trace.was_gone) complain(unit, "destroyed, says the report, and never was gone");
        if (is_alone_ && is) complain(unit, "destroyed, says the report, and still there");
        return;
      case Action::replace:
        complain(unit, "a scale replaces nothing");
    }
  }

  /// What was sent about the service's units is what the report's changes say.
  void check_sent(const ServiceReport& report, const ServiceTruth& truth) {
    for (const auto& [unit, trace] : witness_.traces()) {
      const bool is_ours =
          unit == truth.service.template_name() || instance_number(truth.service, unit).has_value();
      if (!is_ours || trace.actions.empty()) continue;
      const auto change =
          std::ranges::find(report.changes, unit, [](const Change& each) -> const std::string& {
            return each.step.unit;
          });
      if (change == report.changes.end()) {
        complain(unit, "was sent something, and the report doesn't name it");
        continue;
      }
      for (const auto& action : trace.actions) {
        const bool is_stop = action == "stop" && change->step.stop_first;
        if (!is_stop && action != to_string(change->step.action))
          complain(unit, "was sent another change than reported: " + action);
      }
    }
  }

  void check_numbers(const ServiceReport& report, const ServiceTruth& truth) {
    const auto count = count_in(cluster_, truth.service);
    if (is_alone_) {
      if (report.before && *report.before != truth.before())
        complain(report.service, fmt::format("before is {}", truth.before()));
      // Before there is a plan, a relative or limited count may not be worked out.
      const bool has_plan = is_success(report.status) || !report.changes.empty();
      if (has_plan && report.desired != truth.desired)
        complain(report.service, fmt::format("desired is {}", truth.desired));
      if (report.after && *report.after != count)
        complain(report.service, fmt::format("after is {}, not {}", count, *report.after));
      return;
    }
    // Counted from Fleet's acknowledgements when interrupted: what others did isn't in it.
    if (report.status == ScaleStatus::interrupted || !report.after) return;
    if (!witness_.counts_listed(truth.service).contains(*report.after))
      complain(report.service, fmt::format("after was never {}", *report.after));
  }

  void check_success(const ServiceReport& report, const ServiceTruth& truth) {
    for (const auto& change : report.changes) {
      if (change.result != StepResult::done) complain(change.step.unit, "success without it");
    }
    if (!is_alone_) {
      if (!witness_.counts_listed(truth.service).contains(*report.desired))
        complain(report.service, "success, and the count was never as asked");
      return;
    }
    // A dry run that finds nothing to do, and --no-block, claim no more than what Fleet holds.
    const bool has_waited = !scenario_.options.no_block && !scenario_.options.dry_run;
    const auto units = all_units(cluster_);
    for (const auto& [name, unit] : units) {
      const auto number = instance_number(truth.service, name);
      if (!number) continue;
      const bool is_kept = truth.to_create.contains(*number) ||
                           (truth.instances.contains(*number) &&
                            (truth.to_destroy.empty() || !scenario_.at_rest ||
                             scenario_.machine_loss_after || !truth.to_destroy.contains(*number)));
      if (!is_kept) complain(name, "success, and it should not be there");
      if (unit.desired_state != JobState::launched) complain(name, "success, and not launched");
      if (has_waited) check_runs(unit);
    }
    if (count_in(cluster_, truth.service) != truth.desired)
      complain(report.service, "success, and the count isn't as asked");
    if (!has_waited) return;
    for (const auto& change : report.changes) {
      if (change.step.action == Action::destroy && has_process(cluster_, change.step.unit) &&
          !scenario_.machine_loss_after)
        complain(change.step.unit, "success, and its process is still there");
    }
  }

  /// A machine that has been lost shows its last words for a while.
  void check_runs(const Unit& unit) {
    if (scenario_.machine_loss_after || is_oneshot(unit.options)) return;
    const auto rows =
        cluster_.states({.unit = unit.name, .machine_id = unit.machine_id}, {.count = 9}).items;
    // Somebody put it there anew and its machine has yet to start that: the command saw the former.
    if (!rows.empty() && rows.front().hash != unit_hash(unit.options)) return;
    if (rows.empty() || rows.front().active != "active")
      complain(unit.name, "success, and it doesn't run");
  }

  const Scenario& scenario_;
  const SandboxCluster& cluster_;
  Witness& witness_;
  bool is_alone_;
};

bool has_reason(const ScaleReport& report) {
  if (report.error) return true;
  return std::ranges::any_of(report.services, [](const ServiceReport& service) {
    return service.error || std::ranges::any_of(service.changes, [](const Change& change) {
             return change.error.has_value();
           });
  });
}

}  // namespace

void check_report(const ScaleReport& report,
                  const Scenario& scenario,
                  const SandboxCluster& cluster,
                  Witness& witness) {
  if (report.services.size() != scenario.wishes.size())
    return witness.complain("not every service is reported on");
  ReportCheck check(scenario, cluster, witness);
  for (std::size_t i = 0; i < report.services.size(); ++i)
    check.check_service(report.services[i], witness.truths()[i], !report.error);
  if (report.status != overall_status(report)) witness.complain("the status isn't the worst");
  const bool is_planned = report.status == ScaleStatus::planned;
  if (is_planned && !scenario.options.dry_run) witness.complain("planned, and no dry run");
  if (!is_planned && !is_success(report.status) && !has_reason(report))
    witness.complain("no success, and no word why");
}

}  // namespace scale_fleet
