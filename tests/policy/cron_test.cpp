#include "scale_fleet/policy/cron.hpp"

#include "scale_fleet/core/wall_time_text.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

WallTime cron_time(const std::string& text) {
  return parse_wall_time(text).value();
}

/// Minute after minute: slow, and plainly right.
std::optional<WallTime> last_match_by_minutes(const Cron& cron, WallTime now, Millis at_most) {
  for (WallTime minute = std::chrono::floor<std::chrono::minutes>(now); minute >= now - at_most;
       minute -= 1min) {
    if (cron.matches(minute)) return minute;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a schedule matches the minutes that its five fields name") {
  struct Row {
    const char* cron;
    const char* time;
    bool matches;
  };

  const auto row = GENERATE(values<Row>({
      // 2026-11-21 is a Saturday.
      {"* * * * *", "2026-11-21T08:15:30Z", true},
      {"15 8 * * *", "2026-11-21T08:15:59.999Z", true},
      {"15 8 * * *", "2026-11-21T08:16:00Z", false},
      {"0 8 * * 1-5", "2026-11-20T08:00:00Z", true},
      {"0 8 * * 1-5", "2026-11-21T08:00:00Z", false},
      {"0 8 * * mon-FRI", "2026-11-20T08:00:00Z", true},
      {"0 8 * * 6,sun", "2026-11-21T08:00:00Z", true},
      {"0 8 * * 7", "2026-11-22T08:00:00Z", true},
      {"0 8 * * 0", "2026-11-22T08:00:00Z", true},
      {"0 8 * * 5-7", "2026-11-22T08:00:00Z", true},
      {"0 8 * * 5-7", "2026-11-23T08:00:00Z", false},
      {"*/20 * * * *", "2026-11-21T08:40:00Z", true},
      {"*/20 * * * *", "2026-11-21T08:50:00Z", false},
      {"10-30/10 * * * *", "2026-11-21T08:30:00Z", true},
      {"10-30/10 * * * *", "2026-11-21T08:40:00Z", false},
      {"0,59 0-6,23 * * *", "2026-11-21T23:59:00Z", true},
      {"0 0 1 jan,Jul *", "2026-07-01T00:00:00Z", true},
      {"0 0 1 jan,Jul *", "2026-06-01T00:00:00Z", false},
      {"0 0 29 2 *", "2028-02-29T00:00:00Z", true},
      // Both days restricted: either suffices.
      {"0 0 13 * 5", "2026-11-13T00:00:00Z", true},
      {"0 0 13 * 5", "2026-11-20T00:00:00Z", true},
      {"0 0 13 * 6", "2026-10-13T00:00:00Z", true},
      {"0 0 13 * 6", "2026-10-14T00:00:00Z", false},
      // A star, also with a step, restricts nothing: both must match.
      {"0 0 */2 * 5", "2026-11-13T00:00:00Z", true},
      {"0 0 */2 * 5", "2026-11-20T00:00:00Z", false},
      {"0 0 */2 * 5", "2026-11-21T00:00:00Z", false},
      {"  0\t8  * * *  ", "2026-11-21T08:00:00Z", true},
      {"* * * * *", "1970-01-01T00:00:00Z", true},
  }));
  CAPTURE(row.cron, row.time);
  const auto cron = Cron::parse(row.cron);
  REQUIRE(cron);
  CHECK(cron->matches(cron_time(row.time)) == row.matches);
}

TEST_CASE("what is no schedule is refused, and why") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"", "0 fields, not five"},
      {"* * * *", "4 fields, not five"},
      {"* * * * * *", "6 fields, not five"},
      {"@daily", "1 field, not five"},
      {"60 * * * *", "'60' is no minute: it is 0 to 59"},
      {"-1 * * * *", "'' is no minute"},
      {"+1 * * * *", "'+1' is no minute"},
      {"1.5 * * * *", "'1.5' is no minute"},
      {"* 24 * * *", "'24' is no hour: it is 0 to 23"},
      {"* * 0 * *", "'0' is no day of the month: it is 1 to 31"},
      {"* * 32 * *", "'32' is no day of the month"},
      {"* * * 13 *", "'13' is no month: it is 1 to 12 or jan to dec"},
      {"* * * foo *", "'foo' is no month"},
      {"* * * mon *", "'mon' is no month"},
      {"* * * * 8", "'8' is no day of the week: it is 0 to 7 or sun to sat"},
      {"* * * * monday", "'monday' is no day of the week"},
      {"30-10 * * * *", "'30-10' runs backwards"},
      {"* * * * sat-sun", "'sat-sun' runs backwards"},
      {"1-2-3 * * * *", "'2-3' is no minute"},
      {"1, * * * *", "'' is no minute"},
      {",1 * * * *", "'' is no minute"},
      {"*/0 * * * *", "'*/0' is no step of the minute"},
      {"*/ * * * *", "'*/' is no step"},
      {"*/60 * * * *", "'*/60' is no step of the minute"},
      {"5/15 * * * *", "'5/15' is no step of the minute: write */N or A-B/N"},
      {"*/5/5 * * * *", "'*/5/5' is no step"},
      {"99999999999 * * * *", "'99999999999' is no minute"},
      {"0 0 31 2,4 *", "none of its months has such a day"},
      {"0 0 30 2 *", "none of its months has such a day"},
      {"0 0 1 1 *\n", "is no day of the week"},
  }));
  CAPTURE(text);
  const auto cron = Cron::parse(text);
  REQUIRE(!cron);
  CHECK(cron.error().kind == ErrorKind::usage);
  INFO(cron.error().message);
  CHECK(holds(cron.error().message, why));
}

TEST_CASE("a schedule longer than any is refused unread") {
  CHECK(!Cron::parse("0" + std::string(100'000, ' ') + "0 * * *"));
}

TEST_CASE("a day of February is fine where a day of the week suffices") {
  CHECK(Cron::parse("0 0 31 2 1"));
  CHECK(!Cron::parse("0 0 31 2 *"));
}

TEST_CASE("a schedule is shown as five fields with a blank between") {
  CHECK(Cron::parse(" 0  8\t* * 1-5 ")->text() == "0 8 * * 1-5");
  CHECK(Cron::parse(" 0 8 * * 1-5") == Cron::parse("0\t8 * * 1-5"));
  CHECK(Cron::parse("0 8 * * 1-5") != Cron::parse("0 8 * * 1-4"));
}

TEST_CASE("the last match is found within what is looked back") {
  struct Row {
    const char* cron;
    const char* now;
    Millis at_most;
    const char* match;  // Empty: none.
  };

  const auto row = GENERATE(values<Row>({
      {"0 8 * * *", "2026-11-21T08:00:00Z", 0ms, "2026-11-21T08:00:00Z"},
      {"0 8 * * *", "2026-11-21T08:00:00.001Z", 0ms, ""},
      {"0 8 * * *", "2026-11-21T07:59:59.999Z", 24h, "2026-11-20T08:00:00Z"},
      {"0 8 * * *", "2026-11-21T07:59:59.999Z", 23h, ""},
      {"0 8 * * *", "2026-11-21T18:00:00Z", 10h, "2026-11-21T08:00:00Z"},
      {"0 8 * * *", "2026-11-21T18:00:00Z", 10h - 1ms, ""},
      {"30 8,20 * * *", "2026-11-21T20:29:00Z", 24h, "2026-11-21T08:30:00Z"},
      {"30 20 * * *", "2026-11-21T20:29:00Z", 240h, "2026-11-20T20:30:00Z"},
      {"59 23 31 12 *", "2026-11-21T00:00:00Z", 24h * 400, "2025-12-31T23:59:00Z"},
      {"0 0 29 2 *", "2027-03-01T00:00:00Z", 24h * 10'000, "2024-02-29T00:00:00Z"},
      {"0 0 29 2 *", "2027-03-01T00:00:00Z", 24h * 1'000, ""},
      {"0 0 1 * *", "2026-11-21T12:00:00Z", 24h * 30, "2026-11-01T00:00:00Z"},
      {"0 12 * * *", "1970-01-02T00:00:00Z", 24h * 30, "1970-01-01T12:00:00Z"},
  }));
  CAPTURE(row.cron, row.now, row.at_most.count());
  const auto match = Cron::parse(row.cron)->last_match(cron_time(row.now), row.at_most);
  CHECK((match ? format_wall_time(*match) : "") ==
        (*row.match == 0 ? "" : format_wall_time(cron_time(row.match))));
}

TEST_CASE("no moment is too strange for a schedule") {
  const auto cron = *Cron::parse("0 0 29 2 *");
  for (const auto moment : {WallTime::min(), WallTime::max(), WallTime(-1ms), WallTime(0ms)}) {
    for (const auto at_most : {Millis::min(), Millis(-1), Millis(0), Millis::max()})
      CHECK_NOTHROW(cron.last_match(moment, at_most));
  }
  CHECK(!cron.last_match(cron_time("2026-01-01T00:00:00Z"), -1ms));
}

TEST_CASE("the quick search finds what minute after minute finds") {
  const std::vector<std::string> minutes{"*", "0", "59", "*/7", "3,30-40/5"};
  const std::vector<std::string> hours{"*", "0", "23", "8-18", "*/5"};
  const std::vector<std::string> days{"*", "1", "30", "*/2", "10-20", "29,30"};
  const std::vector<std::string> months{"*", "1,3,12", "11", "4-10"};
  const std::vector<std::string> weekdays{"*", "0", "7", "mon-fri", "*/3"};
  const std::uint64_t base = 70'000;
  int found = 0;
  for (std::uint64_t seed = base; seed < base + 300; ++seed) {
    RandomSource draw(seed);
    const auto text = draw.pick(minutes) + " " + draw.pick(hours) + " " + draw.pick(days) + " " +
                      draw.pick(months) + " " + draw.pick(weekdays);
    INFO("seed " << seed << ": " << text);
    const auto cron = Cron::parse(text);
    REQUIRE(cron);
    const auto now =
        cron_time("2026-11-21T08:15:30Z") + Millis(draw.below(Millis(24h * 365).count()));
    const auto at_most = Millis(draw.below(Millis(24h * 5).count()));
    const auto match = cron->last_match(now, at_most);
    CHECK(match == last_match_by_minutes(*cron, now, at_most));
    if (match) ++found;
  }
  CHECK(found > 50);
}
