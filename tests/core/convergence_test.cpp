#include "scale_fleet/core/convergence.hpp"

#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Goal keep(std::vector<std::string> kept, std::vector<std::string> destroyed = {}) {
  return {.service = *Service::parse("my_app"),
          .kept = std::move(kept),
          .destroyed = std::move(destroyed)};
}

const Goal two = keep({"my_app@1.service", "my_app@2.service"});

/// The verdict when the cluster has looked like this for so long.
Verdict after(Duration lasted, const Goal& goal, const ServiceSnapshot& look) {
  const TimePoint start = TimePoint{} + 1h;
  const auto first = assess(goal, look, {}, start);
  return assess(goal, look, first, start + lasted).verdict;
}

UnitOptions oneshot() {
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "Type", .value = "oneshot"});
  return options;
}

}  // namespace

TEST_CASE("A goal has taken hold when every kept instance is launched, loaded and active") {
  struct Row {
    const char* name;
    ServiceSnapshot look;
    Duration lasted;
    Verdict verdict;
  };

  const auto base = [] { return ClusterBuilder().with_template(); };
  auto told_but_not_launched = base().running({1, 2}).look();
  told_but_not_launched.instances[1].unit.current_state = JobState::loaded;
  for (const auto& row :
       {Row{"both active", base().running({1, 2}).look(), 0s, Verdict::converged},
        Row{"one activating, for long",
            base().running({1}).starting(2).look(),
            100s,
            Verdict::waiting},
        Row{"one unscheduled, for long",
            base().running({1}).unscheduled(2).look(),
            100s,
            Verdict::waiting},
        Row{"active, but Fleet has yet to launch it",
            told_but_not_launched,
            100s,
            Verdict::waiting},
        Row{"failed a moment ago: systemd may restart it",
            base().running({1}).failed(2).look(),
            9s,
            Verdict::waiting},
        Row{"failed for good", base().running({1}).failed(2).look(), 10s, Verdict::failed},
        Row{"failed, but another is under way",
            base().starting(1).failed(2).look(),
            100s,
            Verdict::waiting},
        Row{"one missing, perhaps a list that lags",
            base().running({1}).look(),
            2s,
            Verdict::waiting},
        Row{"one missing for good", base().running({1}).look(), 3s, Verdict::overridden},
        Row{"one more than asked, for good",
            base().running({1, 2, 3}).look(),
            3s,
            Verdict::overridden},
        Row{"one that somebody stopped",
            base().running({1}).loaded(2).look(),
            3s,
            Verdict::overridden}}) {
    INFO(row.name);
    CHECK(after(row.lasted, two, row.look) == row.verdict);
  }
}

TEST_CASE("States are needed while they can say something, and no sooner") {
  struct Row {
    const char* name;
    Goal goal;
    ServiceSnapshot look;
    bool needed;
  };

  const auto base = [] { return ClusterBuilder().with_template(); };
  auto accepted = two;
  accepted.running = false;
  for (const auto& row :
       {Row{"both have a machine", two, base().running({1, 2}).look(), true},
        Row{"one has a machine", two, base().running({1}).unscheduled(2).look(), true},
        Row{"none has a machine yet", two, base().unscheduled(1).unscheduled(2).look(), false},
        Row{"none is there", two, base().look(), false},
        Row{"only a stranger has a machine", two, base().unscheduled(1).running({7}).look(), false},
        Row{"one is destroyed, and may still be stopping",
            keep({}, {"my_app@1.service"}),
            base().look(),
            true},
        Row{"it is enough that Fleet holds them",
            accepted,
            base().running({1, 2}).look(),
            false}}) {
    CAPTURE(row.name);
    CHECK(needs_states(row.goal, row.look) == row.needed);
  }
}

TEST_CASE("A oneshot that has finished is well once that has lasted") {
  const auto look =
      ClusterBuilder().with_template(oneshot()).running({1}).unit("my_app@2.service").look();
  auto finished = look;
  finished.instances[1].state->active = "inactive";
  CHECK(after(1s, two, finished) == Verdict::waiting);
  CHECK(after(2s, two, finished) == Verdict::converged);
  auto service = finished;
  service.instances[1].unit.options = plain_options();
  CHECK(after(100s, two, service) == Verdict::waiting);
}

TEST_CASE("A unit that can't be loaded has failed") {
  auto look = ClusterBuilder().with_template().running({1, 2}).look();
  look.instances[1].state->load = "not-found";
  look.instances[1].state->active = "inactive";
  CHECK(after(10s, two, look) == Verdict::failed);
}

TEST_CASE("A destroyed unit is gone when its state row is") {
  const auto goal = keep({"my_app@1.service"}, {"my_app@2.service"});
  const auto base = [] { return ClusterBuilder().with_template().running({1}); };
  CHECK(after(0s, goal, base().look()) == Verdict::converged);
  const auto stopping = base()
                            .row({.unit = "my_app@2.service",
                                  .machine_id = "m1",
                                  .load = "loaded",
                                  .active = "deactivating",
                                  .sub = "stop"})
                            .look();
  CHECK(after(100s, goal, stopping) == Verdict::waiting);
  CHECK(after(3s, goal, base().running({2}).look()) == Verdict::overridden);
}

TEST_CASE("Without waiting it is enough that Fleet holds exactly the kept instances") {
  auto goal = keep({"my_app@1.service", "my_app@2.service"}, {"my_app@3.service"});
  goal.running = false;
  const auto base = [] { return ClusterBuilder().with_template(); };
  const auto row = UnitState{
      .unit = "my_app@3.service", .machine_id = "m1", .load = "loaded", .active = "active"};
  CHECK(after(0s, goal, base().unscheduled(1).failed(2).row(row).look()) == Verdict::converged);
  CHECK(after(3s, goal, base().running({1}).look()) == Verdict::overridden);
}

TEST_CASE("A failed change's unit is not looked at") {
  auto goal = keep({"my_app@1.service"});
  CHECK(after(3s, goal, ClusterBuilder().with_template().running({1, 2}).look()) ==
        Verdict::overridden);
  goal.disregarded = {"my_app@2.service"};
  CHECK(after(3s, goal, ClusterBuilder().with_template().running({1, 2}).look()) ==
        Verdict::converged);
}

TEST_CASE("How long a unit stands so is counted from its last change") {
  const auto failed = ClusterBuilder().with_template().running({1}).failed(2).look();
  const auto restarted = ClusterBuilder().with_template().running({1}).starting(2).look();
  const TimePoint start = TimePoint{} + 1h;
  auto standing = assess(two, failed, {}, start);
  standing = assess(two, restarted, standing, start + 9s);
  standing = assess(two, failed, standing, start + 12s);
  CHECK(assess(two, failed, standing, start + 21s).verdict == Verdict::waiting);
  CHECK(assess(two, failed, standing, start + 22s).verdict == Verdict::failed);
}
