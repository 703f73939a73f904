#include "scale_fleet/core/rollout.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/rollout_sides.hpp"
#include "core/scale_steps.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// What is left of the limits while a batch is put together.
class Allowance {
 public:
  Allowance(const RolloutGoal& goal, const RolloutSides& sides) {
    const auto count = goal.wanted.size();
    const auto cap = count + goal.limits.surge;
    floor_ = count - std::min<std::size_t>(count, goal.limits.unavailable);
    more_ = cap - std::min(cap, sides.total);
    fewer_healthy_ = sides.healthy - std::min(sides.healthy, floor_);
    const auto renewed = sides.renewed.size() + sides.spares.size();
    const auto canaries = std::min<std::size_t>(goal.limits.canary, count);
    is_canary_ = canaries > renewed;
    renewals_ = is_canary_ ? canaries - renewed : count + cap;
    // While there are canaries alone, nobody who serves goes but to make room for one.
    removals_ = is_canary_ ? renewals_ - std::min(renewals_, more_) : fewer_healthy_;
  }

  /// Whether what was taken makes the canaries complete.
  bool completes_canaries() const { return is_canary_ && renewals_ == 0; }

  std::size_t floor() const { return floor_; }

  /// One more instance with its new text.
  bool take_creation() { return take(more_, renewals_); }

  /// A new text for one that exists.
  bool take_renewal(bool is_healthy) {
    if (!is_healthy) return take(renewals_, renewals_);
    return take(fewer_healthy_, renewals_);
  }

  /// One fewer.
  bool take_removal(bool is_healthy) { return !is_healthy || take(fewer_healthy_, removals_); }

 private:
  static bool take(std::size_t& one, std::size_t& other) {
    if (one == 0 || other == 0) return false;
    --one;
    if (&one != &other) --other;
    return true;
  }

  std::size_t floor_ = 0;
  std::size_t more_ = 0;
  std::size_t fewer_healthy_ = 0;
  std::size_t renewals_ = 0;
  std::size_t removals_ = 0;
  bool is_canary_ = false;
};

/// Puts together one batch.
class BatchBuilder {
 public:
  BatchBuilder(const RolloutGoal& goal, const RolloutLook& look)
      : goal_(goal), sides_(sides_of(goal, look)), allowance_(goal, sides_) {}

  Result<RolloutBatch> build() {
    launch_parked();
    const bool waits = batch_.steps.empty() && has_unwell();
    if (batch_.steps.empty() && !waits) {
      create_missing();
      renew();
      remove_outgoing();
      if (batch_.steps.empty()) {
        batch_.is_cleanup = !has_more_to_do();
        remove_spares();
      }
      if (batch_.steps.empty() && has_more_to_do()) return stuck();
      batch_.is_end = batch_.steps.empty();
    }
    batch_.completes_canaries = allowance_.completes_canaries();
    for (const auto* units : {&sides_.renewed, &sides_.spares}) {
      for (const auto* instance : *units)
        keep(instance->unit.name);
    }
    batch_.renewed.assign(renewed_.begin(), renewed_.end());
    return std::move(batch_);
  }

 private:
  /// Whether anything is left besides the removal of spares.
  bool has_more_to_do() const {
    return !sides_.missing.empty() || !sides_.stale.empty() || !sides_.outgoing.empty();
  }

  /// Whether one with its text still has to become well.
  bool has_unwell() const {
    const auto is_unwell = [&](const Instance* instance) {
      return !serves(*instance) && !goal_.excused.contains(instance->unit.name);
    };
    // A spare that only has to go needn't.
    return std::ranges::any_of(sides_.renewed, is_unwell) ||
           (has_more_to_do() && std::ranges::any_of(sides_.spares, is_unwell));
  }

  void launch_parked() {
    for (const auto* instance : sides_.renewed) {
      if (instance->unit.desired_state == JobState::launched) continue;
      batch_.steps.push_back({.action = Action::launch,
                              .unit = instance->unit.name,
                              .reason = "it has its text, but is not launched"});
    }
  }

  void create_missing() {
    for (const auto number : sides_.missing) {
      if (!allowance_.take_creation()) return;
      create(number,
             goal_.wanted.at(number),
             fmt::format("one of the {} that are wanted", goal_.wanted.size()));
    }
  }

  void renew() {
    std::size_t waiting = 0;
    for (const auto* instance : sides_.stale) {
      const bool is_healthy = serves(*instance);
      if (allowance_.take_renewal(is_healthy)) {
        replace(*instance, is_healthy);
      } else {
        ++waiting;
      }
    }
    // Those that can't go yet need somebody beside them who serves.
    for (; waiting > 0 && allowance_.take_creation(); --waiting) {
      create(
          sides_.next_spare_number++,
          goal_.spare_text,
          fmt::format("one more for the time being, so that {} stay healthy", allowance_.floor()));
    }
  }

  void create(InstanceNumber number,
              const std::shared_ptr<const UnitOptions>& text,
              std::string reason) {
    batch_.steps.push_back({.action = Action::create,
                            .unit = goal_.service.instance_name(number),
                            .reason = std::move(reason),
                            .options = text});
    keep(batch_.steps.back().unit);
  }

  void replace(const Instance& instance, bool is_healthy) {
    const auto& text = goal_.wanted.at(instance.number);
    const bool restarts = is_same_text(instance.unit.options, *text);
    auto reason = restarts ? std::string("it is to be restarted") : "it has another text";
    if (!is_healthy) {
      reason += ", and is not healthy anyway";
    } else if (allowance_.floor() > 0) {
      reason += fmt::format(", and {} of the others are healthy", sides_.healthy - 1);
    }
    batch_.steps.push_back({.action = Action::replace,
                            .unit = instance.unit.name,
                            .reason = std::move(reason),
                            .stop_first = restarts || stops_first(instance, goal_.stop_first),
                            .options = text});
    keep(instance.unit.name);
  }

  void remove_outgoing() {
    for (const auto* instance : sides_.outgoing) {
      const bool is_healthy = serves(*instance);
      if (!allowance_.take_removal(is_healthy)) continue;
      remove(*instance,
             is_healthy
                 ? fmt::format("it is to go, and {} healthy ones are enough", allowance_.floor())
                 : std::string("it is to go, and is not healthy anyway"));
    }
  }

  /// At the end; or before it where they take the room of those that are wanted.
  void remove_spares() {
    std::erase_if(sides_.spares, [&](const Instance* instance) {
      if (has_more_to_do() && !allowance_.take_removal(true)) return false;
      remove(*instance,
             has_more_to_do() ? std::string("it takes the room of one that is wanted")
                              : fmt::format("all {} have their text", goal_.wanted.size()));
      return true;
    });
  }

  void remove(const Instance& instance, std::string reason) {
    batch_.steps.push_back({.action = Action::destroy,
                            .unit = instance.unit.name,
                            .reason = std::move(reason),
                            .stop_first = stops_first(instance, goal_.stop_first)});
  }

  void keep(const std::string& unit) {
    if (!goal_.excused.contains(unit)) renewed_.insert(unit);
  }

  Result<RolloutBatch> stuck() const {
    return failure(ErrorKind::refused,
                   fmt::format("nothing of {} can be changed: {} of {} are healthy, at least {} "
                               "must be, and no more than {} may exist",
                               goal_.service.display_name(),
                               sides_.healthy,
                               counted(sides_.total, "instance"),
                               allowance_.floor(),
                               goal_.wanted.size() + goal_.limits.surge));
  }

  const RolloutGoal& goal_;
  RolloutSides sides_;
  Allowance allowance_;
  RolloutBatch batch_;
  std::set<std::string> renewed_;
};

}  // namespace

Result<RolloutBatch> next_batch(const RolloutGoal& goal, const RolloutLook& look) {
  return BatchBuilder(goal, look).build();
}

}  // namespace scale_fleet
