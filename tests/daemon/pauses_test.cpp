#include "scale_fleet/daemon/pauses.hpp"

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

constexpr WallTime quarter_past_eight(Millis(1'795'248'900'000));

}  // namespace

TEST_CASE("a pause is written for people and programs, and read as it was") {
  const auto [down_only, until, text] = GENERATE(table<bool, std::optional<WallTime>, std::string>({
      {false,
       quarter_past_eight + std::chrono::hours(1),
       R"({"until": "2026-11-21T09:15:00.000Z", "down_only": false, "by": "alice@build-7", )"
       R"("since": "2026-11-21T08:15:00.000Z"})"
       "\n"},
      {true,
       std::nullopt,
       R"({"until": null, "down_only": true, "by": "alice@build-7", )"
       R"("since": "2026-11-21T08:15:00.000Z"})"
       "\n"},
  }));
  const KeptPause kept{.pause = {.down_only = down_only, .until = until},
                       .by = "alice@build-7",
                       .since = quarter_past_eight};
  CHECK(pause_text(kept) == text);
  CHECK(parse_pause(text) == kept);
}

TEST_CASE("a pause by hand needs only to say that it is one") {
  const auto [text, pause] = GENERATE(table<std::string, Pause>({
      {R"({"until": null})", Pause{}},
      {R"({"until": ""})", Pause{}},
      {R"({"down_only": true})", Pause{.down_only = true, .until = {}}},
      {R"({"until": "2026-11-21 08:15:00", "mood": 7})",
       Pause{.down_only = false, .until = quarter_past_eight}},
      {R"({"down_only": null, "until": "2026-11-21T10:15:00+02:00"})",
       Pause{.down_only = false, .until = quarter_past_eight}},
  }));
  CAPTURE(text);
  const auto read = parse_pause(text);
  REQUIRE(read);
  CHECK(read->pause == pause);
}

TEST_CASE("what isn't a pause is refused, and says why") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"", "it is empty"},
      {"paused", "not JSON"},
      {"true", "not a JSON object"},
      {"{}", "neither \"until\" nor \"down_only\""},
      {R"({"until": "tomorrow"})", "no moment: tomorrow"},
      {R"({"until": 5})", "\"until\" is not a string"},
      {R"({"until": null, "down_only": "yes"})", "neither true nor false"},
      {R"({"until": null, "by": 7})", "\"by\" is not a string"},
  }));
  CAPTURE(text);
  const auto read = parse_pause(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::refused);
  CHECK(holds(read.error().message, why));
}

TEST_CASE("a pause that has ended is none") {
  const KeptPause kept{.pause = {.down_only = true, .until = quarter_past_eight}};
  CHECK(pause_at(kept, quarter_past_eight - Millis(1)) == kept.pause);
  CHECK(pause_at(kept, quarter_past_eight) == std::nullopt);
  CHECK(pause_at({}, quarter_past_eight) == Pause{});
}

TEST_CASE("a desired count is a bare number, and anything else is told and never a zero") {
  const auto [text, count] = GENERATE(table<std::string, std::optional<InstanceCount>>({
      {"0", 0},
      {"7", 7},
      {" 7\r\n", 7},
      {"\t65535 ", 65'535},
      {"007", 7},
      {"", std::nullopt},
      {" \n", std::nullopt},
      {"65536", std::nullopt},
      {"99999999999999999999", std::nullopt},
      {"+7", std::nullopt},
      {"-1", std::nullopt},
      {"7.0", std::nullopt},
      {"1e3", std::nullopt},
      {"0x7", std::nullopt},
      {"7 8", std::nullopt},
      {"seven", std::nullopt},
      {"\"7\"", std::nullopt},
      {std::string("7\0", 2), std::nullopt},
      {std::string(5'000, 'x'), std::nullopt},
  }));
  CAPTURE(text);
  const auto read = parse_desired(text);
  CHECK(read.has_value() == count.has_value());
  if (read) CHECK(*read == *count);
  if (!read) {
    CHECK(read.error().kind == ErrorKind::usage);
    CHECK(read.error().message.size() < 200);
  }
}
