#include "simulation/simulated_run.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "scale_fleet/commands/scale_command.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "simulation/report_check.hpp"
#include "support/fake_stop_request.hpp"
#include "support/random_source.hpp"

namespace scale_fleet {
namespace {

using namespace std::chrono_literals;

/// Nobody watches.
class SilentProgress : public Progress {
 public:
  void warn(const std::string& /*line*/) override {}

  void tell(const std::string& /*line*/) override {}

  void detail(const std::string& /*line*/) override {}

  void meter(const ProgressMeter& /*meter*/) override {}

  void settle() override {}
};

/// Nothing begins after the signal, and what is in flight has an end.
void check_signal(TimePoint signal,
                  TimePoint ended,
                  const std::vector<SeenRequest>& requests,
                  Witness& witness) {
  for (const auto& request : requests) {
    if (request.method != "GET" && request.started > signal)
      witness.complain(request.target + " begun after the signal");
  }
  // A write's time-out, and that of the look at its unit.
  if (ended - signal > 11s) witness.complain("goes on for too long after the signal");
}

}  // namespace

Simulation::Simulation(Scenario scenario)
    : scenario_(std::move(scenario)), sandbox_(scenario_.cluster, scenario_.faults) {
  for (const auto& unit : scenario_.stored)
    sandbox_.cluster.put_unit(unit.name, unit.options, unit.state);
  if (scenario_.at_rest) sandbox_.pass(1min);
  for (const auto& entry : all_units(sandbox_.cluster)) {
    const auto& name = entry.first;
    const bool is_ours = std::ranges::any_of(scenario_.wishes, [&](const ScaleRequest& wish) {
      return name == wish.service.template_name() || instance_number(wish.service, name);
    });
    if (!is_ours) strangers_.insert(entry);
  }
}

void Simulation::meddle(const Meddling& meddling) {
  auto& cluster = sandbox_.cluster;
  switch (meddling.kind) {
    case Meddling::Kind::destroy:
      cluster.delete_unit(meddling.unit);
      return;
    case Meddling::Kind::put:
      return cluster.put_unit(meddling.unit, meddling.options, JobState::launched);
    case Meddling::Kind::set_loaded:
      cluster.set_desired_state(meddling.unit, JobState::loaded);
      return;
    case Meddling::Kind::forget_state:
      cluster.forget_desired_state(meddling.unit);
      return;
    case Meddling::Kind::break_record:
      cluster.break_unit(meddling.unit);
  }
}

void Simulation::befall(const Scenario& scenario, TimePoint begun, std::size_t& meddled) {
  const auto elapsed = sandbox_.clock.now() - begun;
  while (meddled < scenario.meddling.size() && scenario.meddling[meddled].after <= elapsed)
    meddle(scenario.meddling[meddled++]);
  if (scenario.machine_loss_after && *scenario.machine_loss_after <= elapsed)
    sandbox_.cluster.lose_machine(scenario.cluster.machines.back().id);
}

RunOutcome Simulation::run_command(const Scenario& scenario) {
  RandomSource chance(~scenario.seed);
  SandboxHttpClient http(sandbox_);
  FakeStopRequest stop(sandbox_.clock);
  SilentProgress progress;
  Witness witness(scenario, sandbox_, http);
  const auto begun = sandbox_.clock.now();
  std::size_t meddled = 0;
  http.before_acting = [&](const HttpRequest& request) {
    befall(scenario, begun, meddled);
    witness.before_acting(request);
  };
  http.after_acting = [&](const HttpRequest& request) { witness.after_acting(request); };
  http.other_fault = [&](const HttpRequest&) -> std::optional<Fault> {
    if (!chance.percent(scenario.fault_percent)) return std::nullopt;
    return random_fault(chance.below(1'000'000));
  };
  if (scenario.signal_after) stop.raise_at(begun + *scenario.signal_after);
  const auto fleet = make_http_fleet_api({.http = http,
                                          .clock = sandbox_.clock,
                                          .stop = stop,
                                          .retry = {},
                                          .random = [&] { return chance.fraction(); },
                                          .on_retry = [](const std::string&) {}});
  RunOutcome outcome;
  try {
    const World world{.fleet = *fleet, .clock = sandbox_.clock, .stop = stop, .progress = progress};
    outcome.report = ScaleCommand(world, scenario.options).run(scenario.wishes);
    sandbox_.catch_up();
    check_report(outcome.report, scenario, sandbox_.cluster, witness);
  } catch (const std::exception& error) {
    witness.complain(fmt::format("the command throws: {}", error.what()));
  }
  outcome.requests = http.requests();
  outcome.faults = http.faults();
  if (stop.requested()) {
    check_signal(begun + *scenario.signal_after, sandbox_.clock.now(), outcome.requests, witness);
  }
  for (const auto& [name, before] : strangers_) {
    const auto now = sandbox_.cluster.unit(name);
    if (!now || now->options != before.options || now->desired_state != before.desired_state)
      witness.complain(name + " is foreign and was changed");
  }
  outcome.violations = witness.violations();
  return outcome;
}

bool Simulation::can_reach(const ServiceTruth& truth) const {
  if (truth.template_options && is_global(*truth.template_options)) return false;
  const bool has_global = std::ranges::any_of(
      truth.instances, [](const auto& entry) { return is_global(entry.second.options); });
  if (has_global || (truth.desired > 0 && !scenario_.is_able)) return false;
  if (truth.to_create.empty()) return true;
  return !truth.options.empty() && !is_global(truth.options);
}

/// Whether nothing befalls the command, and its wishes can be met in the time that it has.
bool Simulation::is_sure_to_succeed() const {
  const bool is_disturbed = scenario_.fault_percent > 0 || !scenario_.faults.empty() ||
                            !scenario_.meddling.empty() || scenario_.signal_after ||
                            scenario_.machine_loss_after;
  if (is_disturbed || scenario_.options.timeout < 1min) return false;
  return std::ranges::all_of(scenario_.wishes, [&](const ScaleRequest& wish) {
    const auto truth = truth_of(sandbox_.cluster, wish);
    return can_reach(truth) && wish.current.value_or(truth.before()) == truth.before();
  });
}

RunOutcome Simulation::run() {
  const bool must_succeed = is_sure_to_succeed();
  auto outcome = run_command(scenario_);
  const auto status = outcome.report.status;
  if (must_succeed && status > ScaleStatus::accepted) {
    outcome.violations.push_back(
        fmt::format("nothing befell it, and it ends as {}", to_string(status)));
  }
  return outcome;
}

RunOutcome Simulation::run_again(const ScaleReport& first) {
  sandbox_.faults = FaultPlan();
  // At once, or later: only at rest it is certain which units must go.
  const bool is_later = scenario_.seed % 2 == 0;
  if (is_later) sandbox_.pass(1min);
  Scenario again{.seed = scenario_.seed,
                 .cluster = scenario_.cluster,
                 .at_rest = is_later,
                 .wishes = scenario_.wishes,
                 .options = scenario_.options};
  // A machine that was lost stays so, and shows its last words for a while.
  if (scenario_.machine_loss_after) again.machine_loss_after = Duration{0};
  again.options.dry_run = false;
  again.options.no_block = false;
  for (std::size_t i = 0; i < again.wishes.size(); ++i) {
    auto& wish = again.wishes[i];
    const auto desired = first.services.at(i).desired;
    wish.count = {.kind = Count::Kind::absolute,
                  .number = desired.value_or(truth_of(sandbox_.cluster, wish).desired)};
    wish.current.reset();
  }
  bool is_broken = false;
  for (const auto& meddling : scenario_.meddling)
    is_broken = is_broken || sandbox_.cluster.condition(meddling.unit) == RecordCondition::broken;
  bool must_succeed = !is_broken;
  for (const auto& wish : again.wishes)
    must_succeed = must_succeed && can_reach(truth_of(sandbox_.cluster, wish));
  again.options.timeout = must_succeed ? Duration(2min) : Duration(1s);
  auto outcome = run_command(again);
  const auto status = outcome.report.status;
  const bool succeeded = status == ScaleStatus::unchanged || status == ScaleStatus::converged;
  if (must_succeed && !succeeded) {
    const auto& service = outcome.report.services.front();
    outcome.violations.push_back(fmt::format("without faults it doesn't come to its end: {} {}",
                                             to_string(status),
                                             service.error ? service.error->message : ""));
  }
  return outcome;
}

RunOutcome simulate(const Scenario& scenario, Repeat repeat) {
  Simulation simulation(scenario);
  auto outcome = simulation.run();
  if (outcome.report.services.size() != scenario.wishes.size()) return outcome;
  const bool is_over = outcome.report.status == ScaleStatus::converged ||
                       outcome.report.status == ScaleStatus::unchanged;
  const bool is_seldom = repeat == Repeat::seldom_after_success && scenario.seed % 8 != 0;
  if (is_over && is_seldom) return outcome;
  const auto again = simulation.run_again(outcome.report);
  for (const auto& violation : again.violations)
    outcome.violations.push_back("again: " + violation);
  return outcome;
}

}  // namespace scale_fleet
