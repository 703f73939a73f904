#include "scale_fleet/core/duration_text.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("a span of time is a whole number with a unit, or several") {
  const auto [text, expected] = GENERATE(table<std::string, std::optional<Millis>>({
      {"30s", 30s},
      {"1m", 1min},
      {"1h30m", 90min},
      {"250ms", 250ms},
      {"2d", 48h},
      {"0", 0ms},
      {"0s", 0ms},
      {"90m", 90min},
      {"1m500ms", 60'500ms},
      {"", std::nullopt},
      {"30", std::nullopt},
      {"s", std::nullopt},
      {"-1s", std::nullopt},
      {"1.5h", std::nullopt},
      {"1s1m", std::nullopt},
      {"1m1m", std::nullopt},
      {"1 m", std::nullopt},
      {"1week", std::nullopt},
      {"99999d", std::nullopt},
      {"9999999999999999999s", std::nullopt},
      {"+1s", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(parse_duration(text) == expected);
}

TEST_CASE("a span of time is written as shortly as it can be read") {
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(60'500ms) == "1m500ms");
  CHECK(format_duration(0ms) == "0");
  CHECK(parse_duration(format_duration(1234567ms)) == 1234567ms);
}
