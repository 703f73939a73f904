#include "scale_fleet/daemon/demand_desk.hpp"

#include "support/catch.hpp"
#include "support/map_state_store.hpp"

using namespace scale_fleet;

namespace {

const Error full{.kind = ErrorKind::unavailable, .message = "the disk is full"};

KeptDemand alert_of(const std::string& id,
                    std::vector<std::string> alerts,
                    Direction direction = Direction::up) {
  return {.service = "web",
          .demand = {.id = id, .asked_by = "alert", .direction = direction},
          .alerts = std::move(alerts),
          .received = {}};
}

/// A desk whose callers keep what they were told.
struct Desk {
  void put(const std::string& id, bool still_waits = true) {
    desk.put(alert_of(id, {id}), [this, id, still_waits](const Outcome& stored) {
      told[id] = stored ? "accepted" : stored.error().message;
      return still_waits;
    });
  }

  std::vector<std::string> taken() {
    std::vector<std::string> ids;
    for (const auto& kept : desk.take())
      ids.push_back(kept.demand.id);
    return ids;
  }

  std::set<std::string> shelf() {
    std::set<std::string> ids;
    for (const auto& [id, text] : store.shelves[std::string(demands_shelf)])
      ids.insert(id);
    return ids;
  }

  MapStateStore store;
  int woken = 0;
  DemandDesk desk{store, [this] { ++woken; }};
  std::map<std::string, std::string> told;
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a demand is accepted once it is on the shelf, and in hand until it is dealt with") {
  Desk desk;
  desk.put("a");
  CHECK(desk.told.empty());
  CHECK(desk.desk.is_in_doubt("a"));
  CHECK(desk.taken().empty());
  // Nobody may be told that it is in hand before that is certain.
  CHECK(desk.desk.in_hand(alert_of("x", {"a"})) == AskedBefore::nothing);

  CHECK(desk.desk.work());
  CHECK(desk.told["a"] == "accepted");
  CHECK(desk.woken == 1);
  CHECK(desk.shelf() == std::set<std::string>{"a"});
  CHECK_FALSE(desk.desk.is_in_doubt("a"));
  CHECK(desk.desk.in_hand(alert_of("x", {"a"})) == AskedBefore::same_alerts);
  CHECK(desk.taken() == Ids{"a"});

  desk.desk.finish({"a"});
  CHECK(desk.desk.in_hand(alert_of("x", {"a"})) == AskedBefore::same_alerts);
  CHECK(desk.desk.work());
  CHECK(desk.shelf().empty());
  CHECK(desk.taken().empty());
  CHECK(desk.desk.in_hand(alert_of("x", {"a"})) == AskedBefore::nothing);
}

TEST_CASE("whoever was told to try again has asked for nothing") {
  Desk desk;
  desk.put("a", false);
  desk.store.removal_error = full;
  CHECK_FALSE(desk.desk.work());
  CHECK(desk.taken().empty());
  CHECK(desk.woken == 0);
  // It still lies there, and doesn't count.
  CHECK(desk.shelf() == std::set<std::string>{"a"});
  CHECK(desk.desk.is_in_doubt("a"));

  desk.store.removal_error.reset();
  CHECK(desk.desk.work());
  CHECK(desk.shelf().empty());
  // A loop that read the shelf a moment before has it in its hands.
  CHECK(desk.desk.is_in_doubt("a"));
  CHECK(desk.taken().empty());
  CHECK_FALSE(desk.desk.is_in_doubt("a"));
}

TEST_CASE("what could not be written may lie there all the same, and is removed") {
  Desk desk;
  for (const auto* id : {"a", "b", "c"})
    desk.put(id);
  desk.store.write_error = full;
  desk.store.shelves[std::string(demands_shelf)]["a"] = "its answer was lost";
  desk.desk.work();
  for (const auto* id : {"a", "b", "c"})
    CHECK(desk.told[id] == "the disk is full");
  CHECK(desk.shelf().empty());
  CHECK(desk.taken().empty());
  desk.store.write_error.reset();
  desk.put("d");
  desk.desk.work();
  CHECK(desk.told["d"] == "accepted");
}

TEST_CASE("beyond what can be kept, demands are refused at once") {
  Desk desk;
  for (std::size_t i = 0; i < most_demands_in_hand; ++i)
    desk.put(std::to_string(i));
  CHECK(desk.told.empty());
  desk.put("one more");
  CHECK(desk.told["one more"] == "2000 wait already: try again later");
  desk.desk.work();
  desk.put("and again");
  CHECK(desk.told["and again"] == "2000 wait already: try again later");
  CHECK(desk.taken().size() == most_demands_in_hand);
  desk.desk.finish({"0"});
  desk.taken();
  desk.put("later");
  desk.desk.work();
  CHECK(desk.told["later"] == "accepted");
}

TEST_CASE("an alert is known by those that fire in it") {
  struct Row {
    KeptDemand other;
    AskedBefore found = AskedBefore::nothing;
  };

  auto program = alert_of("p", {"a"});
  program.demand.asker = Asker::program;
  auto elsewhere = alert_of("e", {"a", "b"});
  elsewhere.service = "db";
  const auto row = GENERATE_COPY(values<Row>({
      {alert_of("x", {"a", "b"}), AskedBefore::same_alerts},
      {alert_of("x", {"c", "b", "a"}), AskedBefore::same_alerts},
      {alert_of("x", {"a"}), AskedBefore::same_direction},
      {alert_of("x", {"a", "b"}, Direction::down), AskedBefore::nothing},
      {program, AskedBefore::nothing},
      {elsewhere, AskedBefore::nothing},
  }));
  CHECK(asked_before(alert_of("y", {"a", "b"}), row.other) == row.found);
  CHECK(asked_before(program, alert_of("x", {"a"})) == AskedBefore::nothing);
}
