#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "program/daemon_process.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// As systemd does: a socket to which a service says how it fares.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }

  /// Whether one of the next messages is, or begins with, `words`; false after half a minute.
  bool hears(const std::string& words) const {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < until) {
      pollfd wanted{.fd = socket_.number(), .events = POLLIN, .revents = 0};
      std::array<char, 4096> buffer{};
      if (::poll(&wanted, 1, 30'000) != 1) return false;
      const auto length = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
      if (length <= 0) return false;
      if (std::string(buffer.data(), static_cast<std::size_t>(length)).starts_with(words))
        return true;
    }
    return false;
  }

 private:
  FileDescriptor socket_;
};

}  // namespace

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
