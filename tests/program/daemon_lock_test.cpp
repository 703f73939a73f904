#include <csignal>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "scale_fleet/platform/service_lock.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

TEST_CASE(
    "A daemon waits for who works on a service, and then acts only if the count is the same") {
  DaemonProcessWorld world;
  world.declare("  my_app: {min: 3, max: 9}\n");
  const auto endpoint = Endpoint::parse(world.world.fleet.endpoint())->identity();
  auto tried = try_lock_service({.folder = world.world.folder.path()},
                                {.endpoint = endpoint, .service = "my_app"},
                                {.command = "a person at work"});
  REQUIRE(tried);
  std::optional<ServiceLock> lock = std::get<ServiceLock>(std::move(*tried));
  RunningProgram daemon(world.run_call());
  const auto listening = endpoint_of(daemon);
  REQUIRE(daemon.wait_for_err("waiting for my_app: "));
  CHECK(turns_twice(world, listening));
  const auto events = [&] {
    return run_program(world.call({"events", "--file", world.file()})).out;
  };
  CHECK_FALSE(holds(events(), "ERROR"));
  CHECK(world.instances() == 0);

  std::size_t instances = 0;
  SECTION("the same") {
    lock.reset();
    instances = 3;
  }
  SECTION("another one, which is within the bounds") {
    world.world.fleet.stand(my_app_with(numbers_to(5)));
    lock.reset();
    REQUIRE(world.comes_true([&] { return holds(events(), "my_app 0 -> 5: somebody else"); }));
    instances = 5;
  }
  CHECK(world.comes_to(instances));
  CHECK(turns_twice(world, listening));
  for (const auto& write : world.world.fleet.writes())
    CHECK_FALSE(write.starts_with("DELETE"));
  CHECK(world.instances() == instances);
  CHECK_FALSE(holds(events(), "ERROR"));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}
