#include <fmt/format.h>

#include "sandbox/api_fixture.hpp"
#include "scale_fleet/sandbox/sandbox_cloud.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::string asked_of(SandboxCloud& cloud,
                     const std::string& method,
                     const std::string& below = {},
                     TimePoint now = {}) {
  const HttpRequest request{.method = method, .target = "/sandbox/machines" + below};
  REQUIRE(SandboxCloud::is_asked(request));
  const auto reply = cloud.handle(request, now);
  return fmt::format("{} {}", reply.response.status, reply.response.body);
}

std::string line_of_machine(int number) {
  return fmt::format("{:08x}{:024x} 10.0.0.{}\n", number, 0, number);
}

}  // namespace

TEST_CASE("A sandbox gains and loses machines when its cloud is asked to") {
  Sandbox sandbox({.machines = sandbox_machines(2)});
  SandboxCloud cloud(sandbox.cluster);
  CHECK(asked_of(cloud, "GET") == "200 2\n" + line_of_machine(1) + line_of_machine(2));
  CHECK(asked_of(cloud, "POST") == "201 " + line_of_machine(3));
  CHECK(sandbox.cluster.machines().size() == 3);

  const auto second = sandbox_machines(2).back().id;
  CHECK(asked_of(cloud, "DELETE", "/" + second) == "204 ");
  CHECK(asked_of(cloud, "GET") == "200 2\n" + line_of_machine(1) + line_of_machine(3));
  // Fleet lists what has fallen silent for a while.
  CHECK(sandbox.cluster.machines().size() == 3);
  CHECK(asked_of(cloud, "GET", "", TimePoint{} + 1h) ==
        "200 2\n" + line_of_machine(1) + line_of_machine(3));
  CHECK(sandbox.cluster.machines().size() == 2);
  CHECK(asked_of(cloud, "POST", "", TimePoint{} + 1h) == "201 " + line_of_machine(4));
}

TEST_CASE("What a sandbox's cloud doesn't know changes nothing") {
  Sandbox sandbox({.machines = sandbox_machines(1)});
  SandboxCloud cloud(sandbox.cluster);
  const auto first = sandbox_machines(1).back().id;
  CHECK(asked_of(cloud, "DELETE", "/" + first + "0") == "404 ");
  CHECK(asked_of(cloud, "DELETE") == "405 ");
  CHECK(asked_of(cloud, "PUT", "/" + first) == "405 ");
  CHECK(asked_of(cloud, "POST", "s") == "404 ");
  CHECK(sandbox.cluster.machines().size() == 1);
  CHECK_FALSE(SandboxCloud::is_asked({.method = "GET", .target = "/fleet/v1/machines"}));
}
