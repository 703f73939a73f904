#include "scale_fleet/platform/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "scale_fleet/platform/file_descriptor.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// The socket that systemd would listen on.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
  }

  /// What has been said since; empty where nothing was.
  std::string heard() const {
    std::array<char, 1024> bytes{};
    const auto length = ::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return length < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(length));
  }

 private:
  FileDescriptor socket_;
};

}  // namespace

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
