#include "scale_fleet/commands/release_command.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "commands/release_log.hpp"
#include "commands/release_look.hpp"
#include "commands/release_run.hpp"
#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// One release under way: what was seen and planned, and what has become of it.
class Release {
 public:
  Release(World world,
          const ReleaseOptions& options,
          const ReleaseAids& aids,
          const ReleaseRequest& request)
      : world_(world),
        options_(options),
        aids_(aids),
        request_(request),
        log_(services_of(request)),
        run_(world, options.scale, log_) {}

  ReleaseReport carry_out() {
    auto look = look_at(world_.fleet, request_);
    if (!look) return report_without_plan(look.error());
    look_ = std::move(*look);
    last_ = view_of(look_);
    auto plan = plan_release(request_, look_);
    if (!plan) return report_without_plan(plan.error());
    plan_ = std::move(*plan);
    for (const auto& notice : plan_.notices)
      world_.progress.warn(notice);
    if (options_.scale.dry_run) {
      show_plan();
    } else {
      release();
    }
    world_.progress.settle();
    return report();
  }

 private:
  static std::vector<Service> services_of(const ReleaseRequest& request) {
    std::vector<Service> services{request.service};
    if (request.replaces) services.push_back(*request.replaces);
    for (const auto& each : request.sidekicks)
      services.push_back(each.sidekick);
    return services;
  }

  /// A dry run: every step, as planned.
  void show_plan() {
    const auto add = [&](const std::vector<Step>& steps) {
      log_.begin_step();
      log_.add(log_.planned(steps));
    };
    for (const auto& group : plan_.preparation)
      add(group);
    for (const auto& batch : plan_.batches)
      add(batch);
    if (!plan_.conclusion.empty()) add(plan_.conclusion);
    result_ = log_.changes().empty() ? ReleaseResult::unchanged : ReleaseResult::planned;
    status_ = log_.changes().empty() ? ScaleStatus::unchanged : ScaleStatus::planned;
  }

  void release() {
    auto failed = forth();
    if (!failed) return conclude();
    if (run_.has_reached_goal()) return leave_over(*failed);
    status_ = failed->status;
    error_ = failed->error;
    if (lacks_room(*failed)) {
      error_->message +=
          " (where it conflicts with those that it replaces, --max-surge 0 --max-unavailable 1 "
          "makes room for it first)";
    }
    signal_ = world_.stop.signal();
    // One that was broken off has begun, though this run may not have changed anything yet.
    const bool has_begun = log_.has_changed_anything() || look_.mark || look_.outgoing_mark;
    result_ = has_begun ? ReleaseResult::stopped : ReleaseResult::not_begun;
    if (!has_begun) return;
    if (!shall_undo(*failed)) {
      error_->message += "; it was left half-way; " + ways();
      return;
    }
    world_.progress.warn(error_->message + "; going back");
    if (const auto failed_again = back()) {
      error_->message +=
          fmt::format("; going back failed too ({}); {}", failed_again->error.message, ways());
      return;
    }
    result_ = ReleaseResult::undone;
    error_->message +=
        fmt::format("; the {} was undone, everything is as before", to_string(request_.kind));
  }

  std::optional<ReleaseFailure> forth() {
    for (const auto& group : plan_.preparation) {
      if (auto failed = run_.apply(group)) return failed;
    }
    // Where nothing is to be done, it is seen whether all are well now.
    const bool is_as_asked =
        plan_.preparation.empty() && plan_.batches.empty() && plan_.conclusion.empty();
    const RolloutGates gates{.settle = is_as_asked ? Duration::zero() : options_.settle,
                             .canary_time = options_.canary_time,
                             .pause_between = options_.pause_between,
                             .answers = options_.answers,
                             .check = aids_.check};
    auto failed = run_.run(plan_.goal, view_of(look_), gates);
    last_ = run_.last_view();
    return failed;
  }

  /// Takes away what told of the release. Where that fails the release is whole nevertheless.
  void conclude() {
    result_ = ReleaseResult::released;
    status_ = ScaleStatus::converged;
    auto meddled = find_meddling();
    if (meddled && meddled->status != ScaleStatus::overridden) {
      leave_over(*meddled);
    } else if (meddled) {
      status_ = meddled->status;
      error_ = meddled->error;
    } else if (!plan_.conclusion.empty()) {
      const auto failed = run_.apply(plan_.conclusion);
      if (failed && !log_.has_done(plan_.conclusion)) leave_over(*failed);
    }
    if (!log_.changes().empty() || error_) return;
    result_ = ReleaseResult::unchanged;
    status_ = ScaleStatus::unchanged;
  }

  /// Everything runs its text, and something that was of use on the way is left.
  void leave_over(const ReleaseFailure& failed) {
    result_ = ReleaseResult::released;
    status_ = failed.status;
    error_ = failed.error;
    error_->message = fmt::format(
        "{} is released, and what was of use on the way is left in Fleet: {}; the same command "
        "again takes it away",
        request_.service.display_name(),
        failed.error.message);
    signal_ = world_.stop.signal();
  }

  /// Whether somebody has changed the template or the mark meanwhile.
  std::optional<ReleaseFailure> find_meddling() {
    if (log_.changes().empty()) return std::nullopt;
    const std::array units{std::pair{request_.service.template_name(), &plan_.template_text},
                           std::pair{mark_unit_name(request_.service), &plan_.mark_text}};
    for (const auto& [name, text] : units) {
      if (!*text) continue;
      const auto held = world_.fleet.unit(name);
      if (!held)
        return ReleaseFailure{.status = status_of(held.error().kind), .error = held.error()};
      if (*held && is_same_text((*held)->options, **text)) continue;
      return ReleaseFailure{
          .status = ScaleStatus::overridden,
          .error = {.kind = ErrorKind::refused,
                    .message = fmt::format("all of {} run the new text, but somebody else has "
                                           "changed {} meanwhile, and it is left as it is",
                                           request_.service.display_name(),
                                           name)}};
    }
    return std::nullopt;
  }

  bool shall_undo(const ReleaseFailure& failed) const {
    // Whoever changed it meanwhile may be at work: nothing of his is undone.
    if (failed.status == ScaleStatus::overridden) return false;
    if (failed.status == ScaleStatus::interrupted)
      return aids_.asks_to_undo && aids_.asks_to_undo();
    return options_.on_failure == OnFailure::undo;
  }

  std::optional<ReleaseFailure> back() {
    if (!plan_.restoration.empty()) {
      if (auto failed = run_.apply(plan_.restoration)) return failed;
    }
    const auto look = look_at(world_.fleet, request_);
    if (!look) return ReleaseFailure{.error = look.error()};
    auto there = view_of(*look);
    if (there.look.outgoing) std::swap(there.look.service, *there.look.outgoing);
    for (std::size_t i = 0; i < there.companions.size(); ++i)
      there.companions[i].excused = without_good_sidekick(look_.companions[i]);
    auto failed = run_.run(plan_.undo, there, {.settle = options_.settle});
    last_ = run_.last_view();
    if (last_ && last_->look.outgoing) std::swap(last_->look.service, *last_->look.outgoing);
    if (failed) return failed;
    for (const auto& group : plan_.farewell) {
      if (auto failed_then = run_.apply(group)) return failed_then;
    }
    return std::nullopt;
  }

  /// Whether a new instance waits for a machine without those that it may conflict with.
  bool lacks_room(const ReleaseFailure& failed) const {
    if (failed.status != ScaleStatus::timed_out || plan_.goal.limits.surge == 0 || !last_)
      return false;
    const auto& look = last_->look;
    const auto waits = [](const Instance& instance) {
      return instance.unit.desired_state == JobState::launched && instance.unit.machine_id.empty();
    };
    const auto conflicts = [](const Instance& instance) {
      return !option_values(instance.unit.options, "X-Fleet", "Conflicts").empty();
    };
    return std::ranges::any_of(look.service.instances, waits) &&
           (std::ranges::any_of(look.service.instances, conflicts) ||
            (look.outgoing && std::ranges::any_of(look.outgoing->instances, conflicts)));
  }

  std::string ways() const {
    // A rollback that is rolled back goes on: there is no way back before its end.
    return fmt::format("to go on: {}; to go back{}: {}",
                       onward(),
                       request_.kind == ReleaseKind::rollback ? " after that" : "",
                       back_command());
  }

  /// Numbers of instances that had no sidekick that ran before the release, of which the former
  /// service is brought back.
  std::set<InstanceNumber> without_good_sidekick(const Companion& before) const {
    std::set<InstanceNumber> numbers;
    for (const auto& [number, text] : plan_.undo.wanted)
      numbers.insert(number);
    for (const auto& instance : before.sidekick.instances) {
      const auto condition = condition_of(instance);
      if (condition != Condition::failed && condition != Condition::unscheduled)
        numbers.erase(instance.number);
    }
    // A release that was broken off may have taken some away.
    const bool is_whole = before.main == plan_.undo.service && !look_.mark;
    return is_whole ? numbers : std::set<InstanceNumber>{};
  }

  std::string onward() const { return aids_.command_line; }

  std::string back_command() const {
    if (request_.kind == ReleaseKind::restart) {
      return fmt::format("scale-fleet {} {}{}",
                         shell_word(request_.service.display_name()),
                         plan_.undo.wanted.size(),
                         aids_.options_of_back);
    }
    const bool has_replaced = request_.kind == ReleaseKind::rollback && request_.replaces;
    const auto& service = has_replaced ? *request_.replaces : request_.service;
    return fmt::format(
        "scale-fleet rollback {}{}", shell_word(service.display_name()), aids_.options_of_back);
  }

  ReleaseReport report_without_plan(const Error& error) {
    ReleaseReport report;
    for (const auto& service : log_.services())
      report.scale.services.push_back(
          {.service = service.display_name(), .status = status_of(error.kind)});
    report.scale.error = error;
    report.scale.status = status_of(error.kind);
    report.onward = onward();
    report.signal = world_.stop.signal();
    return report;
  }

  ReleaseReport report() {
    ReleaseReport report{.scale = {}, .result = result_, .onward = onward(), .back = {}};
    report.signal = signal_;
    report.back = back_command();
    report.scale.status = status_;
    report.scale.error = error_;
    for (std::size_t i = 0; i < log_.services().size(); ++i)
      report.scale.services.push_back(service_report(i));
    return report;
  }

  std::optional<InstanceCount> desired_count(std::size_t index) const {
    const auto count = static_cast<InstanceCount>(plan_.goal.wanted.size());
    if (index == 0) return count;
    const std::size_t first_sidekick = look_.outgoing ? 2 : 1;
    if (index < first_sidekick) return 0;
    const auto& main = look_.companions[index - first_sidekick].main;
    return main == request_.service ? count : 0;
  }

  ServiceReport service_report(std::size_t index) {
    const auto first = view_of(look_);
    const auto& before = *services_in(first)[index];
    ServiceReport service{.service = log_.services()[index].display_name(),
                          .desired = desired_count(index),
                          .before = static_cast<InstanceCount>(before.instances.size()),
                          .after = std::nullopt,
                          .status = status_,
                          .changes = {},
                          .left_alone = before.left_alone,
                          .error = std::nullopt};
    service.is_sidekick = index >= (look_.outgoing ? 2U : 1U);
    if (last_) {
      service.after = static_cast<InstanceCount>(services_in(*last_)[index]->instances.size());
    }
    for (const auto& change : log_.changes()) {
      if (log_.service_of(change.step.unit) == index) service.changes.push_back(change);
    }
    return service;
  }

  World world_;
  const ReleaseOptions& options_;
  const ReleaseAids& aids_;
  const ReleaseRequest& request_;
  ReleaseLog log_;
  RolloutRun run_;
  ReleaseLook look_{.service = {.service = request_.service}};
  ReleasePlan plan_{.goal = {.service = request_.service}, .undo = {.service = request_.service}};
  std::optional<ReleaseView> last_;
  ReleaseResult result_ = ReleaseResult::not_begun;
  ScaleStatus status_ = ScaleStatus::failed;
  std::optional<Error> error_;
  std::optional<int> signal_;
};

}  // namespace

ReleaseReport ReleaseCommand::run(const ReleaseRequest& request) {
  return Release(world_, options_, aids_, request).carry_out();
}

}  // namespace scale_fleet
