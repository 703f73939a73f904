#include "scale_fleet/platform/running_command.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr std::size_t longest_start = 4096;

/// What execve wants; points into `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

tl::unexpected<Error> not_started(int error) {
  return failure(
      ErrorKind::unavailable,
      fmt::format("the command can't be started: {}", std::generic_category().message(error)));
}

/// A group of its own, which signals to a whole command need, and signals as a program expects them
/// at its start: we ignore some.
void set_attributes(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ, SIGCHLD})
    sigaddset(&defaults, number);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/// The process, or the system's error negated. `kept` is open where stdout is kept.
pid_t spawn(CommandCall& call, const FileDescriptor& output, const FileDescriptor& kept) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output.number(), STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(
      &actions, kept.is_open() ? kept.number() : STDERR_FILENO, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  // libcurl's connections may lack FD_CLOEXEC.
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  set_attributes(attributes);

  std::vector<std::string> of_shell{"sh", "-c", call.command};
  auto& arguments = call.words.empty() ? of_shell : call.words;
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid,
                                   call.words.empty() ? "/bin/sh" : arguments.front().c_str(),
                                   &actions,
                                   &attributes,
                                   pointers_to(arguments).data(),
                                   pointers_to(call.environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return error == 0 ? pid : -error;
}

std::string first_line_of(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return std::string(text.substr(start, text.find_first_of("\r\n", start) - start));
}

struct Pipe {
  FileDescriptor ours;
  FileDescriptor of_command;
};

/// Both ends closed where the system has none left, and errno says why.
Pipe open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {.ours = FileDescriptor(ends[0]), .of_command = FileDescriptor(ends[1])};
}

/// How much came into `block`; empty while nothing is there, 0 at the end, which closes `from`.
std::optional<std::size_t> read_some(FileDescriptor& from, std::span<char> block) {
  if (!from.is_open()) return 0;
  const auto count = ::read(from.number(), block.data(), block.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  if (count > 0) return static_cast<std::size_t>(count);
  from = FileDescriptor();
  return 0;
}

}  // namespace

std::vector<std::string> environment_of_ours() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

void let_commands_be_awaited() {
  struct sigaction former {};

  ::sigaction(SIGCHLD, nullptr, &former);
  if (former.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

Result<std::unique_ptr<RunningCommand>> RunningCommand::start(CommandCall call) {
  auto output = open_pipe();
  if (!output.ours.is_open()) return not_started(errno);
  auto kept = call.keeps_stdout ? open_pipe() : Pipe{};
  if (call.keeps_stdout && !kept.ours.is_open()) return not_started(errno);
  const pid_t pid = spawn(call, output.of_command, kept.of_command);
  if (pid < 0) return not_started(-pid);
  return std::unique_ptr<RunningCommand>(
      new RunningCommand(std::move(call), pid, std::move(output.ours), std::move(kept.ours)));
}

RunningCommand::~RunningCommand() {
  if (pid_ > 0) kill_group_and_reap();
}

void RunningCommand::end_at(TimePoint now) {
  call_.until = std::min(call_.until, now);
}

std::optional<CommandEnd> RunningCommand::advance(TimePoint now) {
  // Left as a zombie for now, so that neither its number nor its group's can be another's when the
  // group is killed.
  siginfo_t info{};
  const int found = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  take_output();
  take_kept_output();
  if (found == 0 && info.si_pid == 0) {
    // Where nobody looked for so long, it is killed untold: its time is over all the same.
    const bool was_told = std::exchange(told_to_end_, told_to_end_ || now >= call_.until);
    if (now >= call_.until + call_.grace) {
      ::kill(-pid_, SIGKILL);
    } else if (told_to_end_ && !was_told) {
      ::kill(-pid_, SIGTERM);
    }
    return std::nullopt;
  }
  const int status = kill_group_and_reap();
  CommandEnd end{.ran_out_of_time = told_to_end_,
                 .first_line = first_line_of(written_),
                 .kept = std::move(kept_),
                 .kept_too_long = kept_too_long_};
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

/// What comes behind the first bytes is read and dropped: a full pipe would hold the command up.
void RunningCommand::take_output() {
  std::array<char, 65536> block{};
  const auto count = read_some(output_, block).value_or(0);
  written_.append(block.data(), std::min(longest_start - written_.size(), count));
}

/// Called after the command has ended, it has all that was written: a pipe holds no more than one
/// block (pipe(7)).
void RunningCommand::take_kept_output() {
  std::array<char, 65536> block{};
  const auto count = read_some(kept_output_, block).value_or(0);
  const auto room = longest_kept_output - kept_.size();
  kept_too_long_ = kept_too_long_ || count > room;
  kept_.append(block.data(), std::min(room, count));
}

/// The command's wait status.
int RunningCommand::kill_group_and_reap() {
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno == EINTR) continue;
    // Somebody ignores SIGCHLD, and so nobody will ever know how it ended.
    status = SIGKILL;
    break;
  }
  // Of a first process in a container the orphans are children, too.
  while (::waitpid(-pid_, nullptr, WNOHANG) > 0) {
  }
  pid_ = -1;
  return status;
}

}  // namespace scale_fleet
