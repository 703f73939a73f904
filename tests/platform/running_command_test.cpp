#include "scale_fleet/platform/running_command.hpp"

#include <poll.h>

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Waits for its end.
CommandEnd end_of(CommandCall call) {
  call.until = std::chrono::steady_clock::now() + 20s;
  call.grace = 1s;
  if (call.environment.empty()) call.environment = environment_of_ours();
  auto command = RunningCommand::start(std::move(call));
  REQUIRE(command);
  for (;;) {
    if (auto end = (*command)->advance(std::chrono::steady_clock::now())) return std::move(*end);
    std::array<pollfd, 2> outputs{
        {{.fd = (*command)->output(), .events = POLLIN, .revents = 0},
         {.fd = (*command)->kept_output(), .events = POLLIN, .revents = 0}}};
    ::poll(outputs.data(), outputs.size(), 10);
  }
}

}  // namespace

TEST_CASE("A program's arguments reach it as they are: no shell reads them") {
  const auto end = end_of(
      {.words = {"printf", "%s|", "a b", "$HOME", "`id`", "", "x;y'\""}, .keeps_stdout = true});
  CHECK(end.exit_code == 0);
  CHECK(end.kept == "a b|$HOME|`id`||x;y'\"|");
}

TEST_CASE("A stdout that is kept is whole, and apart from stderr") {
  const auto end = end_of(
      {.command = "echo one; echo oops >&2; i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); "
                  "done; echo last; exit 7",
       .keeps_stdout = true});
  CHECK(end.exit_code == 7);
  CHECK(end.first_line == "oops");
  CHECK(end.kept.starts_with("one\n0\n"));
  CHECK(end.kept.ends_with("19999\nlast\n"));
  CHECK_FALSE(end.kept_too_long);

  const auto merged = end_of({.command = "echo one; echo oops >&2"});
  CHECK(merged.first_line == "one");
  CHECK(merged.kept == "");
}

TEST_CASE("Of a stdout that goes on and on a megabyte is kept, and the rest holds nobody up") {
  const auto end =
      end_of({.command = "yes | head -c 3000000; echo done >&2", .keeps_stdout = true});
  CHECK(end.exit_code == 0);
  CHECK(end.first_line == "done");
  CHECK(end.kept.size() == longest_kept_output);
  CHECK(end.kept_too_long);
}

TEST_CASE("A program that isn't there can't be started") {
  const auto command = RunningCommand::start(
      {.words = {"/nowhere/at-all"}, .until = std::chrono::steady_clock::now() + 20s});
  REQUIRE_FALSE(command);
  CHECK(command.error().kind == ErrorKind::unavailable);
}
