#include "support/run_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace scale_fleet {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

struct Ends {
  FileDescriptor ours;
  FileDescriptor of_program;
};

Ends make_pipe() {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
  return {.ours = FileDescriptor(ends[0]), .of_program = FileDescriptor(ends[1])};
}

Ends make_terminal() {
  int ours = -1;
  int of_program = -1;
  winsize size{.ws_row = 24, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  check(::openpty(&ours, &of_program, nullptr, nullptr, &size) == 0 ? 0 : errno, "openpty");
  for (const int end : {ours, of_program})
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return {.ours = FileDescriptor(ours), .of_program = FileDescriptor(of_program)};
}

std::vector<std::string> environment_of(const ProgramCall& call) {
  std::vector<std::string> environment;
  for (const auto& [name, value] : call.environment)
    environment.push_back(name + "=" + value);
  for (const std::string name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name.c_str())) environment.push_back(name + "=" + value);
  }
  return environment;
}

/// What execve wants; points into `words`.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  std::ranges::transform(
      words, std::back_inserter(pointers), [](std::string& word) { return word.data(); });
  pointers.push_back(nullptr);
  return pointers;
}

pid_t spawn(const ProgramCall& call, const FileDescriptor& out, const FileDescriptor& err) {
  posix_spawn_file_actions_t actions;
  check(::posix_spawn_file_actions_init(&actions), "file actions");
  ::posix_spawn_file_actions_adddup2(&actions, err.number(), STDERR_FILENO);
  if (call.stdout_file) {
    ::posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, call.stdout_file->c_str(), O_WRONLY, 0);
  } else {
    ::posix_spawn_file_actions_adddup2(&actions, out.number(), STDOUT_FILENO);
  }
  if (call.stdin_is_terminal) {
    ::posix_spawn_file_actions_adddup2(&actions, err.number(), STDIN_FILENO);
  } else {
    ::posix_spawn_file_actions_addclose(&actions, STDIN_FILENO);
  }

  posix_spawnattr_t attributes;
  check(::posix_spawnattr_init(&attributes), "attributes");
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE})
    sigaddset(&defaults, number);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> words{call.file};
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  auto environment = environment_of(call);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid,
                                  call.file.c_str(),
                                  &actions,
                                  &attributes,
                                  pointers_to(words).data(),
                                  pointers_to(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  check(error, call.file.c_str());
  return pid;
}

/// Appends what is there; false at the end. A terminal whose other end is closed says EIO.
bool take(FileDescriptor& from, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto count = ::read(from.number(), buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) {
    from = FileDescriptor();
    return false;
  }
  into.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

}  // namespace

RunningProgram::RunningProgram(const ProgramCall& call) : limit_(call.limit) {
  auto out = make_pipe();
  const bool has_terminal = call.stderr_is_terminal || call.stdin_is_terminal;
  auto err = has_terminal ? make_terminal() : make_pipe();
  pid_ = spawn(call, out.of_program, err.of_program);
  out_ = std::move(out.ours);
  err_ = std::move(err.ours);
}

RunningProgram::~RunningProgram() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool RunningProgram::read_some(std::chrono::milliseconds patience) {
  if (!out_.is_open() && !err_.is_open()) return false;
  std::array<pollfd, 2> waiting{{{.fd = out_.number(), .events = POLLIN, .revents = 0},
                                 {.fd = err_.number(), .events = POLLIN, .revents = 0}}};
  ::poll(waiting.data(), waiting.size(), static_cast<int>(std::max<long>(patience.count(), 0)));
  if (waiting[0].revents != 0) take(out_, end_.out);
  if (waiting[1].revents != 0) take(err_, end_.err);
  return out_.is_open() || err_.is_open();
}

bool RunningProgram::wait_for(const std::string& captured, const std::string& text) {
  const auto until = deadline();
  while (captured.find(text) == std::string::npos) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) return false;
    if (!read_some(std::chrono::ceil<std::chrono::milliseconds>(left))) return false;
  }
  return true;
}

bool RunningProgram::wait_for_err(const std::string& text) {
  return wait_for(end_.err, text);
}

bool RunningProgram::wait_for_out(const std::string& text) {
  return wait_for(end_.out, text);
}

std::optional<std::string> RunningProgram::wait_for_line(const std::string& captured,
                                                         const std::string& before) {
  if (!wait_for(captured, before)) return std::nullopt;
  const auto start = captured.find(before) + before.size();
  const auto until = deadline();
  while (captured.find('\n', start) == std::string::npos) {
    const bool goes_on = read_some(std::chrono::milliseconds(20));
    if (!goes_on || std::chrono::steady_clock::now() >= until) return std::nullopt;
  }
  return captured.substr(start, captured.find('\n', start) - start);
}

std::optional<std::string> RunningProgram::wait_for_out_line(const std::string& before) {
  return wait_for_line(end_.out, before);
}

std::optional<std::string> RunningProgram::wait_for_err_line(const std::string& before) {
  return wait_for_line(end_.err, before);
}

void RunningProgram::send(int signal) {
  ::kill(pid_, signal);
}

void RunningProgram::type(const std::string& text) {
  const auto written = ::write(err_.number(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    throw std::system_error(errno, std::generic_category(), "typing");
  }
}

ProgramEnd RunningProgram::send_until_end(int signal) {
  const auto until = deadline();
  do {
    send(signal);
  } while (read_some(std::chrono::milliseconds(20)) && std::chrono::steady_clock::now() < until);
  return wait();
}

ProgramEnd RunningProgram::wait() {
  const auto until = deadline();
  // Its ends of the pipes close when it ends, and not before.
  for (;;) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) {
      end_.ran_out_of_time = true;
      ::kill(pid_, SIGKILL);
      break;
    }
    if (!read_some(std::chrono::ceil<std::chrono::milliseconds>(left))) break;
  }
  return reap();
}

ProgramEnd RunningProgram::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
  return end_;
}

}  // namespace scale_fleet
