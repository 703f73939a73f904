#include "scale_fleet/api/foresee.hpp"

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr WallTime now(Millis(1'795'248'000'000));

/// web has 3, between 2 and 5, by steps of 2.
KeptServiceStatus web(InstanceCount current = 3) {
  ServicePolicy frame{.min = 2, .max = 5};
  frame.remote = RemoteRule{.up_by = {.amount = 2}, .down_by = {.amount = 2}};
  return {
      .service = "web", .current = current, .frame = std::make_shared<const ServicePolicy>(frame)};
}

KeptDemand asks(Asker asker, Direction direction, std::vector<std::string> alerts = {}) {
  return {.service = "web",
          .demand = {.id = "x", .asker = asker, .asked_by = "x", .direction = direction},
          .alerts = std::move(alerts),
          .received = now};
}

KeptDemand alert(Direction direction = Direction::up) {
  return asks(Asker::alert, direction, {"key"});
}

KeptDemand program(Direction direction = Direction::up) {
  return asks(Asker::program, direction);
}

std::string foreseen(const KeptServiceStatus& service,
                     const KeptDemand& kept,
                     AskedBefore in_hand = AskedBefore::nothing) {
  const auto seen = foresee(service, kept, in_hand, now);
  if (!seen) return std::to_string(seen.error().status) + " " + seen.error().message;
  return (seen->is_change ? "! " : "- ") + seen->message;
}

}  // namespace

TEST_CASE("what will come of a demand is told in Docker Scaler's words") {
  CHECK(foreseen(web(3), alert()) == "! Scaling web from 3 to 5 replicas (min: 2, max: 5)");
  CHECK(foreseen(web(4), alert()) == "! Scaling web from 4 to 5 replicas (min: 2, max: 5)");
  CHECK(foreseen(web(5), alert()) == "- web is already scaled to the maximum number of 5 replicas");
  CHECK(foreseen(web(3), alert(Direction::down)) ==
        "! Scaling web from 3 to 2 replicas (min: 2, max: 5)");
  CHECK(foreseen(web(2), alert(Direction::down)) ==
        "- web is already descaled to the minimum number of 2 replicas");
  CHECK(foreseen(web(9), alert()) == "! Scaling web from 9 to 5 replicas (min: 2, max: 5)");

  auto workers = web(3);
  workers.service = "worker";
  workers.cloud = "aws";
  CHECK(foreseen(workers, alert()) == "! Changing the number of worker nodes on aws from 3 to 5");
  workers.current = 5;
  CHECK(foreseen(workers, alert()) ==
        "- worker nodes are already scaled to the maximum number of 5 nodes");
  workers.current = 2;
  CHECK(foreseen(workers, alert(Direction::down)) ==
        "- worker nodes are already descaled to the minimum number of 2 nodes");
}

TEST_CASE("an alert that needn't be decided on is answered at once") {
  SECTION("in a cool-down") {
    auto service = web();
    service.cooldown_up = CoolDown{.until = now + 40s, .because = "alert x: 2 -> 3 at 08:00:00"};
    CHECK(foreseen(service, alert()) ==
          "- web: up is closed for 40s more after alert x: 2 -> 3 at 08:00:00: 3 -> 5 waits");
    CHECK(foreseen(service, program()).starts_with("! "));
  }
  SECTION("where it has acted") {
    auto service = web();
    service.acted_alerts["key"] = now - 59s;
    CHECK(foreseen(service, alert()) == "- web: this alert has acted already");
    service.acted_alerts["key"] = now - 60s;
    CHECK(foreseen(service, alert()).starts_with("! "));
  }
  SECTION("where the same one was accepted") {
    CHECK(foreseen(web(), alert(), AskedBefore::same_alerts) == "- web is being scaled up already");
    CHECK(foreseen(web(), alert(), AskedBefore::same_direction) ==
          "! web is being scaled up already; this alert is decided on with that or after it");
  }
  SECTION("where one is being carried out") {
    auto service = web();
    service.carrying = alert();
    CHECK(foreseen(service, alert()) == "- web is being scaled up already");
    CHECK(foreseen(service, alert(Direction::down)).starts_with("! "));
    CHECK(foreseen(service, asks(Asker::alert, Direction::up, {"another"})).starts_with("! "));
    CHECK(foreseen(service, program()).starts_with("! "));
  }
}

TEST_CASE("a pause and a key hold alerts, and refuse programs") {
  auto service = web();
  SECTION("a pause") {
    service.pause = Pause{};
  }
  SECTION("a key") {
    service.desired = 4;
  }
  SECTION("a key that is met") {
    service.desired = 3;
  }
  CHECK(foreseen(service, alert()).starts_with("- web: "));
  CHECK(foreseen(service, program()).starts_with("409 web: "));
}

TEST_CASE("a pause of downs alone lets an up through") {
  auto service = web();
  service.pause = Pause{.down_only = true};
  CHECK(foreseen(service, program()).starts_with("! "));
  CHECK(foreseen(service, program(Direction::down)).starts_with("409 "));
}

TEST_CASE("where the count isn't known, trying again helps") {
  auto service = web();
  service.current.reset();
  CHECK(foreseen(service, alert()).starts_with("503 "));
}
