#include <algorithm>

#include "core/plan_words.hpp"
#include "core/scale_asked.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("Highest-first destroys by number alone") {
  auto request = asking("2");
  request.scale_down_order = ScaleDownOrder::highest_first;
  CHECK(in_short(*plan_scale(with_running({1, 3}).failed(2).look(), request)) == "destroy 3");
}

TEST_CASE("Those that are to go first do, in their order, and then the usual ones") {
  struct Row {
    const char* name;
    std::vector<InstanceNumber> goes_first;
    const char* count;
    const char* steps;
  };

  const std::vector<Row> rows{
      {"one of them", {2}, "4", "destroy 2"},
      {"in their order, not by number", {3, 1, 2}, "2", "destroy 3, destroy 1, destroy 2"},
      {"as many as go", {3, 1, 2}, "4", "destroy 3"},
      {"before the idle ones", {1}, "3", "destroy 1, destroy 5"},
      {"one that isn't there is nobody", {9, 2}, "4", "destroy 2"},
      {"nobody goes where all stay", {2}, "5", ""},
      {"more wanted", {2}, "6", "create 6"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    auto request = asking(row.count);
    request.goes_first = row.goes_first;
    request.goes_first_reason = "its cpu_user is 12 (below 30)";
    const auto plan = plan_scale(with_running({1, 2, 3, 4}).failed(5).look(), request);
    REQUIRE(plan);
    CHECK(in_short(*plan) == row.steps);
    for (const auto& step : plan->steps) {
      const auto number = *instance_number(plan->service, step.unit);
      const bool is_named = std::ranges::find(row.goes_first, number) != row.goes_first.end();
      const bool tells_why = step.reason.find("its cpu_user is 12 (below 30)") != std::string::npos;
      CHECK(tells_why == is_named);
    }
  }
}

TEST_CASE("How instances fare matters to a plan that destroys, and to no other") {
  const auto look =
      ClusterBuilder().with_template().running({1, 2}).failed(3).loaded(4).unscheduled(5).look();
  auto without_states = look;
  without_states.states.clear();
  for (auto& instance : without_states.instances)
    instance.state.reset();
  for (const auto* count : {"0", "1", "2", "3", "4", "5", "6", "9", "+1", "-1"}) {
    CAPTURE(count);
    const ScaleRequest request{.service = look.service, .count = *Count::parse(count)};
    const bool goes_down = plan_scale(look, request)->desired < 5;
    CHECK(needs_states(without_states, request) == goes_down);
    if (!goes_down) {
      CHECK(plan_scale(without_states, request)->steps == plan_scale(look, request)->steps);
    }
    auto by_number = request;
    by_number.scale_down_order = ScaleDownOrder::highest_first;
    CHECK(needs_states(without_states, by_number) == goes_down);  // Some may have to stop first.
    by_number.stop_first = StopFirst::never;
    CHECK_FALSE(needs_states(without_states, by_number));
    CHECK(plan_scale(without_states, by_number)->steps == plan_scale(look, by_number)->steps);
  }
}

TEST_CASE("Units with stop actions are stopped before they are destroyed, unless told otherwise") {
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "ExecStopPost", .value = "/bin/true"});
  auto look = ClusterBuilder().with_template(options).running({1}).loaded(2).unscheduled(3).look();
  look.instances.back().unit.options = options;
  const auto plain = ClusterBuilder().with_template().running({1}).look();
  auto request = asking("0");
  const auto stops_first = [&](const ServiceSnapshot& snapshot, const std::string& unit) {
    const auto plan = plan_scale(snapshot, request);
    return std::ranges::find(plan->steps, unit, &Step::unit)->stop_first;
  };
  CHECK(stops_first(look, "my_app@1.service"));
  CHECK_FALSE(stops_first(look, "my_app@2.service"));
  // The destruction of another may set free the machine that it waits for.
  CHECK(stops_first(look, "my_app@3.service"));
  CHECK_FALSE(stops_first(plain, "my_app@1.service"));
  request.stop_first = StopFirst::always;
  CHECK(stops_first(plain, "my_app@1.service"));
  request.stop_first = StopFirst::never;
  CHECK_FALSE(stops_first(look, "my_app@1.service"));
}

TEST_CASE("A unit that is still stopping is stopped to its end before it is destroyed") {
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "ExecStopPost", .value = "/bin/true"});
  auto look = ClusterBuilder().with_template(options).loaded(1).look();
  CHECK_FALSE(plan_scale(look, asking("0"))->steps.at(0).stop_first);
  look.instances[0].state->active = "deactivating";
  CHECK(plan_scale(look, asking("0"))->steps.at(0).stop_first);
}
