#include "bench/timed_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

extern char** environ;

namespace scale_fleet {

TimedProcess run_timed(const std::vector<std::string>& words) {
  std::array<int, 2> err{};
  if (pipe2(err.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe can be had");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (auto& word : copies)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const auto started = std::chrono::steady_clock::now();
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(err[1]);
  if (failed != 0) {
    close(err[0]);
    throw std::runtime_error(words.front() + " can't be started");
  }
  TimedProcess ended;
  std::array<char, 4096> bytes{};
  for (ssize_t count = 0; (count = read(err[0], bytes.data(), bytes.size())) > 0;)
    ended.err.append(bytes.data(), static_cast<std::size_t>(count));
  close(err[0]);
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  ended.wall = std::chrono::steady_clock::now() - started;
  ended.peak_kilobytes = usage.ru_maxrss;
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  return ended;
}

}  // namespace scale_fleet
