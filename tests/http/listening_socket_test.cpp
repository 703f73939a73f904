#include "http/listening_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

const TcpAddress loopback{.ip = "127.0.0.1", .port = 0};

}  // namespace

TEST_CASE("Port 0 becomes the port that was picked") {
  const auto socket = open_listening_socket(loopback);
  REQUIRE(socket);
  CHECK(socket->family == AF_INET);
  CHECK(std::get<TcpAddress>(socket->address).port != 0);
  CHECK(socket->file == nullptr);
  close(socket->descriptor);
}

TEST_CASE("A port that is taken is an error that names it") {
  const auto first = open_listening_socket(loopback);
  REQUIRE(first);
  const auto second = open_listening_socket(first->address);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::refused);
  CHECK(second.error().message.find(endpoint_of(first->address)) != std::string::npos);
  CHECK(second.error().message.find("in use") != std::string::npos);
  close(first->descriptor);
}

TEST_CASE("A socket's file is there as long as it is held, then removed") {
  const TemporaryFolder folder;
  const UnixAddress address{folder.path("x.sock")};
  auto socket = open_listening_socket(address);
  REQUIRE(socket);
  CHECK(socket->family == AF_UNIX);
  CHECK(std::filesystem::is_socket(address.path));
  close(socket->descriptor);
  socket->file.reset();
  CHECK_FALSE(std::filesystem::exists(address.path));
}

TEST_CASE("An old socket file is replaced, and its late owner doesn't remove the new one") {
  const TemporaryFolder folder;
  const UnixAddress address{folder.path("x.sock")};
  auto old = open_listening_socket(address);
  REQUIRE(old);
  close(old->descriptor);
  const auto fresh = open_listening_socket(address);
  REQUIRE(fresh);
  old->file.reset();
  CHECK(std::filesystem::is_socket(address.path));
  close(fresh->descriptor);
}

TEST_CASE("A path that is in use, or isn't a socket, is left alone") {
  const TemporaryFolder folder;
  const UnixAddress used{folder.path("used.sock")};
  const auto owner = open_listening_socket(used);
  REQUIRE(owner);
  const UnixAddress file{folder.path("notes.txt")};
  std::ofstream(file.path) << "precious";
  const UnixAddress nowhere{folder.path("no/such/folder.sock")};

  for (const auto& address : {used, file, nowhere}) {
    INFO(address.path);
    const auto refused = open_listening_socket(address);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(address.path) != std::string::npos);
  }
  CHECK(std::filesystem::is_socket(used.path));
  CHECK(std::filesystem::file_size(file.path) == 8);
  close(owner->descriptor);
}
