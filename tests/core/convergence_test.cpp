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

namespace {

/// Both running; `hashes` are what their machines say of their texts.
ServiceSnapshot running_texts(const std::string& first, const std::string& second) {
  auto look = ClusterBuilder().with_template().running({1, 2}).look();
  look.instances[0].state->hash = first;
  look.instances[1].state->hash = second;
  return look;
}

/// Both running; `hashes` are those of the texts that Fleet has for them.
ServiceSnapshot stored_texts(const std::string& first, const std::string& second) {
  auto look = running_texts("new", "new");
  look.instances[0].text_hash = first;
  look.instances[1].text_hash = second;
  return look;
}

/// What both, running, answered: `y` healthy, `n` not, `.` not asked.
ServiceSnapshot answered(std::string_view answers) {
  auto look = ClusterBuilder().with_template().running({1, 2}).look();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i] == '.') continue;
    look.instances[i].answer =
        CheckAnswer{.is_healthy = answers[i] == 'y', .said = answers[i] == 'y' ? "" : "503"};
  }
  return look;
}

/// How unit 1 stands, and the verdict: `well converged`.
std::string first_of(const Standing& standing) {
  const auto verdict = standing.verdict == Verdict::converged    ? "converged"
                       : standing.verdict == Verdict::overridden ? "overridden"
                                                                 : "waiting";
  return std::string(to_string(standing.units.at(0).condition)) + " " + verdict;
}

}  // namespace

TEST_CASE("A unit with a text to run counts when its machine says it runs that text") {
  struct Row {
    const char* name;
    std::map<std::string, std::string> texts;
    ServiceSnapshot look;
    const char* stands;
  };

  const std::map<std::string, std::string> wanted{{"my_app@1.service", "new"}};
  auto failed = ClusterBuilder().with_template().failed(1).running({2}).look();
  failed.instances[0].state->hash = "old";
  for (const auto& row :
       {Row{"the new text", wanted, running_texts("new", "old"), "well converged"},
        Row{"the former text, for long",
            wanted,
            running_texts("old", "new"),
            "still running the former text waiting"},
        Row{"a Fleet that says nothing of texts", wanted, running_texts("", ""), "well converged"},
        Row{"somebody gave it another text",
            wanted,
            stored_texts("other", "new"),
            "made of another text than asked overridden"},
        Row{"somebody gave another one another text",
            wanted,
            stored_texts("new", "other"),
            "well converged"},
        Row{"any text, where none is wanted", {}, running_texts("old", "other"), "well converged"},
        Row{"the former text, failed, says nothing of the new one",
            wanted,
            failed,
            "still running the former text waiting"}}) {
    CAPTURE(row.name);
    auto goal = two;
    goal.texts = row.texts;
    const TimePoint start = TimePoint{} + 1h;
    const auto first = assess(goal, row.look, {}, start);
    CHECK(first_of(assess(goal, row.look, first, start + 100s)) == row.stands);
  }
}

TEST_CASE("A unit with checks to pass counts when it has passed so many on end") {
  struct Row {
    const char* name;
    int answers;
    std::vector<const char*> looks;  // What both answered at each, a second apart.
    const char* stands;
  };

  for (const auto& row : std::vector<Row>{
           {"none are wanted", 0, {".."}, "well converged"},
           {"none are wanted, and one is bad", 0, {"ny"}, "well converged"},
           {"not asked yet", 1, {".."}, "not answering its check waiting"},
           {"one", 1, {"yy"}, "well converged"},
           {"the other hasn't", 1, {"yn"}, "well waiting"},
           {"a bad one", 1, {"ny"}, "not answering its check waiting"},
           {"one of two", 2, {"yy"}, "not answering its check waiting"},
           {"two of two", 2, {"yy", "yy"}, "well converged"},
           {"a bad one between", 2, {"yy", "ny", "yy"}, "not answering its check waiting"},
           {"two after a bad one", 2, {"yy", "ny", "yy", "yy"}, "well converged"},
           {"a look without an answer counts for nothing", 2, {"yy", "..", "yy"}, "well converged"},
           {"passed, and not asked again", 2, {"yy", "yy", "..", ".."}, "well converged"},
           {"passed, and bad afterwards",
            2,
            {"yy", "yy", "n."},
            "not answering its check waiting"}}) {
    CAPTURE(row.name);
    auto goal = two;
    goal.answers = row.answers;
    Standing standing;
    auto now = TimePoint{} + 1h;
    for (const auto* look : row.looks)
      standing = assess(goal, answered(look), standing, now += 1s);
    CHECK(first_of(standing) == row.stands);
  }
  auto goal = two;
  goal.answers = 1;
  CHECK(assess(goal, answered("ny"), {}, TimePoint{}).units.at(0).detail == "503");
}

TEST_CASE("What a unit passed before it restarted doesn't count") {
  auto goal = two;
  goal.answers = 2;
  const auto restarting = ClusterBuilder().with_template().starting(1).running({2}).look();
  const TimePoint start = TimePoint{} + 1h;
  auto standing = assess(goal, answered("yy"), {}, start);
  standing = assess(goal, restarting, standing, start + 1s);
  standing = assess(goal, answered("yy"), standing, start + 2s);
  CHECK(first_of(standing) == "not answering its check waiting");
  CHECK(first_of(assess(goal, answered("yy"), standing, start + 3s)) == "well converged");
}

TEST_CASE("Asked is whoever runs as it shall and has yet to pass, or to settle") {
  struct Row {
    const char* name;
    int answers;
    std::vector<const char*> looks;
    ServiceSnapshot next;
    std::vector<std::string> asked;
  };

  const std::string one = "my_app@1.service";
  const std::string other = "my_app@2.service";
  const auto both = answered("..");
  const auto base = [] { return ClusterBuilder().with_template(); };
  for (const auto& row :
       std::vector<Row>{{"no checks", 0, {}, both, {}},
                        {"at first", 1, {}, both, {one, other}},
                        {"one passes", 2, {"yy", "yn"}, both, {one, other}},
                        {"passed, and not settled", 1, {"yy", "yy"}, both, {one, other}},
                        {"settled", 1, {"yy", "yy", "yy", "yy"}, both, {}},
                        {"one settled", 1, {"yn", "yn", "yy", "yy"}, both, {other}},
                        {"settled, then bad", 1, {"yy", "yy", "yy", "ny"}, both, {one}},
                        {"settled, and starting again",
                         1,
                         {"yy", "yy", "yy", "yy"},
                         base().starting(1).running({2}).look(),
                         {}},
                        {"starting, failed", 1, {}, base().starting(1).failed(2).look(), {}},
                        {"no machine", 1, {}, base().unscheduled(1).running({2}).look(), {other}},
                        {"a stranger", 1, {}, base().running({1, 7}).look(), {one}}}) {
    CAPTURE(row.name);
    auto goal = two;
    goal.answers = row.answers;
    const Patience patience{.well = 3s};
    Standing standing;
    auto now = TimePoint{} + 1h;
    for (const auto* look : row.looks)
      standing = assess(goal, answered(look), standing, now += 1s, patience);
    CHECK(units_to_ask(goal, row.next, standing, now, patience) == row.asked);
  }
  auto goal = two;
  goal.answers = 1;
  goal.texts = {{one, "new"}, {other, "new"}};
  CHECK(units_to_ask(goal, running_texts("old", "new"), {}, TimePoint{}, {}) == std::vector{other});
}

TEST_CASE("Well is believed once it has lasted, and a fall in between starts anew") {
  const auto well = ClusterBuilder().with_template().running({1, 2}).look();
  const auto fallen = ClusterBuilder().with_template().starting(1).running({2}).look();

  struct Row {
    const char* name;
    std::vector<std::pair<Duration, ServiceSnapshot>> looks;
    Verdict verdict;
  };

  for (const auto& row : std::vector<Row>{
           {"at once", {{0s, well}}, Verdict::waiting},
           {"nearly", {{0s, well}, {4999ms, well}}, Verdict::waiting},
           {"long enough", {{0s, well}, {5s, well}}, Verdict::converged},
           {"fallen between", {{0s, well}, {2s, fallen}, {3s, well}, {7s, well}}, Verdict::waiting},
           {"long enough since",
            {{0s, well}, {2s, fallen}, {3s, well}, {8s, well}},
            Verdict::converged}}) {
    CAPTURE(row.name);
    Standing standing;
    for (const auto& [at, look] : row.looks)
      standing = assess(two, look, standing, TimePoint{} + 1h + at, {.well = 5s});
    CHECK(standing.verdict == row.verdict);
  }
  // A failing check is a fall, too.
  auto goal = two;
  goal.answers = 1;
  Standing standing;
  auto now = TimePoint{} + 1h;
  for (const auto* look : {"yy", "yy", "ny", "yy", "yy", "yy", "yy", "yy"}) {
    standing = assess(goal, answered(look), standing, now += 1s, {.well = 5s});
    CHECK(standing.verdict == Verdict::waiting);
  }
  CHECK(assess(goal, answered("yy"), standing, now + 1s, {.well = 5s}).verdict ==
        Verdict::converged);
}
