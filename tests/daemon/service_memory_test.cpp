#include "scale_fleet/daemon/service_memory.hpp"

#include <bit>
#include <cmath>

#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

namespace {

constexpr std::int64_t farthest_drawn = 8'640'000'000'000'000;

/// Draws a memory that a daemon might have, and some that none ever had.
class MemoryDraw {
 public:
  explicit MemoryDraw(std::uint64_t seed) : random_(seed) {}

  ServiceMemory memory() {
    ServiceMemory drawn;
    if (random_.percent(50)) drawn.history.up = cool_down();
    if (random_.percent(50)) drawn.history.down = cool_down();
    if (random_.percent(50)) drawn.history.last_count = count();
    repeat([&] {
      drawn.history.changes.push_back({.time = time(), .before = count(), .after = count()});
    });
    repeat([&] { drawn.history.recommendations.push_back({.time = time(), .count = count()}); });
    repeat([&] { drawn.well_since[text()] = time(); });
    repeat([&] { drawn.decisions.push_back(decision()); });
    repeat([&] { drawn.samples[text()]; });
    repeat([&] { drawn.samples[text()][text()] = series(); });
    return drawn;
  }

 private:
  template <typename Do>
  void repeat(Do once) {
    for (int left = random_.between(0, 4); left > 0; --left)
      once();
  }

  WallTime time() {
    // Around now, before 1970, after 2200, and at both ends.
    switch (random_.between(0, 3)) {
      case 0:
        return WallTime(Millis(1'795'248'900'000 + random_.between(-1'000'000, 1'000'000)));
      case 1:
        return WallTime(Millis(-static_cast<std::int64_t>(random_.below(farthest_drawn))));
      case 2:
        return WallTime(Millis(static_cast<std::int64_t>(random_.below(farthest_drawn))));
      default:
        return WallTime(Millis(random_.percent(50) ? farthest_drawn : -farthest_drawn));
    }
  }

  InstanceCount count() { return static_cast<InstanceCount>(random_.below(UINT32_MAX)); }

  std::string text() {
    static const std::vector<std::string> pieces{
        "", "web@8080.service", "\"", "\\", "\n", "\x01", "é", "\xf0\x9f\x98\x80", "{", "]", "a/b"};
    std::string drawn;
    repeat([&] { drawn += random_.pick(pieces); });
    return drawn;
  }

  CoolDown cool_down() { return {.until = time(), .because = text()}; }

  RememberedDecision decision() {
    RememberedDecision drawn{.time = time(),
                             .before = count(),
                             .count = count(),
                             .direction = static_cast<Direction>(random_.between(0, 2)),
                             .kind = static_cast<ReasonKind>(random_.between(0, 8)),
                             .asked_by = text(),
                             .reasons = {},
                             .limits = {}};
    repeat([&] { drawn.reasons.push_back(text()); });
    repeat([&] { drawn.limits.push_back(text()); });
    return drawn;
  }

  double value() {
    if (random_.percent(30)) return random_.between(-5, 5);
    if (random_.percent(50)) return random_.fraction() * 1000;
    const auto any = std::bit_cast<double>(random_.below(UINT64_MAX));
    return std::isfinite(any) ? any : -0.0;
  }

  Series series() {
    std::map<WallTime, double> by_time;
    repeat([&] { by_time[time()] = value(); });
    Series drawn;
    for (const auto& [moment, reading] : by_time)
      drawn.push_back({.time = moment, .value = reading});
    return drawn;
  }

  RandomSource random_;
};

const std::string small_memory =
    R"({"version":1,"history":{"up":{"until":2000,"because":"scale_up[0]"},"down":null,)"
    R"("changes":[[1000,2,3]],"recommendations":[[1000,3]],"last_count":3},)"
    R"("well_since":{"web@1.service":-5},)"
    R"("decisions":[{"time":1000,"before":2,"count":3,"direction":"up","kind":"threshold",)"
    R"("asked_by":"scale_up[0]","reasons":["is 91"],"limits":[]}],)"
    R"("samples":{"etcd web/cpu":{"web@1.service":[1000,91.0,10,91.5]}}})";

}  // namespace

TEST_CASE("a memory is read as it was written, whatever was in it") {
  constexpr std::uint64_t base = 20'261'121;
  for (std::uint64_t seed = base; seed < base + 2'000; ++seed) {
    const auto memory = MemoryDraw(seed).memory();
    const auto text = memory_text(memory);
    INFO("seed " << seed << ": " << text);
    CHECK(text.find('\n') == std::string::npos);
    const auto read = parse_memory(text);
    REQUIRE(read);
    REQUIRE(*read == memory);
    REQUIRE(memory_text(*read) == text);
  }
}

TEST_CASE("a memory is small: a sample is kept as what has passed since the one before") {
  ServiceMemory memory;
  memory.history.up = CoolDown{.until = WallTime(Millis(2000)), .because = "scale_up[0]"};
  memory.history.changes = {{.time = WallTime(Millis(1000)), .before = 2, .after = 3}};
  memory.history.recommendations = {{.time = WallTime(Millis(1000)), .count = 3}};
  memory.history.last_count = 3;
  memory.well_since["web@1.service"] = WallTime(Millis(-5));
  memory.decisions = {{.time = WallTime(Millis(1000)),
                       .before = 2,
                       .count = 3,
                       .direction = Direction::up,
                       .kind = ReasonKind::threshold,
                       .asked_by = "scale_up[0]",
                       .reasons = {"is 91"},
                       .limits = {}}};
  memory.samples["etcd web/cpu"]["web@1.service"] = {
      {.time = WallTime(Millis(1000)), .value = 91},
      {.time = WallTime(Millis(1010)), .value = 91.5}};
  CHECK(memory_text(memory) == small_memory);
  CHECK(parse_memory(small_memory) == memory);
}

TEST_CASE("a memory torn at any byte is an error and never half a memory") {
  for (std::size_t length = 0; length < small_memory.size(); ++length) {
    const auto torn = parse_memory(small_memory.substr(0, length));
    CAPTURE(length);
    REQUIRE_FALSE(torn);
    CHECK(torn.error().kind == ErrorKind::refused);
    CHECK_FALSE(torn.error().message.empty());
  }
}

TEST_CASE("what isn't a memory is refused, and says why") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"", "it is empty"},
      {"\n", "it is empty"},
      {"<html>", "it is not JSON (it begins: <html>)"},
      {"[]", "it is not a JSON object"},
      {"{}", "it has no version"},
      {R"({"version":2})", "its version is 2, and this program knows 1"},
      {R"({"version":"1"})", "whole number"},
      {R"({"version":1.0})", "whole number"},
      {R"({"version":1,"history":[]})", "\"history\" is not an object"},
      {R"({"version":1,"history":{"up":{"until":"soon"}}})", "whole number"},
      {R"({"version":1,"history":{"up":{}}})", "whole number"},
      {R"({"version":1,"history":{"changes":[[1,2]]}})", "3 columns"},
      {R"({"version":1,"history":{"last_count":-1}})", "whole number"},
      {R"({"version":1,"history":{"last_count":18446744073709551615}})", "whole number"},
      {R"({"version":1,"history":{"up":{"until":9223372036854775807}}})", "whole number"},
      {R"({"version":1,"samples":{"m":{"i":[1]}}})", "pairs"},
      {R"({"version":1,"samples":{"m":{"i":[1,"high"]}}})", "not a number"},
      {R"({"version":1,"samples":{"m":{"i":[1,1e999]}}})", ""},
      {R"({"version":1,"samples":{"m":{"i":[5,1,0,1]}}})", "whole number"},
      {R"({"version":1,"samples":{"m":{"i":[8640000000000000,1,1,1]}}})", "beyond all time"},
      {R"({"version":1,"samples":{"m":[]}})", "not an object"},
      {R"({"version":1,"decisions":[{"time":1,"before":1,"count":1,"direction":"left"}]})",
       "'left'"},
      {R"({"version":1,"decisions":[7]})", "not an object"},
  }));
  CAPTURE(text);
  const auto read = parse_memory(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::refused);
  CHECK(holds(read.error().message, why));
}

TEST_CASE("unknown fields are passed over, and missing ones are empty") {
  CHECK(parse_memory(R"({"version":1})") == ServiceMemory{});
  CHECK(parse_memory(
            R"({"mood":"good","version":1,"history":{"left":{"until":1}},"samples":null})") ==
        ServiceMemory{});
}

TEST_CASE("a moment beyond all time is moved to its end") {
  ServiceMemory memory;
  memory.well_since["web@1.service"] = WallTime::max();
  memory.samples["m"]["i"] = {{.time = WallTime::max() - Millis(1), .value = 1},
                              {.time = WallTime::max(), .value = 2}};
  const auto read = parse_memory(memory_text(memory));
  REQUIRE(read);
  CHECK(read->well_since.at("web@1.service") == WallTime(Millis(farthest_drawn)));
  CHECK(read->samples.at("m").at("i").size() == 1);
}
