#include "support/real_etcd.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr int milliseconds_of_silence = 30'000;

/// A free port, kept from others until the socket is closed.
std::string reserve(FileDescriptor& socket) {
  socket = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  if (::bind(socket.number(), generic, length) != 0 ||
      ::getsockname(socket.number(), generic, &length) != 0) {
    throw std::runtime_error("no free port on 127.0.0.1");
  }
  return fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port));
}

}  // namespace

RealEtcd::RealEtcd() {
  std::array<FileDescriptor, 2> reserved;
  url_ = reserve(reserved[0]);
  const auto peer_url = reserve(reserved[1]);
  std::vector<std::string> words{"etcd",
                                 "--enable-v2",
                                 "--name=test",
                                 "--data-dir=" + (folder_.path() / "data").string(),
                                 "--logger=zap",
                                 "--log-outputs=stderr",
                                 "--listen-client-urls=" + url_,
                                 "--advertise-client-urls=" + url_,
                                 "--listen-peer-urls=" + peer_url,
                                 "--initial-advertise-peer-urls=" + peer_url,
                                 "--initial-cluster=test=" + peer_url};
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  log_ = FileDescriptor(ends[0]);
  const FileDescriptor log_of_child(ends[1]);
  reserved = {};
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(log_of_child.number(), STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    constexpr std::string_view complaint = "there is no program etcd; install etcd-server";
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, complaint.data(), complaint.size());
    ::_exit(127);
  }
}

RealEtcd::~RealEtcd() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void RealEtcd::wait_until_ready() const {
  std::string log;
  while (log.find("serving client traffic") == std::string::npos) {
    pollfd wanted{.fd = log_.number(), .events = POLLIN, .revents = 0};
    std::array<char, 4096> buffer{};
    const bool told = ::poll(&wanted, 1, milliseconds_of_silence) == 1;
    const auto length = told ? ::read(log_.number(), buffer.data(), buffer.size()) : 0;
    if (length <= 0) throw std::runtime_error("etcd didn't start: " + log);
    log.append(buffer.data(), static_cast<std::size_t>(length));
  }
}

void RealEtcd::freeze() const {
  ::kill(pid_, SIGSTOP);
  ::waitpid(pid_, nullptr, WUNTRACED);
}

void RealEtcd::thaw() const {
  ::kill(pid_, SIGCONT);
}

}  // namespace scale_fleet
