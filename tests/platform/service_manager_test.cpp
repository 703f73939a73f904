#include "scale_fleet/platform/service_manager.hpp"

#include "support/catch.hpp"
#include "support/notify_socket.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("systemd is told what it asked for") {
  const TemporaryFolder folder;
  const auto path = (folder.path() / "notify").string();
  const NotifySocket systemd(path);
  const ServiceManager manager(path, "3000000");
  CHECK(manager.notify("READY=1"));
  CHECK(systemd.heard() == "READY=1");
  CHECK(manager.notify("WATCHDOG=1\nSTATUS=keeping 3 services"));
  CHECK(systemd.heard() == "WATCHDOG=1\nSTATUS=keeping 3 services");
  CHECK(manager.watchdog_interval() == Duration(1500ms));
}

TEST_CASE("without systemd nothing is said, and nothing fails") {
  for (const auto& socket : {std::optional<std::string>(), std::optional<std::string>("")}) {
    const ServiceManager manager(socket, std::nullopt);
    CHECK(manager.notify("READY=1"));
    CHECK_FALSE(manager.watchdog_interval());
  }
}

TEST_CASE("a socket that isn't there, or can't be, is an error value") {
  const TemporaryFolder folder;
  CHECK_FALSE(ServiceManager((folder.path() / "none").string(), {}).notify("READY=1"));
  CHECK_FALSE(ServiceManager(std::string(200, 'x'), {}).notify("READY=1"));
}

TEST_CASE("a watchdog's time that is none isn't one") {
  for (const auto* text : {"", "0", "-5", "soon", "1x"})
    CHECK_FALSE(ServiceManager({}, std::string(text)).watchdog_interval());
}
