#include <algorithm>

#include "core/plan_words.hpp"
#include "core/scale_asked.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

std::vector<InstanceNumber> numbers(InstanceNumber first, InstanceNumber last) {
  std::vector<InstanceNumber> all;
  for (auto number = first; number <= last; ++number)
    all.push_back(number);
  return all;
}

}  // namespace

TEST_CASE("The plan leads from what is there to what is asked") {
  struct Row {
    const char* name;
    ClusterBuilder cluster;
    const char* count;
    const char* steps;
  };

  const auto base = [] { return ClusterBuilder().with_template(); };
  const std::vector<Row> rows{
      {"template only, none asked", base(), "0", ""},
      {"template only, one asked", base(), "1", "create 1"},
      {"template only, three asked", base(), "3", "create 1, create 2, create 3"},
      {"one is enough", base().running({1}), "1", ""},
      {"a second one", base().running({1}), "2", "create 2"},
      {"to none", base().running({1, 2}), "0", "destroy 2, destroy 1"},
      {"gaps are filled first", base().running({1, 3, 6}), "5", "create 2, create 4"},
      {"gaps don't count", base().running({1, 3}), "2", ""},
      {"gaps, fewer", base().running({1, 3, 6}), "1", "destroy 6, destroy 3"},
      {"number zero is an instance", base().running({0, 1}), "3", "create 2"},
      {"the lowest are kept, by number", base().running({2, 10, 9}), "1", "destroy 10, destroy 9"},
      {"one more", base().running({1, 2}), "+1", "create 3"},
      {"one less", base().running({1, 2}), "-1", "destroy 2"},
      {"less than none is none", base().running({1}), "-5", "destroy 1"},
      {"a stopped one is launched, not doubled", base().running({1}).loaded(2), "2", "launch 2"},
      {"an inactive one too", base().inactive(1), "2", "launch 1, create 2"},
      {"a kept one is launched when scaling down",
       base().loaded(1).running({2, 3}),
       "2",
       "destroy 1"},
      {"kept ones are launched when scaling down",
       base().loaded(1).loaded(2).loaded(3),
       "2",
       "launch 1, launch 2, destroy 3"},
      {"a failed one goes first", base().running({1, 3}).failed(2), "2", "destroy 2"},
      {"an unscheduled one goes before a running one",
       base().running({1, 3}).unscheduled(2),
       "2",
       "destroy 2"},
      {"failed, unscheduled, not launched, then the highest",
       base().running({4, 5}).loaded(1).unscheduled(2).failed(3),
       "1",
       "destroy 3, destroy 2, destroy 1, destroy 5"},
      {"a starting one is not idle", base().starting(1).running({2}), "1", "destroy 2"},
      {"a failed one counts", base().failed(1), "1", ""},
      {"an unscheduled one counts", base().running({1}).unscheduled(2), "2", ""},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const auto plan = plan_scale(row.cluster.look(), asking(row.count));
    REQUIRE(plan);
    CHECK(in_short(*plan) == row.steps);
  }
}

TEST_CASE("Ten is more than nine, in both directions") {
  CHECK(in_short(*plan_scale(with_running(numbers(1, 9)).look(), asking("10"))) == "create 10");
  CHECK(in_short(*plan_scale(with_running(numbers(1, 10)).look(), asking("9"))) == "destroy 10");
  CHECK(in_short(*plan_scale(with_running(numbers(1, 11)).look(), asking("9"))) ==
        "destroy 11, destroy 10");
}

TEST_CASE("Whatever the count, as many instances remain as were asked for") {
  for (const InstanceNumber before : {0U, 1U, 99U, 100U, 101U, 250U}) {
    for (const InstanceNumber desired : {0U, 1U, 100U, 101U, 250U}) {
      CAPTURE(before, desired);
      const auto look = with_running(numbers(1, before)).look();
      const auto plan = plan_scale(look, asking(std::to_string(desired)));
      REQUIRE(plan);
      CHECK(plan->before == before);
      CHECK(plan->desired == desired);
      CHECK(plan->kept.size() == desired);
      CHECK(plan->steps.size() == std::max(before, desired) - std::min(before, desired));
    }
  }
}

TEST_CASE("Units that only look like instances are left alone and named") {
  const auto look = with_running({1})
                        .unit("my_app@01.service")
                        .unit("my_app@blue.service")
                        .unit("my_app_v2@1.service")
                        .unit("my_app@2.timer")
                        .look();
  const auto plan = plan_scale(look, asking("2"));
  REQUIRE(plan);
  CHECK(in_short(*plan) == "create 2");
  CHECK(plan->left_alone ==
        std::vector<std::string>{"my_app@01.service", "my_app@2.timer", "my_app@blue.service"});
  CHECK(in_short(*plan_scale(look, asking("0"))) == "destroy 1");
}

TEST_CASE("Every step says why, in words") {
  const auto plan = plan_scale(with_running({1}).loaded(2).look(), asking("3"));
  REQUIRE(plan);
  CHECK(plan->steps[0].reason == "it exists, but its desired state is loaded");
  CHECK(plan->steps[1].reason == "3 is the lowest free number");
  const auto fewer = plan_scale(with_running({1, 2}).failed(3).look(), asking("1"));
  CHECK(fewer->steps[0].reason == "only 1 wanted, and it has failed");
  CHECK(fewer->steps[1].reason == "only 1 wanted, and 2 is the highest number");
}

TEST_CASE("A precondition that doesn't hold changes nothing") {
  auto request = asking("5");
  request.current = 3;
  const auto differs = plan_scale(with_running({1, 2}).look(), request);
  REQUIRE_FALSE(differs);
  CHECK(differs.error().kind == ErrorKind::precondition);
  request.current = 2;
  CHECK(plan_scale(with_running({1, 2}).look(), request));
}

TEST_CASE("Bounds hold whatever is asked, and say so") {
  auto request = asking("9");
  request.bounds = {.min = 2, .max = 4};
  const auto high = plan_scale(with_running({1, 2, 3}).look(), request);
  CHECK(high->desired == 4);
  REQUIRE(high->notices.size() == 1);
  CHECK(high->notices[0] == "my_app: asked for 9, limited to 4 by --max");
  request.count = *Count::parse("-3");
  CHECK(plan_scale(with_running({1, 2, 3}).look(), request)->desired == 2);
  request.count = *Count::parse("3");
  CHECK(plan_scale(with_running({1, 2, 3}).look(), request)->notices.empty());
}

TEST_CASE("Created instances get the lowest free numbers of the numbering") {
  struct Row {
    const char* name;
    Numbering numbering;
    ClusterBuilder cluster;
    const char* count;
    const char* steps;
  };

  const auto base = [] { return ClusterBuilder().with_template(); };
  const std::vector<Row> rows{
      {"ports, two each", {8080, 2}, base(), "3", "create 8080, create 8082, create 8084"},
      {"a freed one is taken again", {8080, 2}, base().running({8080, 8084}), "3", "create 8082"},
      {"from zero", {0, 1}, base(), "2", "create 0, create 1"},
      {"others count", {8080, 2}, base().running({1, 8081}), "3", "create 8080"},
      {"others may go",
       {8080, 2},
       base().running({1, 8080, 9000}),
       "1",
       "destroy 9000, destroy 8080"},
      {"up to the greatest", {999'999'998, 1}, base(), "2", "create 999999998, create 999999999"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    auto request = asking(row.count);
    request.numbering = row.numbering;
    const auto plan = plan_scale(row.cluster.look(), request);
    REQUIRE(plan);
    CHECK(in_short(*plan) == row.steps);
    CHECK(plan->kept.size() == plan->desired);
  }
}

TEST_CASE("A numbering that has no number left is a usage error, whatever its step") {
  for (const InstanceNumber step : {1U, 2U, 4'000'000'000U}) {
    INFO(step);
    auto request = asking("3");
    request.numbering = {.first = 999'999'999, .step = step};
    const auto plan = plan_scale(ClusterBuilder().with_template().look(), request);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("Submitted first, a unit is created inactive and launched then") {
  auto request = asking("3");
  request.submit_first = true;
  const auto plan = plan_scale(with_running({1}).inactive(2).look(), request);
  REQUIRE(plan);
  CHECK(in_short(*plan) == "launch 2, create 3, launch 3");
  CHECK(plan->submit_first);
  CHECK_FALSE(plan->steps[0].only_submits);
  CHECK(plan->steps[1].only_submits);
  CHECK_FALSE(plan->steps[2].only_submits);
}
