#include "scale_fleet/core/wall_time_text.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("a moment is read in the forms that metrics carry") {
  const WallTime quarter_past_eight(Millis(1'795'248'900'000));  // 2026-11-21T08:15:00Z
  const auto [text, expected] = GENERATE_COPY(table<std::string, std::optional<WallTime>>({
      {"2026-11-21T08:15:00Z", quarter_past_eight},
      {"2026-11-21T08:15:00.000Z", quarter_past_eight},
      {"2026-11-21T08:15:00.123456789Z", quarter_past_eight + Millis(123)},
      {"2026-11-21T08:15:00", quarter_past_eight},
      {"2026-11-21 08:15:00.25", quarter_past_eight + Millis(250)},
      {"2026-11-21T10:15:00+02:00", quarter_past_eight},
      {"2026-11-21T08:15Z", quarter_past_eight},
      {"2026-11-21T08:15", quarter_past_eight},
      {"2026-11-21T06:15-02:00", quarter_past_eight},
      {"1795248900", quarter_past_eight},
      {"1795248900.25", quarter_past_eight + Millis(250)},
      {"", std::nullopt},
      {"yesterday", std::nullopt},
      {"2026-13-21T08:15:00Z", std::nullopt},
      {"2026-11-21T08:15:00Zoo", std::nullopt},
      {"2026-11-21", std::nullopt},
      {"2026-11-21T08:00:{", std::nullopt},
      {"2026-11-21T08:00:", std::nullopt},
      {"2026-11-21T08371200", std::nullopt},
      {"2026-11-21T08:15:00.", std::nullopt},
      {"2026-11-21T08:15:00+02", std::nullopt},
      {"2026-11-21T8:15:00Z", std::nullopt},
      {"-5", std::nullopt},
      {"nan", std::nullopt},
      {"1e300", std::nullopt},
      {"9999-01-01T00:00:00Z", std::nullopt},
      {"0001-01-01T00:00:00Z", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(parse_wall_time(text) == expected);
}

TEST_CASE("a moment is written so that it is read as the same") {
  const WallTime time(Millis(1'795'248'900'007));
  CHECK(format_wall_time(time) == "2026-11-21T08:15:00.007Z");
  CHECK(parse_wall_time(format_wall_time(time)) == time);
}
