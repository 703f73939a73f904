#include "scale_fleet/health/command_check.hpp"

#include <poll.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "health/seconds_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/running_command.hpp"

namespace scale_fleet {
namespace {

using Running = std::map<std::size_t, std::unique_ptr<RunningCommand>>;  // By the target's place.

constexpr std::size_t longest_quote = 200;

/// The shell reads what is put in, and it comes from a server.
Result<std::string> in_shell(const std::string& value) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".:_@-").find(c) != std::string_view::npos;
  };
  if (!value.starts_with('-') && std::ranges::all_of(value, is_plain)) return value;
  return failure(
      ErrorKind::unavailable,
      fmt::format("'{}' can't be put into a shell command; let it read the environment variables "
                  "SCALE_FLEET_UNIT, SCALE_FLEET_SERVICE, SCALE_FLEET_NUMBER and "
                  "SCALE_FLEET_MACHINE_IP instead of %n, %p, %i and %h",
                  printable_start(value, longest_quote)));
}

std::vector<std::string> environment_for(const CheckTarget& target) {
  const std::vector<std::string> ours{"SCALE_FLEET_UNIT=" + target.unit,
                                      "SCALE_FLEET_SERVICE=" + target.prefix,
                                      fmt::format("SCALE_FLEET_NUMBER={}", target.number),
                                      "SCALE_FLEET_MACHINE_IP=" + target.machine_ip};
  auto environment = ours;
  for (auto& theirs : environment_of_ours()) {
    const auto name = theirs.substr(0, theirs.find('=') + 1);
    const bool is_ours = std::ranges::any_of(
        ours, [&](const std::string& own) { return !name.empty() && own.starts_with(name); });
    if (!is_ours) environment.push_back(std::move(theirs));
  }
  return environment;
}

/// Returns when one of them wrote something, or a moment later: a command that ends needn't close
/// its output (what it left running may hold it), and a stop request wakes nobody here.
void wait_a_moment(const Running& running) {
  constexpr int moment = 10;  // Milliseconds.
  std::vector<pollfd> outputs;
  for (const auto& [place, command] : running)
    outputs.push_back({.fd = command->output(), .events = POLLIN, .revents = 0});
  ::poll(outputs.data(), outputs.size(), moment);
}

CheckAnswer judge(const CommandEnd& end, bool is_stopping, Duration limit) {
  if (end.ran_out_of_time) {
    return {.said = is_stopping ? "the check's command was not waited for: interrupted"
                                : "the check's command did not end within " + seconds_text(limit)};
  }
  if (end.exit_code == 0) return {.is_healthy = true, .said = {}};
  auto said = end.signal != 0
                  ? fmt::format("the check's command was ended by signal {}", end.signal)
                  : fmt::format("the check's command exited with {}", end.exit_code);
  if (!end.first_line.empty())
    said += ": " + printable_start(without_credentials(end.first_line), longest_quote);
  return {.said = std::move(said)};
}

}  // namespace

CommandCheck::CommandCheck(CheckPattern command,
                           const Clock& clock,
                           const StopRequest& stop,
                           CommandLimits limits)
    : command_(std::move(command)), clock_(clock), stop_(stop), limits_(limits) {
  let_commands_be_awaited();
}

std::vector<CheckAnswer> CommandCheck::ask(const std::vector<CheckTarget>& targets) {
  std::vector<CheckAnswer> answers(targets.size());
  Running running;
  for (std::size_t next = 0; next < targets.size() || !running.empty();) {
    const bool is_stopping = stop_.requested();
    while (next < targets.size() && running.size() < commands_at_once) {
      const auto place = next++;
      const auto& target = targets[place];
      const auto command =
          is_stopping
              ? Result<std::string>(failure(ErrorKind::interrupted, "was not asked: interrupted"))
              : command_.fill(target, in_shell);
      auto started = command.and_then([&](const std::string& text) {
        return RunningCommand::start({.command = text,
                                      .environment = environment_for(target),
                                      .until = clock_.now() + limits_.each,
                                      .grace = limits_.grace});
      });
      if (!started) answers[place].said = started.error().message;
      if (started) running.emplace(place, std::move(*started));
    }
    if (running.empty()) continue;
    wait_a_moment(running);
    const auto now = clock_.now();
    for (auto run = running.begin(); run != running.end();) {
      if (is_stopping) run->second->end_at(now);
      const auto end = run->second->advance(now);
      if (end) answers[run->first] = judge(*end, is_stopping, limits_.each);
      run = end ? running.erase(run) : std::next(run);
    }
  }
  return answers;
}

}  // namespace scale_fleet
