#include "scale_fleet/commands/waiter.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("Looks are half a second apart at first, then rarer, and never most of the work") {
  struct Row {
    Duration elapsed;
    Duration cost;
    Duration delay;
  };

  for (const auto& row : std::vector<Row>{{0s, 0s, 500ms},
                                          {14999ms, 250ms, 500ms},
                                          {15s, 0s, 1s},
                                          {59999ms, 500ms, 1s},
                                          {60s, 0s, 2s},
                                          {300s, 1s, 2s},
                                          {0s, 251ms, 502ms},
                                          {0s, 5s, 10s},
                                          {300s, 1001ms, 2002ms}}) {
    CAPTURE(row.elapsed.count(), row.cost.count());
    CHECK(delay_between_looks(row.elapsed, row.cost) == row.delay);
  }
}
