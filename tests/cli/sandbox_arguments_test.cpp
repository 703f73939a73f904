#include "cli/sandbox_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Result<SandboxArguments> read_sandbox(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "sandbox");
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_sandbox_arguments(*arguments);
}

}  // namespace

TEST_CASE("A sandbox is a Fleet of today, unless it is told to be an older one") {
  CHECK_FALSE(read_sandbox({})->keeps_options);
  CHECK(read_sandbox({"--keeps-options"})->keeps_options);
  CHECK(read_sandbox({"--machines", "2", "--keeps-options", "--stop-delay", "3"})->keeps_options);
  CHECK(read_sandbox({"--keeps-options=yes"}).error().kind == ErrorKind::usage);
}
