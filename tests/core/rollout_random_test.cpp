#include "core/rollout_words.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

namespace {

/// Instances that are there and serve while `batch` is under way, at worst and at most.
struct Moment {
  std::size_t healthy = 0;
  std::size_t total = 0;
};

bool is_healthy(const Instance& instance) {
  return instance.state && instance.state->active == "active";
}

Moment worst_moment(const RolloutLook& look, const RolloutBatch& batch) {
  std::set<std::string> touched;
  Moment moment;
  for (const auto& step : batch.steps) {
    touched.insert(step.unit);
    if (step.action == Action::create) ++moment.total;
  }
  const auto add = [&](const ServiceSnapshot& side) {
    for (const auto& instance : side.instances) {
      ++moment.total;
      if (is_healthy(instance) && !touched.contains(instance.unit.name)) ++moment.healthy;
    }
  };
  add(look.service);
  if (look.outgoing) add(*look.outgoing);
  return moment;
}

std::size_t healthy_in(const RolloutLook& look) {
  return worst_moment(look, {}).healthy;
}

/// The batch succeeds, or each thing that it renews fails.
void carry_out(RolloutLook& look, const RolloutBatch& batch, bool succeeds) {
  for (const auto& step : batch.steps) {
    auto& side = step.unit.starts_with("old") ? *look.outgoing : look.service;
    const auto old = std::ranges::find_if(
        side.instances, [&](const Instance& each) { return each.unit.name == step.unit; });
    const auto number = *instance_number(side.service, step.unit);
    auto options = step.options                  ? *step.options
                   : old != side.instances.end() ? old->unit.options
                                                 : UnitOptions{};
    if (old != side.instances.end()) side.instances.erase(old);
    if (step.action == Action::destroy) continue;
    auto made =
        cluster(side.service.display_name(), {std::to_string(number) + (succeeds ? "b" : "b!")});
    made.instances.front().unit.options = std::move(options);
    side.instances.push_back(made.instances.front());
    look.restarted.insert(step.unit);
  }
  std::ranges::sort(look.service.instances, {}, &Instance::number);
}

std::vector<std::string> random_instances(RandomSource& draw, int most) {
  std::vector<std::string> instances;
  for (int number = 1; number <= most; ++number) {
    if (draw.percent(30)) continue;
    const bool is_renewed = draw.percent(40);
    const bool has_failed = draw.percent(20);
    instances.push_back(fmt::format("{}{}{}",
                                    number,
                                    is_renewed ? "b" : "a",
                                    has_failed         ? "!"
                                    : draw.percent(10) ? "-"
                                                       : ""));
  }
  return instances;
}

}  // namespace

TEST_CASE("From any cluster a rollout ends at its goal, within its limits at every moment") {
  const std::uint64_t base = 40'000;
  const int runs = 5'000;
  std::size_t batches = 0;
  for (int run = 0; run < runs; ++run) {
    const auto seed = base + static_cast<std::uint64_t>(run);
    RandomSource draw(seed);
    RolloutLimits limits{.surge = static_cast<InstanceCount>(draw.between(0, 3)),
                         .unavailable = static_cast<InstanceCount>(draw.between(0, 3)),
                         .canary = static_cast<InstanceCount>(draw.between(0, 4))};
    if (limits.surge + limits.unavailable == 0) limits.unavailable = 1;
    std::vector<InstanceNumber> numbers;
    for (InstanceNumber number = 1; number <= 7; ++number) {
      if (draw.percent(60)) numbers.push_back(number);
    }
    auto goal = to_b(numbers, limits);
    goal.restarts = draw.percent(20);
    RolloutLook look{
        .service = cluster("my_app", random_instances(draw, 8)), .outgoing = {}, .restarted = {}};
    if (draw.percent(50)) look.outgoing = cluster("old", random_instances(draw, 6));
    INFO("seed " << seed);
    const auto floor = numbers.size() - std::min<std::size_t>(numbers.size(), limits.unavailable);
    const auto cap = numbers.size() + limits.surge;
    for (int turn = 0;; ++turn) {
      REQUIRE(turn < 100);
      const auto before = worst_moment(look, {});
      const auto batch = next_batch(goal, look);
      INFO((batch ? in_short(*batch) : batch.error().message));
      REQUIRE(batch);
      if (batch->is_end) break;
      if (batch->steps.empty()) {
        // Those with their text become well by and by.
        for (auto& instance : look.service.instances) {
          if (std::ranges::find(batch->renewed, instance.unit.name) != batch->renewed.end())
            instance.state->active = "active";
        }
        continue;
      }
      ++batches;
      const auto moment = worst_moment(look, *batch);
      REQUIRE(moment.healthy >= std::min(floor, before.healthy));
      REQUIRE(moment.total <= std::max(cap, before.total));
      carry_out(look, *batch, true);
    }
    std::vector<InstanceNumber> found;
    for (const auto& instance : look.service.instances) {
      found.push_back(instance.number);
      REQUIRE(instance.unit.options == *goal.spare_text);
    }
    REQUIRE(found == numbers);
    REQUIRE(healthy_in(look) == numbers.size());
    REQUIRE((!look.outgoing || look.outgoing->instances.empty()));
  }
  WARN(runs << " random rollouts, " << batches << " batches, each within its limits");
}

TEST_CASE("A rollout that fails at any batch is undone within the limits") {
  const std::uint64_t base = 90'000;
  const int runs = 3'000;
  for (int run = 0; run < runs; ++run) {
    const auto seed = base + static_cast<std::uint64_t>(run);
    RandomSource draw(seed);
    RolloutLimits limits{.surge = static_cast<InstanceCount>(draw.between(0, 2)),
                         .unavailable = static_cast<InstanceCount>(draw.between(0, 2))};
    if (limits.surge + limits.unavailable == 0) limits.surge = 1;
    const int count = draw.between(1, 6);
    const bool beside = draw.percent(50);
    std::vector<std::string> former;
    std::vector<InstanceNumber> numbers;
    for (int number = 1; number <= count; ++number) {
      former.push_back(std::to_string(number) + "a");
      numbers.push_back(static_cast<InstanceNumber>(number));
    }
    RolloutLook look{.service = cluster("my_app", beside ? std::vector<std::string>{} : former),
                     .outgoing = {},
                     .restarted = {}};
    if (beside) look.outgoing = cluster("old", former);
    const auto goal = to_b(numbers, limits);
    INFO("seed " << seed << ", " << count << (beside ? " beside" : " in place"));
    const auto floor = numbers.size() - std::min<std::size_t>(numbers.size(), limits.unavailable);
    for (int left = draw.between(0, 2 * count); left > 0; --left) {
      const auto batch = next_batch(goal, look);
      REQUIRE(batch);
      carry_out(look, *batch, left > 1);
      REQUIRE(healthy_in(look) >= floor);
    }
    RolloutGoal undo{.service = *Service::parse(beside ? "old" : "my_app"),
                     .wanted = {},
                     .spare_text = shared_text("a"),
                     .limits = limits};
    for (const auto number : numbers)
      undo.wanted[number] = undo.spare_text;
    if (beside) std::swap(look.service, *look.outgoing);
    for (int turn = 0;; ++turn) {
      REQUIRE(turn < 100);
      const auto batch = next_batch(undo, look);
      REQUIRE(batch);
      if (batch->is_end) break;
      REQUIRE(worst_moment(look, *batch).healthy >= floor);
      if (beside) std::swap(look.service, *look.outgoing);
      carry_out(look, *batch, true);
      if (beside) std::swap(look.service, *look.outgoing);
    }
    REQUIRE(healthy_in(look) == numbers.size());
  }
}
