#include "scale_fleet/core/share.hpp"

#include <string>

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A share is a number, or a percentage of the count, rounded as the limit needs it") {
  struct Row {
    const char* text;
    InstanceCount count;
    InstanceCount up;
    InstanceCount down;
  };

  for (const auto& row : {Row{"2", 5, 2, 2},
                          Row{"0", 5, 0, 0},
                          Row{"25%", 5, 2, 1},
                          Row{"25%", 4, 1, 1},
                          Row{"25%", 3, 1, 0},
                          Row{"1%", 65'535, 656, 655},
                          Row{"100%", 65'535, 65'535, 65'535},
                          Row{"0%", 7, 0, 0},
                          Row{"50%", 0, 0, 0}}) {
    CAPTURE(row.text, row.count);
    const auto share = Share::parse(row.text);
    REQUIRE(share);
    CHECK(share->rounded_up(row.count) == row.up);
    CHECK(share->rounded_down(row.count) == row.down);
  }
}

TEST_CASE("What is no share is a usage error, never zero") {
  for (const std::string text :
       {"", "%", "+1", "-1", "1.5", "25 %", "101%", "65536", "1e2", "5%%", "a"}) {
    CAPTURE(text);
    const auto share = Share::parse(text);
    REQUIRE_FALSE(share);
    CHECK(share.error().kind == ErrorKind::usage);
  }
}
