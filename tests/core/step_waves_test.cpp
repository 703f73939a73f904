#include "scale_fleet/core/step_waves.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

struct ShortStep {
  Action action;
  InstanceNumber number;  ///< 0: the template.
};

using ShortPlans = std::vector<std::vector<ShortStep>>;

constexpr auto up = Action::create;
constexpr auto launch = Action::launch;
constexpr auto down = Action::destroy;
constexpr auto replace = Action::replace;

/// The first plan is a's, the others are b's, c's, …
std::vector<ScalePlan> plans_of(const ShortPlans& short_plans) {
  std::vector<ScalePlan> plans;
  for (const auto& steps : short_plans) {
    const auto service = *Service::parse(std::string(1, static_cast<char>('a' + plans.size())));
    ScalePlan plan{.service = service,
                   .before = 0,
                   .desired = 0,
                   .steps = {},
                   .kept = {},
                   .options = {},
                   .left_alone = {},
                   .notices = {}};
    for (const auto& [action, number] : steps) {
      plan.steps.push_back(
          {.action = action,
           .unit = number == 0 ? service.template_name() : service.instance_name(number),
           .reason = {}});
    }
    plans.push_back(plan);
  }
  return plans;
}

/// `+a1 +a2 | +b1`: one wave after the other.
std::string in_short(const std::vector<Wave>& waves, const std::vector<ScalePlan>& plans) {
  std::string text;
  for (const auto& wave : waves) {
    text += text.empty() ? "" : " |";
    for (const auto& [place, after] : wave) {
      const auto& step = plans[place.plan].steps[place.step];
      const auto number = instance_number(plans[place.plan].service, step.unit);
      text += text.empty() ? "" : " ";
      text += step.action == down      ? "-"
              : step.action == replace ? "="
              : step.action == launch  ? "^"
                                       : "+";
      text += plans[place.plan].service.prefix() + (number ? std::to_string(*number) : "");
    }
  }
  return text;
}

}  // namespace

TEST_CASE("Sidekicks come after their main instances and go before them") {
  struct Row {
    const char* name;
    ShortPlans plans;
    const char* waves;
  };

  for (const auto& row : std::vector<Row>{
           {"nothing to do", {{}, {}}, ""},
           {"alone", {{{up, 1}, {down, 2}}}, "+a1 -a2"},
           {"up", {{{up, 1}, {up, 2}}, {{up, 1}, {up, 2}}}, "+a1 +a2 | +b1 +b2"},
           {"down", {{{down, 2}, {down, 1}}, {{down, 2}, {down, 1}}}, "-b2 -b1 | -a2 -a1"},
           {"launching is coming too", {{{launch, 1}}, {{up, 1}}}, "^a1 | +b1"},
           {"and for a sidekick", {{{up, 1}}, {{launch, 1}}}, "+a1 | ^b1"},
           {"two sidekicks don't wait for each other",
            {{{up, 1}}, {{up, 1}}, {{up, 1}}},
            "+a1 | +b1 +c1"},
           {"two sidekicks that go", {{{down, 1}}, {{down, 1}}, {{down, 1}}}, "-b1 -c1 | -a1"},
           {"what is missing of what is there waits for nobody",
            {{{up, 3}}, {{up, 1}, {up, 3}}},
            "+a3 +b1 | +b3"},
           {"what is left over waits for nobody",
            {{{down, 2}}, {{down, 9}, {down, 2}}},
            "-b9 -b2 | -a2"},
           {"other numbers are nobody's business",
            {{{down, 5}, {up, 1}}, {{up, 1}, {down, 4}}},
            "-a5 +a1 -b4 | +b1"},
           {"the template waits for nobody", {{{up, 0}, {up, 1}}, {{up, 1}}}, "+a +a1 | +b1"},
           {"around a replacement", {{{replace, 1}}, {{down, 1}, {up, 1}}}, "-b1 | =a1 | +b1"},
           {"a replacement after a replacement", {{{replace, 1}}, {{replace, 1}}}, "=a1 | =b1"},
           {"a unit's own steps in their order", {{{down, 1}, {up, 1}}}, "-a1 | +a1"}}) {
    INFO(row.name);
    const auto plans = plans_of(row.plans);
    CHECK(in_short(waves(plans), plans) == row.waves);
  }
}

TEST_CASE("Where units are submitted first, one step comes after the other, number after number") {
  struct Row {
    const char* name;
    ShortPlans plans;
    const char* waves;
  };

  for (const auto& row : std::vector<Row>{
           {"nothing to do", {{}, {}}, ""},
           {"alone", {{{up, 1}, {launch, 1}, {up, 2}, {launch, 2}}}, "+a1 | ^a1 | +a2 | ^a2"},
           {"with sidekicks",
            {{{up, 1}, {launch, 1}, {up, 2}, {launch, 2}},
             {{up, 1}, {launch, 1}, {up, 2}, {launch, 2}},
             {{up, 1}, {launch, 1}, {up, 2}, {launch, 2}}},
            "+b1 | +c1 | +a1 | ^a1 | ^b1 | ^c1 | +b2 | +c2 | +a2 | ^a2 | ^b2 | ^c2"},
           {"down", {{{down, 2}, {down, 1}}, {{down, 2}, {down, 1}}}, "-b2 | -a2 | -b1 | -a1"},
           {"one that was begun goes on", {{{launch, 1}}, {{launch, 1}}}, "^a1 | ^b1"},
           {"only the sidekick is missing", {{}, {{up, 1}, {launch, 1}}}, "+b1 | ^b1"},
       }) {
    INFO(row.name);
    auto plans = plans_of(row.plans);
    plans.front().submit_first = true;
    CHECK(in_short(waves(plans), plans) == row.waves);
  }
}

TEST_CASE("Where units are submitted first, a step waits for all of its number before it") {
  auto plans = plans_of({{{up, 1}, {launch, 1}, {down, 2}}, {{up, 1}, {launch, 1}, {down, 2}}});
  plans.front().submit_first = true;
  const std::vector<Wave> expected{{{.place = {1, 0}}},
                                   {{.place = {0, 0}, .after = {{1, 0}}}},
                                   {{.place = {0, 1}, .after = {{1, 0}, {0, 0}}}},
                                   {{.place = {1, 1}, .after = {{1, 0}, {0, 0}, {0, 1}}}},
                                   {{.place = {1, 2}}},
                                   {{.place = {0, 2}, .after = {{1, 2}}}}};
  CHECK(waves(plans) == expected);
}

TEST_CASE("Each step knows which others it waits for") {
  const auto plans = plans_of({{{up, 3}, {down, 2}}, {{up, 3}, {down, 2}}, {{down, 2}, {up, 1}}});
  const std::vector<Wave> expected{
      {{.place = {0, 0}}, {.place = {1, 1}}, {.place = {2, 0}}, {.place = {2, 1}}},
      {{.place = {0, 1}, .after = {{1, 1}, {2, 0}}}, {.place = {1, 0}, .after = {{0, 0}}}}};
  CHECK(waves(plans) == expected);
}

TEST_CASE("A batch is so many numbers, each with all its steps") {
  const auto plans =
      plans_of({{{up, 0}, {up, 1}, {up, 2}, {down, 9}}, {{up, 1}, {up, 2}, {up, 4}, {down, 9}}});
  const auto in_batches = [&](std::size_t size) {
    std::string text;
    for (const auto& batch : batches_of_waves(plans, size))
      text += (text.empty() ? "" : "; ") + in_short(batch, plans);
    return text;
  };
  CHECK(in_batches(1) == "+a; +a1 | +b1; +a2 | +b2; -b9 | -a9; +b4");
  CHECK(in_batches(2) == "+a +a1 | +b1; +a2 -b9 | -a9 +b2; +b4");
  CHECK(in_batches(100) == "+a +a1 +a2 +b4 -b9 | -a9 +b1 +b2");
  CHECK(batches_of_waves({}, 3).empty());
}

TEST_CASE("Steps that would wait for each other for ever are a mistake of the plan") {
  const auto plans = plans_of({{{replace, 1}}, {{up, 1}, {down, 1}}});
  CHECK_THROWS_AS(waves(plans), std::invalid_argument);
}
