#include "scale_fleet/health/check_pattern.hpp"

#include "health/check_targets.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

Result<std::string> as_it_is(const std::string& value) {
  return value;
}

}  // namespace

TEST_CASE("Specifiers are filled in for each instance") {
  struct Row {
    const char* pattern;
    const char* filled;
  };

  for (const auto& row : std::vector<Row>{{"", ""},
                                          {"curl", "curl"},
                                          {"%i", "3"},
                                          {"%p", "my_app"},
                                          {"%n", "my_app@3.service"},
                                          {"%h", "10.0.0.3"},
                                          {"%%", "%"},
                                          {"%%i", "%i"},
                                          {"%%%i", "%3"},
                                          {"80%i%i", "8033"},
                                          {"a %n on %h.", "a my_app@3.service on 10.0.0.3."}}) {
    CAPTURE(row.pattern);
    const auto pattern = CheckPattern::parse(row.pattern);
    REQUIRE(pattern);
    CHECK(pattern->fill(target(3, "10.0.0.3"), as_it_is) == row.filled);
  }
}

TEST_CASE("Another specifier is a usage error that says which there are") {
  for (const auto* pattern : {"%", "a%", "%s", "%I", "% i", "%\n", "%i %H", "%20"}) {
    CAPTURE(pattern);
    const auto parsed = CheckPattern::parse(pattern);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::usage);
    CHECK(parsed.error().message.find("is not known: write %i ") != std::string::npos);
    CHECK(parsed.error().message.find("%% for a percent sign") != std::string::npos);
    CHECK(parsed.error().message.find('\n') == std::string::npos);
  }
}

TEST_CASE("A machine's address that Fleet doesn't know is missed only where it is wanted") {
  const auto wanted = CheckPattern::parse("ping %h")->fill(target(1, ""), as_it_is);
  REQUIRE_FALSE(wanted);
  CHECK(wanted.error().message == "Fleet doesn't know the address of its machine (%h)");
  CHECK(CheckPattern::parse("ping %n")->fill(target(1, ""), as_it_is) == "ping my_app@1.service");
}

TEST_CASE("Every value is rendered as its place demands, and the words of the user are not") {
  const auto in_brackets = [](const std::string& value) -> Result<std::string> {
    return "[" + value + "]";
  };
  const auto refuse = [](const std::string& value) -> Result<std::string> {
    return failure(ErrorKind::unavailable, "not " + value);
  };
  const auto pattern = CheckPattern::parse("x%i%%%p");
  CHECK(pattern->fill(target(3), in_brackets) == "x[3]%[my_app]");
  const auto refused = pattern->fill(target(3), refuse);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "not 3");
  CHECK(CheckPattern::parse("x%%")->fill(target(3), refuse) == "x%");
}
