#include "scale_fleet/core/scale_plan.hpp"

#include <algorithm>

#include "core/plan_words.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;

namespace {

ScaleRequest asking(const std::string& count) {
  return {.service = *Service::parse("my_app"), .count = *Count::parse(count)};
}

std::vector<InstanceNumber> numbers(InstanceNumber first, InstanceNumber last) {
  std::vector<InstanceNumber> all;
  for (auto number = first; number <= last; ++number)
    all.push_back(number);
  return all;
}

ClusterBuilder with_running(const std::vector<InstanceNumber>& all) {
  ClusterBuilder cluster;
  cluster.with_template();
  for (const auto number : all)
    cluster.running({number});
  return cluster;
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

TEST_CASE("Highest-first destroys by number alone") {
  auto request = asking("2");
  request.scale_down_order = ScaleDownOrder::highest_first;
  CHECK(in_short(*plan_scale(with_running({1, 3}).failed(2).look(), request)) == "destroy 3");
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

TEST_CASE("Created units get the template's lines verbatim") {
  const UnitOptions odd{{.section = "Service", .name = "ExecStart", .value = ""},
                        {.section = "Service", .name = "ExecStart", .value = "/bin/a %i"},
                        {.section = "Unit", .name = "After", .value = "x"},
                        {.section = "Service", .name = "ExecStart", .value = "/bin/a %i"}};
  const auto plan = plan_scale(ClusterBuilder().with_template(odd).look(), asking("1"));
  REQUIRE(plan);
  CHECK(plan->options == odd);
}

TEST_CASE("Without a template nothing can be created, but everything destroyed") {
  const auto look = ClusterBuilder().running({1, 2}).look();
  const auto more = plan_scale(look, asking("3"));
  REQUIRE_FALSE(more);
  CHECK(more.error().kind == ErrorKind::not_found);
  CHECK(more.error().message.find("my_app@.service") != std::string::npos);
  CHECK(in_short(*plan_scale(look, asking("1"))) == "destroy 2");
  CHECK(in_short(*plan_scale(look, asking("2"))) == "");
}

TEST_CASE("A template at hand is submitted first, where Fleet has none") {
  auto request = asking("1");
  request.template_to_submit = plain_options();
  CHECK(in_short(*plan_scale(ClusterBuilder().look(), request)) ==
        "create my_app@.service, create 1");
  CHECK(in_short(*plan_scale(ClusterBuilder().inactive(3).look(), request)) == "launch 3");
  request.count = *Count::parse("2");
  CHECK(in_short(*plan_scale(ClusterBuilder().inactive(3).look(), request)) ==
        "create my_app@.service, launch 3, create 1");
  CHECK(in_short(*plan_scale(ClusterBuilder().with_template().look(), request)) ==
        "create 1, create 2");
}

TEST_CASE("What has no meaning as a count is refused") {
  const UnitOptions global{{.section = "X-Fleet", .name = "Global", .value = "TRUE"}};
  const auto of_template = plan_scale(ClusterBuilder().with_template(global).look(), asking("0"));
  REQUIRE_FALSE(of_template);
  CHECK(of_template.error().kind == ErrorKind::refused);
  const auto empty = plan_scale(ClusterBuilder().with_template({}).look(), asking("1"));
  REQUIRE_FALSE(empty);
  CHECK(empty.error().kind == ErrorKind::refused);
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

TEST_CASE("A launched template is warned of") {
  auto look = ClusterBuilder().with_template().running({1}).look();
  CHECK(plan_scale(look, asking("1"))->notices.empty());
  look.template_unit->desired_state = JobState::launched;
  CHECK(plan_scale(look, asking("1"))->notices.size() == 1);
}

TEST_CASE("A unit that is still stopping is stopped to its end before it is destroyed") {
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "ExecStopPost", .value = "/bin/true"});
  auto look = ClusterBuilder().with_template(options).loaded(1).look();
  CHECK_FALSE(plan_scale(look, asking("0"))->steps.at(0).stop_first);
  look.instances[0].state->active = "deactivating";
  CHECK(plan_scale(look, asking("0"))->steps.at(0).stop_first);
}

TEST_CASE("What a release keeps is scaled by nobody, but away") {
  const auto my_app = *Service::parse("my_app");

  struct Row {
    const char* service;
    UnitOptions options;
    const char* said;
  };

  for (const auto& row :
       {Row{"my_app.former",
            write_former({.service = my_app, .text = plain_options()}),
            "my_app.former@.service is no service to scale: it keeps the former version of my_app, "
            "for: scale-fleet rollback my_app"},
        Row{"my_app.release",
            write_mark({.command = "deploy", .count = 5, .replaces = {}, .text = plain_options()}),
            "my_app.release@.service is no service to scale: it tells that a release of my_app is "
            "under way or was broken off"},
        Row{"my_app.former", plain_options(), ""}}) {
    CAPTURE(row.service);
    const auto service = *Service::parse(row.service);
    const std::vector<Unit> units{
        {.name = service.template_name(), .options = row.options},
        {.name = service.instance_name(1), .desired_state = JobState::launched}};
    const auto snapshot = snapshot_of(service, units, {});
    for (const auto* count : {"1", "3", "+1"}) {
      const auto plan = plan_scale(snapshot, {.service = service, .count = *Count::parse(count)});
      CHECK((plan ? "" : plan.error().message) == row.said);
      if (!plan) CHECK(plan.error().kind == ErrorKind::refused);
    }
    CHECK(plan_scale(snapshot, {.service = service, .count = *Count::parse("0")}));
  }
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

TEST_CASE("A text stands for the template, which is neither needed nor submitted") {
  auto request = asking("2");
  request.text = std::make_shared<const UnitOptions>(
      UnitOptions{{.section = "Service", .name = "ExecStart", .value = "/bin/true"}});
  request.template_to_submit = plain_options();
  for (const auto& cluster : {ClusterBuilder(), ClusterBuilder().with_template()}) {
    const auto plan = plan_scale(cluster.look(), request);
    REQUIRE(plan);
    CHECK(in_short(*plan) == "create 1, create 2");
    CHECK(plan->options == *request.text);
  }
  for (const auto& text :
       {UnitOptions{}, UnitOptions{{.section = "X-Fleet", .name = "Global", .value = "true"}}}) {
    request.text = std::make_shared<const UnitOptions>(text);
    const auto refused = plan_scale(ClusterBuilder().look(), request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::refused);
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
