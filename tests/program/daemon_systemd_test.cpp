#include <signal.h>

#include <chrono>
#include <filesystem>

#include "program/daemon_process.hpp"
#include "support/catch.hpp"
#include "support/notify_socket.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("systemd hears that a daemon is ready, is alive, and stops") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 1}\n", "interval: 1h\n");
  const auto path = world.world.folder.path("notify");
  const NotifySocket systemd(path);
  RunningProgram daemon(world.run_call({}, {{"NOTIFY_SOCKET", path}, {"WATCHDOG_USEC", "200000"}}));
  CHECK(systemd.hears("READY=1\nWATCHDOG=1\nSTATUS=keeping 1 service"));
  // Between two turns, an hour apart.
  CHECK(systemd.hears("WATCHDOG=1"));
  daemon.send(SIGTERM);
  CHECK(systemd.hears("STOPPING=1"));
  CHECK(daemon.wait().exit_code == 0);
}

TEST_CASE("systemd finds nothing wrong with the unit that is installed") {
  const std::string verifier = "/usr/bin/systemd-analyze";
  if (!std::filesystem::exists(verifier)) {
    WARN("skipped: there is no systemd-analyze");
    return;
  }
  TemporaryFolder folder;
  std::string unit;
  std::ifstream file(SYSTEMD_UNIT);
  for (std::string line; std::getline(file, line);) {
    // The program that it starts needn't be installed.
    const bool is_start = line.starts_with("ExecStart=");
    unit += is_start ? "ExecStart=/bin/true run /etc/scale-fleet/services.yaml" : line;
    unit += '\n';
  }
  REQUIRE(holds(unit, "Type=notify"));
  const auto copy = folder.write("scale-fleet.service", unit);
  const auto end = run_program({.file = verifier,
                                .arguments = {"verify", "--man=no", copy.string()},
                                .environment = {{"PATH", "/usr/bin:/bin"}}});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK_FALSE(holds(end.err, "scale-fleet.service"));
}
