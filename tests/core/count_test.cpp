#include "scale_fleet/core/count.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A count is decimal digits, or one sign and digits") {
  CHECK(*Count::parse("5") == Count{Count::Kind::absolute, 5});
  CHECK(*Count::parse("0") == Count{Count::Kind::absolute, 0});
  CHECK(*Count::parse("010") == Count{Count::Kind::absolute, 10});
  CHECK(*Count::parse("+2") == Count{Count::Kind::more, 2});
  CHECK(*Count::parse("-1") == Count{Count::Kind::fewer, 1});
  CHECK(*Count::parse("65535") == Count{Count::Kind::absolute, 65'535});
}

TEST_CASE("Anything else is a usage error and never a number") {
  for (const auto* text : {"",
                           "abc",
                           "five",
                           "1e3",
                           " 3",
                           "3 ",
                           "3x",
                           "0x10",
                           "3.5",
                           "--1",
                           "+",
                           "-",
                           "+-1",
                           "1,000",
                           "٣",
                           "65536",
                           "4294967296",
                           "99999999999999999999999"}) {
    INFO(text);
    const auto count = Count::parse(text);
    REQUIRE_FALSE(count);
    CHECK(count.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("A relative wish counts from what is there and never leaves the bounds") {
  struct Row {
    const char* asked;
    InstanceCount current;
    CountBounds bounds;
    InstanceCount desired;
    bool is_limited;
  };

  for (const auto& row : {Row{"5", 2, {}, 5, false},
                          Row{"+2", 3, {}, 5, false},
                          Row{"-1", 3, {}, 2, false},
                          Row{"-3", 3, {}, 0, false},
                          Row{"-4", 3, {}, 0, true},
                          Row{"+2", 3, {.max = 4}, 4, true},
                          Row{"-2", 3, {.min = 2}, 2, true},
                          Row{"0", 3, {.min = 0, .max = 0}, 0, false},
                          Row{"+65535", 10, {}, 65'535, true}}) {
    INFO(row.asked);
    const auto desired = desired_count(*Count::parse(row.asked), row.current, row.bounds);
    CHECK(desired.count == row.desired);
    CHECK(desired.limited.empty() == !row.is_limited);
  }
}
