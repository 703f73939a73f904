#include <chrono>
#include <string>

#include "sandbox/sandbox_fixture.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

UnitOptions running(const std::string& command) {
  return {{"Service", "ExecStart", command}};
}

}  // namespace

TEST_CASE("A launched unit gets a machine, is activating, and then runs") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);

  struct Row {
    Duration at;
    const char* seen;
  };

  for (const auto& row : {Row{0s, "inactive"},
                          Row{999ms, "inactive"},
                          Row{1s, "inactive on machine"},
                          Row{2s, "launched on machine, loaded/activating/start"},
                          Row{3s, "launched on machine, loaded/active/running"},
                          Row{1h, "launched on machine, loaded/active/running"}}) {
    cluster.advance_to(TimePoint{} + row.at);
    INFO(row.at.count());
    CHECK(look(cluster, "a@1.service") == row.seen);
  }
}

TEST_CASE("After ten seconds each kind of unit is where its commands lead") {
  // A real Fleet showed the same for: plain, exits 1, no such program, oneshot, slow to start, on
  // no machine, global, loaded.
  const std::string there = "launched on machine, loaded/";
  const auto launched = JobState::launched;
  const UnitOption oneshot = {"Service", "Type", "oneshot"};
  const auto before = [](const char* command) {
    return with(plain, {"Service", "ExecStartPre", command});
  };

  struct Row {
    const char* what;
    UnitOptions options;
    JobState desired;
    std::string seen;
  };

  const Row rows[] = {
      {"plain", plain, launched, there + "active/running"},
      {"exits 1", running("/bin/sh -c 'exit 1'"), launched, there + "failed/failed"},
      {"false", running("/bin/false"), launched, there + "failed/failed"},
      {"forgiven", running("-/bin/false"), launched, there + "inactive/dead"},
      {"no such program", running("/no/such/program"), launched, there + "failed/failed"},
      {"oneshot", with(running("/bin/work"), oneshot), launched, there + "inactive/dead"},
      {"failing oneshot", with(running("/bin/false"), oneshot), launched, there + "failed/failed"},
      {"oneshot that remains",
       with(with(running("/bin/true"), oneshot), {"Service", "RemainAfterExit", "yes"}),
       launched,
       there + "active/exited"},
      {"slow to start", before("/bin/sleep 30"), launched, there + "activating/start-pre"},
      {"fails before its start", before("/bin/false"), launched, there + "failed/failed"},
      {"a short life", running("/bin/sleep 2"), launched, there + "inactive/dead"},
      {"on no machine",
       with(plain, {"X-Fleet", "MachineMetadata", "role=none"}),
       launched,
       "inactive"},
      {"global",
       with(plain, {"X-Fleet", "Global", "true"}),
       launched,
       "inactive, loaded/active/running"},
      {"loaded", plain, JobState::loaded, "loaded on machine, loaded/inactive/dead"},
      {"inactive", plain, JobState::inactive, "inactive"},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    auto cluster = make_cluster();
    cluster.put_unit("a@1.service", row.options, row.desired);
    cluster.advance_to(TimePoint{} + 10s);
    CHECK(look(cluster, "a@1.service") == row.seen);
  }
}

TEST_CASE("A slow unit runs when what comes before it is done") {
  auto cluster = make_cluster();
  cluster.put_unit(
      "a@1.service", with(plain, {"Service", "ExecStartPre", "/bin/sleep 30"}), JobState::launched);
  cluster.advance_to(TimePoint{} + 31s);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/activating/start-pre");
  cluster.advance_to(TimePoint{} + 33s);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/active/running");
}

TEST_CASE("A timer is active in a timer's own word") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.timer", {{"Timer", "OnCalendar", "daily"}}, JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a@1.timer") == "launched on machine, loaded/active/waiting");
}

TEST_CASE("A destroyed unit leaves the list at once and /state when its process has stopped") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  const auto destroyed = cluster.now();
  CHECK(cluster.delete_unit("a@1.service"));
  CHECK_FALSE(cluster.delete_unit("a@1.service"));

  struct Row {
    Duration after;
    const char* seen;
  };

  for (const auto& row : {Row{0s, "gone, loaded/active/running"},
                          Row{2s, "gone, loaded/deactivating/stop-sigterm"},
                          Row{3s, "gone"}}) {
    cluster.advance_to(destroyed + row.after);
    CHECK(look(cluster, "a@1.service") == row.seen);
  }
}

TEST_CASE("A unit that is destroyed and put back unchanged isn't restarted") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  cluster.delete_unit("a@1.service");
  cluster.put_unit("a@1.service", plain, JobState::launched);
  CHECK(look(cluster, "a@1.service") == "inactive, loaded/active/running");
  for (int i = 0; i < 20; ++i) {
    cluster.advance_to(cluster.now() + 500ms);
    CHECK(cluster.states({}, {0, 10}).items.at(0).active == "active");
  }
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/active/running");
}

TEST_CASE("A unit with other options is restarted, and its hash changes last") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  const auto row = [&] { return cluster.states({}, {0, 10}).items.at(0); };
  const auto old_hash = row().hash;
  const auto replaced = cluster.now();
  cluster.put_unit("a@1.service", running("/bin/other"), JobState::launched);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/active/running");
  cluster.advance_to(replaced + 1s);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/deactivating/stop-sigterm");
  CHECK(row().hash == old_hash);
  cluster.advance_to(replaced + 3s);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/active/running");
  CHECK(row().hash != old_hash);
}

TEST_CASE("The desired state moves a unit between its three conditions") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);

  struct Row {
    JobState desired;
    const char* seen;
  };

  for (const auto& row : {Row{JobState::loaded, "loaded on machine, loaded/inactive/dead"},
                          Row{JobState::launched, "launched on machine, loaded/active/running"},
                          Row{JobState::inactive, "inactive"},
                          Row{JobState::loaded, "loaded on machine, loaded/inactive/dead"},
                          Row{JobState::inactive, "inactive"},
                          Row{JobState::launched, "launched on machine, loaded/active/running"}}) {
    CHECK(cluster.set_desired_state("a@1.service", row.desired));
    settle(cluster);
    CHECK(look(cluster, "a@1.service") == row.seen);
  }
  CHECK_FALSE(cluster.set_desired_state("b@1.service", JobState::loaded));
}

TEST_CASE("A failed unit stays failed however often it is launched, until it is stopped") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  CHECK(cluster.set_systemd_state("a@1.service", "failed", "failed"));
  cluster.set_desired_state("a@1.service", JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/failed/failed");
  cluster.set_desired_state("a@1.service", JobState::loaded);
  settle(cluster);
  cluster.set_desired_state("a@1.service", JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/active/running");
}

TEST_CASE("A broken unit is in no list, and its process stops") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  CHECK(cluster.break_unit("a@1.service"));
  CHECK(cluster.condition("a@1.service") == RecordCondition::broken);
  CHECK(cluster.condition("b@1.service") == RecordCondition::missing);
  CHECK_FALSE(cluster.unit("a@1.service"));
  CHECK(cluster.units({0, 10}).total == 0);
  settle(cluster);
  CHECK(cluster.states({}, {0, 10}).total == 0);
  CHECK(cluster.delete_unit("a@1.service"));
  CHECK(cluster.condition("a@1.service") == RecordCondition::missing);
}

TEST_CASE("A hidden unit is there by its name alone, and never runs") {
  auto cluster = make_cluster();
  cluster.put_unit("_a@1.service", plain, JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "_a@1.service") == "inactive");
  CHECK(cluster.units({0, 10}).total == 0);
}

TEST_CASE("A launched template gets a machine and does nothing there") {
  auto cluster = make_cluster();
  cluster.put_unit("a@.service", plain, JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a@.service") == "inactive on machine");
}

TEST_CASE("A unit without desired state is loaded, not started") {
  auto cluster = make_cluster();
  cluster.put_unit("a@1.service", plain, JobState::inactive);
  cluster.forget_desired_state("a@1.service");
  settle(cluster);
  CHECK_FALSE(cluster.unit("a@1.service")->desired_state);
  CHECK(look(cluster, "a@1.service") == "loaded on machine, loaded/inactive/dead");
}

TEST_CASE("Time only goes forward, and in one step as in many") {
  auto one = make_cluster(2);
  auto many = make_cluster(2);
  for (auto* cluster : {&one, &many}) {
    for (int i = 1; i <= 5; ++i)
      cluster->put_unit("a@" + std::to_string(i) + ".service", plain, JobState::launched);
  }
  one.advance_to(TimePoint{} + 5s);
  while (many.now() < TimePoint{} + 5s)
    many.advance_to(many.now() + 100ms);
  CHECK(one.units({0, 10}).items == many.units({0, 10}).items);
  CHECK(one.states({}, {0, 10}).items == many.states({}, {0, 10}).items);
  one.advance_to(TimePoint{} + 1s);
  CHECK(one.now() == TimePoint{} + 5s);
}

TEST_CASE("A list is cut where asked, in the order of the names' bytes") {
  auto cluster = make_cluster();
  for (const auto* name : {"a@2.service", "a@10.service", "a@1.service", "B.service"})
    cluster.put_unit(name, plain, JobState::inactive);
  const auto names = [&](SliceRange range) {
    std::string joined;
    for (const auto& unit : cluster.units(range).items)
      joined += unit.name + " ";
    return joined;
  };
  CHECK(names({0, 10}) == "B.service a@1.service a@10.service a@2.service ");
  CHECK(names({1, 2}) == "a@1.service a@10.service ");
  CHECK(names({3, 2}) == "a@2.service ");
  CHECK(names({4, 2}).empty());
  CHECK(names({9, 2}).empty());
  CHECK(cluster.units({9, 2}).total == 4);
}
