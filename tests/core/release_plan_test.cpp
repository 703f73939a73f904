#include "scale_fleet/core/release_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

UnitOptions text_of(const std::string& version) {
  return {{.section = "Service", .name = "ExecStart", .value = "/bin/app " + version}};
}

/// A service with its template's text and its instances' texts, by number: `{"a", "a", "b"}` are
/// three instances. Empty texts are numbers that nobody has.
ServiceSnapshot service(const std::string& name,
                        const std::string& template_text,
                        const std::vector<std::string>& texts) {
  ServiceSnapshot snapshot{.service = *Service::parse(name),
                           .template_unit = {},
                           .instances = {},
                           .left_alone = {},
                           .states = {}};
  if (!template_text.empty()) {
    snapshot.template_unit =
        Unit{.name = snapshot.service.template_name(), .options = text_of(template_text)};
  }
  InstanceNumber number = 0;
  for (const auto& text : texts) {
    ++number;
    if (text.empty()) continue;
    const auto unit = snapshot.service.instance_name(number);
    snapshot.instances.push_back({.number = number,
                                  .unit = {.name = unit,
                                           .options = text_of(text),
                                           .desired_state = JobState::launched,
                                           .current_state = JobState::launched,
                                           .machine_id = "m1"},
                                  .state = UnitState{.unit = unit,
                                                     .machine_id = "m1",
                                                     .load = "loaded",
                                                     .active = "active",
                                                     .sub = "running",
                                                     .hash = {}}});
  }
  return snapshot;
}

ReleaseLook in_place(ServiceSnapshot snapshot) {
  return {.service = std::move(snapshot), .outgoing = {}, .former = {}, .mark = {}};
}

ReleaseRequest deploy(const std::string& text) {
  return {.kind = ReleaseKind::deploy,
          .service = *Service::parse("my_app"),
          .replaces = {},
          .text = text_of(text)};
}

Unit former_unit(const std::string& of, const std::string& text) {
  return {.name = "my_app.former@.service",
          .options = write_former({.service = *Service::parse(of), .text = text_of(text)})};
}

Unit mark_unit(const std::string& command, const std::string& text, InstanceCount count) {
  std::vector<InstanceNumber> numbers;
  for (InstanceNumber number = 1; number <= count; ++number)
    numbers.push_back(number);
  return {.name = "my_app.release@.service",
          .options = write_mark({.command = command,
                                 .count = count,
                                 .former_count = count,
                                 .surge = 1,
                                 .unavailable = 0,
                                 .replaces = {},
                                 .text = text_of(text),
                                 .numbers = numbers})};
}

/// The version in a text of ours: `a`.
std::string version_in(const Step& step) {
  if (!step.options) return "";
  const auto values = option_values(*step.options, "Service", "ExecStart");
  return values.empty() ? " -" : " " + std::string(values.front().substr(9));
}

std::string in_short(const std::vector<Step>& steps) {
  std::vector<std::string> words;
  for (const auto& step : steps) {
    const auto name = step.unit.substr(0, step.unit.find('@'));
    words.push_back(fmt::format("{} {}{}", to_string(step.action), name, version_in(step)));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string preparation(const ReleasePlan& plan) {
  std::vector<std::string> groups;
  for (const auto& group : plan.preparation)
    groups.push_back(in_short(group));
  return fmt::format("{}", fmt::join(groups, ", "));
}

std::string wanted(const RolloutGoal& goal) {
  std::vector<std::string> words;
  for (const auto& [number, text] : goal.wanted)
    words.push_back(std::to_string(number) + version_in({.unit = {}, .options = text}).substr(1));
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

TEST_CASE("A release keeps the version it leaves before the template loses it") {
  struct Row {
    const char* name;
    ReleaseRequest request;
    ReleaseLook look;
    const char* preparation;
    const char* goal;
    const char* undo;
    const char* way_back;
  };

  auto refresh = deploy("b");
  refresh.kind = ReleaseKind::refresh;
  refresh.text = std::nullopt;
  auto restart = refresh;
  restart.kind = ReleaseKind::restart;
  auto rollback = deploy("a");
  rollback.kind = ReleaseKind::rollback;
  auto first = deploy("b");
  first.count = 2;

  auto half = in_place(service("my_app", "b", {"b", "b", "a", "b"}));
  half.former = former_unit("my_app", "a");
  half.mark = mark_unit("deploy", "b", 3);
  auto after = in_place(service("my_app", "b", {"b", "b"}));
  after.former = former_unit("my_app", "a");
  // Its first was destroyed to be created again, and a fourth stands in.
  auto without_first = in_place(service("my_app", "b", {"", "a", "a", "b"}));
  without_first.former = half.former;
  without_first.mark = half.mark;
  auto half_back = in_place(service("my_app", "a", {"a", "b"}));
  half_back.former = former_unit("my_app", "a");
  half_back.mark = mark_unit("rollback", "a", 2);

  for (const auto& row : {Row{"a new text",
                              deploy("b"),
                              in_place(service("my_app", "a", {"a", "", "a"})),
                              "create my_app.former a, create my_app.release b, replace my_app b",
                              "1b 3b",
                              "1a 3a",
                              "replace my_app a, destroy my_app.release, destroy my_app.former"},
                          Row{"the first of all",
                              first,
                              in_place(service("my_app", "", {})),
                              "create my_app.release b, create my_app b",
                              "1b 2b",
                              "",
                              "destroy my_app, destroy my_app.release"},
                          Row{"a text that the template has, and no instance",
                              deploy("b"),
                              in_place(service("my_app", "b", {"a", "c", "c"})),
                              "create my_app.former c, create my_app.release b",
                              "1b 2b 3b",
                              "1a 2c 3c",
                              "destroy my_app.release, destroy my_app.former"},
                          Row{"nothing new",
                              deploy("a"),
                              in_place(service("my_app", "a", {"a", "a"})),
                              "",
                              "1a 2a",
                              "1a 2a",
                              ""},
                          Row{"a refresh takes the template's text",
                              refresh,
                              in_place(service("my_app", "b", {"b", "a"})),
                              "create my_app.former a, create my_app.release b",
                              "1b 2b",
                              "1b 2a",
                              "destroy my_app.release, destroy my_app.former"},
                          Row{"a restart leaves each its own",
                              restart,
                              in_place(service("my_app", "b", {"b", "a"})),
                              "create my_app.release -",
                              "1b 2a",
                              "1b 2a",
                              "destroy my_app.release"},
                          Row{"taken up half-way, with the count that it began with",
                              deploy("b"),
                              half,
                              "",
                              "1b 2b 3b",
                              "1a 2a 3a",
                              "replace my_app a, destroy my_app.release"},
                          Row{"taken up where one was destroyed, which comes back",
                              deploy("b"),
                              without_first,
                              "",
                              "1b 2b 3b",
                              "1a 2a 3a",
                              "replace my_app a, destroy my_app.release"},
                          Row{"another version on top of one that was broken off",
                              deploy("c"),
                              half,
                              "replace my_app.release c, replace my_app c",
                              "1c 2c 3c",
                              "1b 2b 3a",
                              "replace my_app a, destroy my_app.release"},
                          Row{"back, when it is done: the text first, then what is kept",
                              rollback,
                              after,
                              "create my_app.release a, replace my_app a, replace my_app.former b",
                              "1a 2a",
                              "1b 2b",
                              "replace my_app b, destroy my_app.release, replace my_app.former a"},
                          Row{"back from half-way, to the count before",
                              rollback,
                              half,
                              "replace my_app.release a, replace my_app a",
                              "1a 2a 3a",
                              "1b 2b 3a",
                              "destroy my_app.release"},
                          Row{"a rollback that was broken off before it kept anything",
                              rollback,
                              half_back,
                              "replace my_app.former b",
                              "1a 2a",
                              "1b 2b",
                              "destroy my_app.release, replace my_app.former a"}}) {
    CAPTURE(row.name);
    const auto plan = plan_release(row.request, row.look);
    REQUIRE(plan);
    CHECK(preparation(*plan) == row.preparation);
    CHECK(wanted(plan->goal) == row.goal);
    CHECK(wanted(plan->undo) == row.undo);
    auto back = plan->restoration;
    for (const auto& group : plan->farewell)
      back.insert(back.end(), group.begin(), group.end());
    CHECK(in_short(back) == row.way_back);
  }
}
