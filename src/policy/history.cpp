#include "scale_fleet/policy/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {
namespace {

/// More than any span of a policy needs; a clock that goes wild must not make it endless.
constexpr std::size_t most_entries = 10'000;
/// What tells how often decisions are made, however long ago: see settling.
constexpr std::size_t fewest_recommendations = 3;
/// Of the same recommendation over and over, so many in a window say as much as all.
constexpr int kept_of_same = 32;

/// A span that can be added to a moment, whatever it was read from.
constexpr Millis longest_cooldown = std::chrono::hours(24) * 100'000;

template <typename Entry>
void drop_oldest_beyond(std::vector<Entry>& entries, std::size_t most) {
  if (entries.size() <= most) return;
  entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(most));
}

void end_if_over(std::optional<CoolDown>& cooldown, WallTime now) {
  if (cooldown && cooldown->until <= now) cooldown.reset();
}

void begin_or_prolong(std::optional<CoolDown>& cooldown, const CoolDown& begun) {
  if (!cooldown || cooldown->until < begun.until) cooldown = begun;
}

/// What the longest cool-down of the policy is, and of a change by somebody else.
Millis farthest_cooldown(const ServicePolicy& policy) {
  auto longest = policy.manual_cooldown;
  for (const auto& rule : policy.scale_up)
    longest = std::max(longest, rule.cooldown);
  for (const auto& rule : policy.scale_down)
    longest = std::max(longest, rule.cooldown);
  for (const auto& rule : policy.target)
    longest = std::max({longest, rule.cooldown_up, rule.cooldown_down});
  if (const auto& remote = policy.remote)
    longest = std::max({longest, remote->cooldown_up, remote->cooldown_down});
  return std::min(longest, longest_cooldown);
}

/// It was begun by another policy perhaps, or by another clock: it lasts no longer than one that
/// this policy begins now.
void hold_to_policy(std::optional<CoolDown>& cooldown, const ServicePolicy& policy, WallTime now) {
  if (cooldown) cooldown->until = std::min(cooldown->until, now + farthest_cooldown(policy));
}

/// By the clock of the day: `08:15:30`.
std::string time_of_day(WallTime time) {
  const auto text = format_wall_time(std::chrono::floor<std::chrono::seconds>(time));
  const auto start = text.find('T');
  return start == std::string::npos ? text : text.substr(start + 1, 8);
}

std::string because_of(std::string_view who, const CountChange& change) {
  return fmt::format(
      "{}: {} -> {} at {}", who, change.before, change.after, time_of_day(change.time));
}

void add_recommendation(std::vector<Recommendation>& all, Recommendation added, Millis window) {
  // From before the clock was set back: of moments that haven't been.
  std::erase_if(all, [&](const Recommendation& each) { return each.time >= added.time; });
  const auto size = all.size();
  const bool is_same_again =
      size >= 2 && all[size - 1].count == added.count && all[size - 2].count == added.count;
  if (is_same_again && added.time - all[size - 2].time <= window / kept_of_same) all.pop_back();
  all.push_back(added);
}

void forget_recommendations(std::vector<Recommendation>& all, Millis window, WallTime now) {
  const auto young = std::ranges::find_if(
      all, [&](const Recommendation& each) { return now - each.time < window; });
  auto kept = static_cast<std::size_t>(all.end() - young) + 1;  // And the one before the window.
  kept = std::max(kept, fewest_recommendations);
  drop_oldest_beyond(all, std::min(kept, most_entries));
}

void forget_changes(std::vector<CountChange>& all, const ServicePolicy& policy, WallTime now) {
  auto longest = Millis(0);
  for (const auto& limit : {policy.limit_up, policy.limit_down}) {
    if (limit) longest = std::max(longest, limit->period);
  }
  std::erase_if(all, [&](const CountChange& each) { return now - each.time >= longest; });
  drop_oldest_beyond(all, most_entries);
}

}  // namespace

History remembered(History history,
                   const ServicePolicy& policy,
                   const Decision& decision,
                   InstanceCount current,
                   WallTime now) {
  const auto window = std::max(policy.settle_up, policy.settle_down);
  if (decision.recommended && window > Millis(0))
    add_recommendation(history.recommendations, {now, *decision.recommended}, window);
  forget_recommendations(history.recommendations, window, now);
  forget_changes(history.changes, policy, now);
  end_if_over(history.up, now);
  end_if_over(history.down, now);
  if (!history.last_count) history.last_count = current;
  return history;
}

History after_action(History history, const Decision& decision, CountChange change) {
  history.last_count = change.after;
  if (change.after == change.before) return history;
  const CoolDown begun{change.time + std::min(decision.cooldown, longest_cooldown),
                       because_of(decision.asked_by, change)};
  end_if_over(history.up, change.time);
  end_if_over(history.down, change.time);
  if (change.after > change.before) {
    if (decision.cooldown > Millis(0)) begin_or_prolong(history.up, begun);
    history.down = history.up;
  } else if (decision.cooldown > Millis(0)) {
    begin_or_prolong(history.down, begun);
    // Whoever asked for it by hand doesn't want it undone by a rule at once.
    if (decision.kind == ReasonKind::program) begin_or_prolong(history.up, begun);
  }
  history.changes.push_back(change);
  return history;
}

History after_look(History history,
                   const ServicePolicy& policy,
                   InstanceCount current,
                   WallTime now) {
  hold_to_policy(history.up, policy, now);
  hold_to_policy(history.down, policy, now);
  if (!history.last_count || *history.last_count == current) return history;
  const CountChange change{now, *history.last_count, current};
  history.last_count = current;
  history.changes.push_back(change);
  if (policy.manual_cooldown <= Millis(0)) return history;
  const CoolDown begun{now + std::min(policy.manual_cooldown, longest_cooldown),
                       because_of("somebody else", change)};
  begin_or_prolong(history.up, begun);
  begin_or_prolong(history.down, begun);
  return history;
}

}  // namespace scale_fleet
