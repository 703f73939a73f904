#include "scale_fleet/core/rollout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/catch.hpp"
#include "support/cluster_builder.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

namespace {

UnitOptions text_of(const std::string& version) {
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "Environment", .value = "VERSION=" + version});
  return options;
}

using Text = std::shared_ptr<const UnitOptions>;

Text shared_text(const std::string& version) {
  return std::make_shared<const UnitOptions>(text_of(version));
}

/// Instances of a service, each a number and how it stands: `1a` runs text a, `2b!` has text b and
/// failed, `3a-` has text a and is not launched, `4a~` has text a and still runs another.
ServiceSnapshot cluster(const std::string& service, const std::vector<std::string>& instances) {
  ServiceSnapshot snapshot{.service = *Service::parse(service),
                           .template_unit = {},
                           .instances = {},
                           .left_alone = {},
                           .states = {}};
  for (const auto& word : instances) {
    const auto letter = word.find_first_of("abc");
    const auto number = static_cast<InstanceNumber>(std::stoi(word.substr(0, letter)));
    const auto name = snapshot.service.instance_name(number);
    const bool is_parked = word.ends_with("-");
    const auto state = is_parked ? JobState::loaded : JobState::launched;
    snapshot.instances.push_back({.number = number,
                                  .unit = {.name = name,
                                           .options = text_of(word.substr(letter, 1)),
                                           .desired_state = state,
                                           .current_state = state,
                                           .machine_id = "m1"},
                                  .state = UnitState{.unit = name,
                                                     .machine_id = "m1",
                                                     .load = "loaded",
                                                     .active = is_parked             ? "inactive"
                                                               : word.ends_with("!") ? "failed"
                                                                                     : "active",
                                                     .sub = "running",
                                                     .hash = word.ends_with("~") ? "b" : ""},
                                  .answer = {},
                                  .text_hash = "a"});
  }
  return snapshot;
}

RolloutGoal to_b(const std::vector<InstanceNumber>& numbers, RolloutLimits limits) {
  RolloutGoal goal{.service = *Service::parse("my_app"),
                   .wanted = {},
                   .spare_text = shared_text("b"),
                   .limits = limits};
  for (const auto number : numbers)
    goal.wanted[number] = goal.spare_text;
  return goal;
}

std::string in_short(const RolloutBatch& batch) {
  std::vector<std::string> steps;
  for (const auto& step : batch.steps) {
    const auto unit = step.unit.substr(0, step.unit.find('.'));
    const auto is_outgoing = unit.starts_with("old");
    steps.push_back(fmt::format("{}{} {}",
                                step.stop_first ? "stop+" : "",
                                to_string(step.action),
                                (is_outgoing ? "old" : "") + unit.substr(unit.find('@') + 1)));
  }
  return fmt::format("{}{}", fmt::join(steps, ", "), batch.completes_canaries ? " (canary)" : "");
}

std::string all_in_short(const RolloutGoal& goal, const RolloutLook& look) {
  const auto batches = all_batches(goal, look);
  if (!batches) return "error: " + batches.error().message;
  std::vector<std::string> texts;
  for (const auto& batch : *batches)
    texts.push_back(in_short(batch));
  return fmt::format("{}", fmt::join(texts, " | "));
}

}  // namespace

TEST_CASE("A rollout in place renews instances in steps, and never has too few or too many") {
  struct Row {
    const char* name;
    std::vector<std::string> instances;
    RolloutLimits limits;
    const char* batches;
  };

  const std::vector<std::string> three{"1a", "2a", "3a"};
  for (const auto& row : {
           Row{"one more, none fewer",
               three,
               {},
               "create 4 | replace 1 | replace 2 | replace 3 | destroy 4"},
           Row{"one fewer",
               three,
               {.surge = 0, .unavailable = 1},
               "replace 1 | replace 2 | replace 3"},
           Row{"one more and one fewer",
               three,
               {.surge = 1, .unavailable = 1},
               "replace 1, create 4 | replace 2, replace 3 | destroy 4"},
           Row{"many more",
               three,
               {.surge = 9},
               "create 4, create 5, create 6 | replace 1, replace "
               "2, replace 3 | destroy 4, destroy 5, destroy 6"},
           Row{"all at once",
               three,
               {.surge = 0, .unavailable = 3},
               "replace 1, replace 2, replace 3"},
           Row{"one that failed goes first, for nothing is lost",
               {"1a", "2a", "3a!"},
               {},
               "replace 3, create 4 | replace 1 | replace 2 | destroy 4"},
           Row{"all that failed at once",
               {"1a!", "2a!", "3a!"},
               {},
               "replace 1, replace 2, replace 3"},
           Row{"one that its machine is about to restart counts for nobody",
               {"1a", "2a", "3a~", "4b"},
               {.surge = 1},
               "replace 3 | replace 1 | replace 2 | destroy 4"},
           Row{"what an earlier run has begun is waited for, not given up",
               {"1a", "2a", "3a", "4b!"},
               {},
               "replace 1 | replace 2 | replace 3 | destroy 4"},
           Row{"one that has its text, likewise",
               {"1b!", "2a", "3a", "4a"},
               {.surge = 1},
               "replace 2 | replace 3 | destroy 4"},
           Row{"a canary is one more",
               three,
               {.canary = 1},
               "create 4 (canary) | replace 1 | replace 2 | replace 3 | destroy 4"},
           Row{"two canaries, of which one is one more",
               three,
               {.canary = 2},
               "create 4 | replace 1 (canary) | replace 2 | replace 3 | destroy 4"},
           Row{"a canary with none more",
               three,
               {.surge = 0, .unavailable = 2, .canary = 1},
               "replace 1 (canary) | replace 2, replace 3"},
           Row{"taken up half-way",
               {"1b", "2a", "3a", "4b"},
               {},
               "replace 2 | replace 3 | destroy 4"},
           Row{"taken up at the end", {"1b", "2b", "3b", "4b"}, {}, "destroy 4"},
           Row{"one with its text that isn't launched", {"1b", "2b-", "3b"}, {}, "launch 2"},
           Row{"done", {"1b", "2b", "3b"}, {}, ""},
           Row{"the new ones have to become well first",
               {"1b!", "2a", "3a"},
               {},
               "create 4 | replace 2 | replace 3 | destroy 4"},
           Row{"two too few", {"1b"}, {}, "create 2, create 3"},
           Row{"a spare that only has to go needn't become well",
               {"1b", "2b", "3b", "4b!"},
               {},
               "destroy 4"},
           Row{"fewer than before: those beyond stand in for the others",
               {"1a", "2a", "3a", "4a", "5a"},
               {},
               "replace 1, replace 2 | replace 3, destroy 4 | destroy 5"},
       }) {
    CAPTURE(row.name);
    const RolloutLook look{
        .service = cluster("my_app", row.instances), .outgoing = {}, .restarted = {}};
    CHECK(all_in_short(to_b({1, 2, 3}, row.limits), look) == row.batches);
  }
}

TEST_CASE("A rollout beside the former service starts one and removes one in turn") {
  struct Row {
    const char* name;
    std::vector<std::string> instances;
    std::vector<std::string> outgoing;
    RolloutLimits limits;
    const char* batches;
  };

  const std::vector<std::string> three{"1a", "2a", "3a"};
  for (const auto& row :
       {Row{"one more, none fewer",
            {},
            three,
            {},
            "create 1 | destroy old1 | create 2 | destroy old2 | create 3 | destroy old3"},
        Row{"one fewer, none more",
            {},
            three,
            {.surge = 0, .unavailable = 1},
            "destroy old1 | create 1 | destroy old2 | create 2 | destroy old3 | create 3"},
        Row{"all at once",
            {},
            three,
            {.surge = 3},
            "create 1, create 2, create 3 | destroy old1, "
            "destroy old2, destroy old3"},
        Row{"those that failed go at once",
            {},
            {"1a!", "2a", "3a"},
            {},
            "create 1, destroy old1 | create 2 | destroy old2 | create 3 | destroy old3"},
        Row{"two canaries",
            {},
            three,
            {.canary = 2},
            "create 1 | destroy old1 | create 2 (canary) | destroy old2 | create 3 | destroy old3"},
        Row{"taken up half-way",
            {"1b", "2b"},
            {"2a", "3a"},
            {},
            "destroy old2 | create 3 | destroy old3"},
        Row{"without canaries it would wait for ever",
            {},
            three,
            {.surge = 0, .unavailable = 0},
            "error: nothing of my_app can be changed: 3 of 3 instances are healthy, at least 3 "
            "must be, and no more than 3 may exist"}}) {
    CAPTURE(row.name);
    const RolloutLook look{.service = cluster("my_app", row.instances),
                           .outgoing = cluster("old", row.outgoing),
                           .restarted = {}};
    CHECK(all_in_short(to_b({1, 2, 3}, row.limits), look) == row.batches);
  }
}

TEST_CASE("A restart replaces every instance once, stopping it first, and keeps its text") {
  RolloutGoal goal{.service = *Service::parse("my_app"),
                   .wanted = {{1, shared_text("a")}, {2, shared_text("b")}},
                   .spare_text = shared_text("a"),
                   .restarts = true};
  const RolloutLook look{
      .service = cluster("my_app", {"1a", "2b"}), .outgoing = {}, .restarted = {}};
  CHECK(all_in_short(goal, look) == "create 3 | stop+replace 1 | stop+replace 2 | destroy 3");
}

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
