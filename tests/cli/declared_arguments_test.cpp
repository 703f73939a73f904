#include "cli/declared_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Result<DeclaredArguments> read_declared_words(const std::vector<std::string>& argv) {
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_declared_arguments(*arguments);
}

}  // namespace

TEST_CASE("plan and apply take one file, and apply the options of a scale that it can use") {
  CHECK(read_declared_words({"plan", "services.yaml"})->file == "services.yaml");
  const auto plain = read_declared_words({"apply", "services.yaml"});
  REQUIRE(plain);
  CHECK_FALSE(plain->timeout);
  CHECK_FALSE(plain->options.dry_run);
  const auto full = read_declared_words(
      {"apply", "--dry-run", "--detailed-exitcode", "--parallel", "4", "--timeout", "9", "a.yaml"});
  REQUIRE(full);
  CHECK(full->file == "a.yaml");
  CHECK(full->options.dry_run);
  CHECK(full->options.detailed_exit_code);
  CHECK(full->options.parallel == 4);
  CHECK(full->timeout == Duration(9s));
}

TEST_CASE("What plan and apply don't take is a usage error") {
  for (const auto& argv :
       std::vector<std::vector<std::string>>{{"plan"},
                                             {"apply"},
                                             {"plan", "a", "b"},
                                             {"apply", "a", "b"},
                                             {"plan", "a", "--dry-run"},
                                             {"apply", "a", "--batch", "2"},
                                             {"apply", "a", "--current", "2"},
                                             {"apply", "a", "--timeout", "x"},
                                             {"apply", "a", "--parallel", "0"},
                                             {"apply", "a", "--detailed-exitcode"}}) {
    INFO(argv.front() << " with " << argv.size() - 1 << " words, the last " << argv.back());
    const auto read = read_declared_words(argv);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("Services that are called plan or apply are scaled by scale") {
  CHECK(takes_declared_file("plan"));
  CHECK(takes_declared_file("apply"));
  const auto arguments = parse_arguments({"scale", "plan", "5"}, command_table());
  REQUIRE(arguments);
  CHECK_FALSE(takes_declared_file(arguments->command));
}
