#include "scale_fleet/nodes/command_node_group.hpp"

#include <poll.h>
#include <sysexits.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "nodes/group_words.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/running_command.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_said = 500;

/// Returns when it wrote something, or a moment later: a program that ends needn't close its
/// output, and a stop request wakes nobody here.
void wait_for_output(const RunningCommand& command) {
  constexpr int moment = 10;  // Milliseconds.
  std::array<pollfd, 2> outputs{{{.fd = command.output(), .events = POLLIN, .revents = 0},
                                 {.fd = command.kept_output(), .events = POLLIN, .revents = 0}}};
  ::poll(outputs.data(), outputs.size(), moment);
}

/// Why a run that has ended came to nothing; empty where it did what it should.
std::optional<Error> trouble_of(const CommandEnd& end, bool is_stopping, Duration limit) {
  if (end.ran_out_of_time && is_stopping)
    return Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
  if (end.ran_out_of_time) {
    return Error{.kind = ErrorKind::timed_out,
                 .message = fmt::format("it did not end within {}",
                                        format_duration(std::chrono::ceil<Millis>(limit)))};
  }
  if (end.exit_code == 0) return std::nullopt;
  auto said = end.signal != 0 ? fmt::format("it was ended by signal {}", end.signal)
                              : fmt::format("it exited with {}", end.exit_code);
  if (!end.first_line.empty())
    said += ": " + printable_start(without_credentials(end.first_line), longest_said);
  return Error{.kind = end.exit_code == EX_TEMPFAIL ? ErrorKind::precondition : ErrorKind::refused,
               .message = std::move(said)};
}

class CommandNodeGroup final : public NodeGroup {
 public:
  CommandNodeGroup(std::string name, std::vector<std::string> command, CommandWorld world)
      : name_(std::move(name)), command_(std::move(command)), world_(std::move(world)) {
    if (command_.empty()) throw std::invalid_argument("a group behind a program of no name");
    let_commands_be_awaited();
  }

  Result<GroupLook> look() override;
  Outcome set_desired(InstanceCount count) override;
  Outcome terminate(const std::string& member) override;

  Result<std::vector<LaunchFailure>> launch_failures(WallTime) override { return {}; }

  std::string display_name() const override {
    return fmt::format("the group {} of {}", printable(name_), printable(command_.front()));
  }

 private:
  /// What it wrote to stdout, once it has done as it was told.
  Result<std::string> run(std::vector<std::string> words);
  Error said_of(const Error& error, std::string_view verb) const;
  Result<InstanceCount> last_desired();

  std::string name_;
  std::vector<std::string> command_;
  CommandWorld world_;
  std::optional<InstanceCount> desired_;  // As far as we know.
};

Error CommandNodeGroup::said_of(const Error& error, std::string_view verb) const {
  return {
      .kind = error.kind,
      .message = fmt::format(
          "`{} {}` of {}: {}", printable(command_.front()), verb, display_name(), error.message)};
}

Result<std::string> CommandNodeGroup::run(std::vector<std::string> words) {
  const auto verb = words.front();
  if (world_.stop.requested()) {
    return tl::unexpected(
        said_of({.kind = ErrorKind::interrupted, .message = "interrupted"}, verb));
  }
  CommandCall call{.words = command_,
                   .keeps_stdout = true,
                   .environment = world_.environment,
                   .until = world_.clock.now() + world_.limit,
                   .grace = world_.grace};
  for (auto& word : words)
    call.words.push_back(std::move(word));
  auto command = RunningCommand::start(std::move(call));
  if (!command) return tl::unexpected(said_of(command.error(), verb));
  std::optional<CommandEnd> end;
  bool is_stopping = false;
  while (!end) {
    wait_for_output(**command);
    const auto now = world_.clock.now();
    is_stopping = world_.stop.requested();
    if (is_stopping) (*command)->end_at(now);
    end = (*command)->advance(now);
  }
  if (const auto trouble = trouble_of(*end, is_stopping, world_.limit))
    return tl::unexpected(said_of(*trouble, verb));
  if (!end->kept_too_long) return std::move(end->kept);
  return tl::unexpected(
      said_of({.kind = ErrorKind::refused,
               .message = fmt::format("it wrote more than {} bytes", longest_kept_output)},
              verb));
}

Result<GroupLook> CommandNodeGroup::look() {
  const auto text = run({"look", name_});
  if (!text) return tl::unexpected(text.error());
  auto look = read_group_words(*text);
  if (!look) return tl::unexpected(said_of(look.error(), "look"));
  desired_ = look->desired;
  return look;
}

Result<InstanceCount> CommandNodeGroup::last_desired() {
  if (desired_) return *desired_;
  return look().map([](const GroupLook& look) { return look.desired; });
}

Outcome CommandNodeGroup::set_desired(InstanceCount count) {
  const auto from = last_desired();
  if (!from) return tl::unexpected(from.error());
  if (*from == count) return {};
  desired_.reset();  // Whatever becomes of it: it is looked at again before the next change.
  const auto text = run({"set", name_, std::to_string(*from), std::to_string(count)});
  if (!text) return tl::unexpected(text.error());
  desired_ = count;
  return {};
}

Outcome CommandNodeGroup::terminate(const std::string& member) {
  const auto from = last_desired();
  if (!from) return tl::unexpected(from.error());
  if (*from == 0) {
    return tl::unexpected(said_of(
        {.kind = ErrorKind::precondition, .message = "the group is to have no machine already"},
        "remove"));
  }
  desired_.reset();
  const auto text =
      run({"remove", name_, member, std::to_string(*from), std::to_string(*from - 1)});
  if (!text) return tl::unexpected(text.error());
  desired_ = *from - 1;
  return {};
}

}  // namespace

std::unique_ptr<NodeGroup> make_command_node_group(std::string name,
                                                   std::vector<std::string> command,
                                                   CommandWorld world) {
  return std::make_unique<CommandNodeGroup>(std::move(name), std::move(command), std::move(world));
}

}  // namespace scale_fleet
