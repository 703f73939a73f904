#include "support/server_process.hpp"

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

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr int milliseconds_of_silence = 30'000;

}  // namespace

std::string reserve_address(FileDescriptor& socket) {
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
  return fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
}

ServerProcess::ServerProcess(std::vector<std::string> words) {
  const auto complaint = fmt::format("there is no program {}", words.at(0));
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  log_ = FileDescriptor(ends[0]);
  const FileDescriptor log_of_child(ends[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(log_of_child.number(), STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, complaint.data(), complaint.size());
    ::_exit(127);
  }
}

ServerProcess::~ServerProcess() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ServerProcess::wait_for_log(const std::string& text) const {
  std::string log;
  while (log.find(text) == std::string::npos) {
    pollfd wanted{.fd = log_.number(), .events = POLLIN, .revents = 0};
    std::array<char, 4096> buffer{};
    const bool told = ::poll(&wanted, 1, milliseconds_of_silence) == 1;
    const auto length = told ? ::read(log_.number(), buffer.data(), buffer.size()) : 0;
    if (length <= 0) throw std::runtime_error("a server didn't start: " + log);
    log.append(buffer.data(), static_cast<std::size_t>(length));
  }
}

void ServerProcess::freeze() const {
  ::kill(pid_, SIGSTOP);
  ::waitpid(pid_, nullptr, WUNTRACED);
}

void ServerProcess::thaw() const {
  ::kill(pid_, SIGCONT);
}

}  // namespace scale_fleet
