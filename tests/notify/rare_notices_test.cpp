#include "scale_fleet/notify/rare_notices.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("one notice of a kind is told in a minute, and the next says how many were not") {
  RareNotices rare(60s);
  const WallTime start(1h);
  CHECK(rare.let_through("bad", start) == 0U);
  for (const auto later : {0ms, 1ms, 59'999ms})
    CHECK_FALSE(rare.let_through("bad", start + later));
  CHECK(rare.let_through("other", start + 1s) == 0U);
  CHECK(rare.let_through("bad", start + 60s) == 3U);
  CHECK_FALSE(rare.let_through("bad", start + 61s));
  // The clock was set back.
  CHECK(rare.let_through("bad", start) == 1U);
}
