#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "policy/decision_checks.hpp"
#include "policy/random_policy.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

RemoteRule random_remote(RandomSource& draw) {
  const auto step = [&] {
    return Adjustment{
        .kind = draw.percent(70) ? Adjustment::Kind::instances : Adjustment::Kind::percent,
        .amount = few(draw, 4)};
  };
  RemoteRule rule{.up_by = step(), .down_by = step()};
  rule.cooldown_up = seconds_up_to(draw, 60);
  rule.cooldown_down = seconds_up_to(draw, 60);
  return rule;
}

/// Mostly an alert; half of the programs name a count.
Demand random_demand(RandomSource& draw, const std::string& id) {
  Demand demand{.id = id, .asker = draw.percent(75) ? Asker::alert : Asker::program};
  demand.asked_by = (demand.asker == Asker::alert ? "alert " : "program ") + id;
  demand.direction = draw.percent(50) ? Direction::up : Direction::down;
  if (draw.percent(50)) demand.by = few(draw, 5);
  if (demand.asker == Asker::program && draw.percent(50)) {
    demand.direction = Direction::none;
    demand.by.reset();
    demand.count = few(draw, 15);
  }
  return demand;
}

bool is_program(const Demand& demand) {
  return demand.asker == Asker::program;
}

/// An alert that was decided on before.
bool is_decided(const Demand& demand) {
  return !is_program(demand) && demand.count.has_value();
}

bool is_bounded(const PolicyWorld& world) {
  const auto count = world.count();
  return count < world.policy.min || count > world.policy.max.value_or(max_count);
}

PolicyWorld without_demands(PolicyWorld world) {
  world.demands.clear();
  return world;
}

/// Of every demand that is answered: once, and nobody's who didn't ask.
void check_answers(const PolicyWorld& world, const Decision& decision) {
  std::map<std::string, int> asked;
  for (const auto& demand : world.demands)
    ++asked[demand.id];
  std::set<std::string> answered;
  for (const auto& id : decision.answered) {
    REQUIRE(asked.contains(id));
    REQUIRE(answered.insert(id).second);
  }
  std::set<std::string> carried_out;
  for (const auto& id : decision.carried_out) {
    REQUIRE(answered.contains(id));
    REQUIRE(carried_out.insert(id).second);
  }
  if (decision.direction == Direction::none) REQUIRE(decision.carried_out.empty());
  const bool is_paused = decision.kind == ReasonKind::paused;
  if (is_paused) {
    const auto alerts = world.demands.size() -
                        static_cast<std::size_t>(std::ranges::count_if(world.demands, is_program));
    REQUIRE(answered.size() == alerts);
    return;
  }
  if (is_bounded(world)) REQUIRE(answered.empty());
  if (!is_bounded(world)) REQUIRE(answered.empty() == world.demands.empty());
  if (!answered.empty()) return;
  REQUIRE(decision == without_demands(world).decide());
}

/// A rule agrees to a down where it would itself go down: a target that may not is asked what it
/// wants; one that scales up, or has no say, doesn't object.
bool objects(const PolicyWorld& world) {
  auto free = without_demands(world);
  free.policy.scale_up.clear();
  for (auto& rule : free.policy.target)
    rule.may_scale_down = true;
  const auto each = alone(free);
  return std::ranges::any_of(each, [](const Decision& decision) {
    const bool has_data = decision.reasons.front().find(": no fresh value of") == std::string::npos;
    return has_data && decision.direction != Direction::down;
  });
}

/// A change that alerts caused which nobody had decided on before. Whether it was a down.
void check_alerts(const PolicyWorld& world, const Decision& decision) {
  REQUIRE(!world.desired);
  REQUIRE(is_open(world.history.up, world.now));
  if (decision.direction != Direction::down) return;
  REQUIRE(is_open(world.history.down, world.now));
  for (const auto& rule : alone(world))
    REQUIRE(rule.count <= world.count());
  REQUIRE(!objects(world));
  REQUIRE(!is_held_without_data(world));
}

/// What the rules ask for by themselves is the least that they get beside alerts, and where those
/// ask for fewer, the most.
void check_beside_rules(const PolicyWorld& world, const Decision& decision) {
  const bool has_others = std::ranges::any_of(
      world.demands, [](const Demand& each) { return is_program(each) || is_decided(each); });
  if (has_others) return;
  const auto bare = without_demands(world).decide();
  if (bare.direction == Direction::up) REQUIRE(decision.count >= bare.count);
  const bool all_ask_for_fewer = std::ranges::none_of(
      world.demands, [](const Demand& each) { return each.direction == Direction::up; });
  if (all_ask_for_fewer) REQUIRE(decision.count <= std::max(bare.count, world.count()));
}

/// Each after the other, within the bounds, where every program names its number.
std::optional<InstanceCount> count_by_programs(const PolicyWorld& world) {
  auto count = static_cast<int>(world.count());
  const auto max = static_cast<int>(world.policy.max.value_or(max_count));
  for (const auto& demand : world.demands) {
    if (!is_program(demand)) continue;
    if (!demand.count && !demand.by) return std::nullopt;
    const auto by = static_cast<int>(demand.by.value_or(0));
    const auto asked = demand.count ? static_cast<int>(*demand.count)
                                    : count + (demand.direction == Direction::up ? by : -by);
    count = std::clamp(asked, static_cast<int>(world.policy.min), max);
  }
  return static_cast<InstanceCount>(count);
}

/// Cool-downs or not.
bool check_programs(const PolicyWorld& world, const Decision& decision) {
  const bool has_programs = std::ranges::any_of(world.demands, is_program);
  const bool waits = std::ranges::any_of(world.demands, is_decided) || world.desired ||
                     is_bounded(world) || decision.kind == ReasonKind::paused;
  if (!has_programs || waits) return false;
  REQUIRE(decision.kind == ReasonKind::program);
  if (const auto count = count_by_programs(world)) REQUIRE(decision.count == *count);
  for (const auto& demand : world.demands) {
    const auto& answered = decision.answered;
    REQUIRE((std::ranges::find(answered, demand.id) != answered.end()) == is_program(demand));
  }
  return decision.direction != Direction::none;
}

/// Those that it answers go; of what isn't done one goes on, with its count.
void settle(PolicyWorld& world, const Decision& decision, bool is_done) {
  std::optional<Demand> carrying;
  std::erase_if(world.demands, [&](const Demand& demand) {
    const auto& answered = decision.answered;
    if (std::ranges::find(answered, demand.id) == answered.end()) return false;
    const auto& done = decision.carried_out;
    const bool goes_on = !is_done && !carrying && std::ranges::find(done, demand.id) != done.end();
    if (goes_on) carrying = demand;
    return true;
  });
  if (!carrying) return;
  carrying->count = decision.count;
  world.demands.insert(world.demands.begin(), *carrying);
}

struct Changes {
  int alert_ups = 0;
  int alert_downs = 0;
  int programs = 0;
  int programs_in_cooldown = 0;
  int decided_alerts = 0;
};

void check_demands(const PolicyWorld& world, const Decision& decision, Changes& changes) {
  const bool is_up = decision.direction == Direction::up;
  if (check_programs(world, decision)) {
    ++changes.programs;
    const auto& closes = is_up ? world.history.up : world.history.down;
    if (!is_open(closes, world.now)) ++changes.programs_in_cooldown;
  }
  if (decision.kind != ReasonKind::alert || decision.direction == Direction::none) return;
  if (std::ranges::any_of(world.demands, is_decided)) {
    ++changes.decided_alerts;
    return;
  }
  ++(is_up ? changes.alert_ups : changes.alert_downs);
  check_alerts(world, decision);
}

/// Five minutes of a service of which others ask now and then.
void play(RandomSource& draw, Changes& changes) {
  PolicyWorld world;
  world.policy = random_policy(draw);
  world.policy.remote = random_remote(draw);
  world.with(few(draw, 8));
  int asked = 0;
  for (int second = 0; second < 300; second += draw.between(1, 20)) {
    INFO("second " << second);
    meddle(world, draw, second);
    while (draw.percent(35))
      world.demands.push_back(random_demand(draw, "d" + std::to_string(++asked)));
    world.at_second(second);
    world.history = after_look(world.history, world.policy, world.count(), world.now);
    const auto decision = world.decide();
    INFO(in_short(decision) << "\n" << lines_of(decision.reasons) << lines_of(decision.limits));
    REQUIRE(world.decide() == decision);
    check_counts(world, decision);
    check_answers(world, decision);
    check_beside_rules(world, decision);
    check_demands(world, decision, changes);
    world.history = remembered(world.history, world.policy, decision, world.count(), world.now);
    const bool is_done = draw.percent(80);
    settle(world, decision, is_done);
    if (decision.direction == Direction::none || !is_done) continue;
    auto carried_out = decision;
    carried_out.count = std::min(decision.count, std::max(world.count(), InstanceCount{15}));
    if (carried_out.count == world.count()) continue;
    const CountChange change{world.now, world.count(), carried_out.count};
    world.history = after_action(world.history, carried_out, change);
    world.carry_out(carried_out);
  }
}

}  // namespace

TEST_CASE("Whatever is asked for from outside, a decision keeps its promises") {
  const std::uint64_t base = 840'000;
  const int runs = 800;
  Changes changes;
  for (int run = 0; run < runs; ++run) {
    const auto seed = base + static_cast<std::uint64_t>(run);
    RandomSource draw(seed);
    INFO("seed " << seed);
    play(draw, changes);
  }
  CHECK(changes.alert_ups > 300);
  CHECK(changes.alert_downs > 200);
  CHECK(changes.programs > 500);
  CHECK(changes.programs_in_cooldown > 100);
  CHECK(changes.decided_alerts > 50);
  WARN(runs << " random services: " << changes.alert_ups << " ups and " << changes.alert_downs
            << " downs by alerts, " << changes.decided_alerts << " that went on, "
            << changes.programs << " changes by programs, " << changes.programs_in_cooldown
            << " of them in a cool-down");
}
