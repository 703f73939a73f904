#include "scale_fleet/core/retry_delay.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("Delays double from the base to the cap, halved at most by chance") {
  const RetryPolicy policy{.retries = 10, .base = 500ms, .cap = 10s};

  struct Row {
    int retry;
    Duration least;
    Duration most;
  };

  for (const auto& row : {Row{1, 250ms, 500ms},
                          Row{2, 500ms, 1s},
                          Row{3, 1s, 2s},
                          Row{5, 4s, 8s},
                          Row{6, 5s, 10s},
                          Row{1'000'000, 5s, 10s}}) {
    INFO(row.retry);
    CHECK(retry_delay(policy, row.retry, {}, 0.0) == row.least);
    CHECK(retry_delay(policy, row.retry, {}, 1.0) == row.most);
    const auto between = retry_delay(policy, row.retry, {}, 0.5);
    CHECK(between > row.least);
    CHECK(between < row.most);
  }
}

TEST_CASE("A server's Retry-After is a minimum, up to a minute") {
  const RetryPolicy policy;
  CHECK(retry_delay(policy, 1, 7s, 0.5) == 7s);
  CHECK(retry_delay(policy, 1, 0s, 1.0) == policy.base);
  CHECK(retry_delay(policy, 1, 1h, 0.5) == 1min);
}

TEST_CASE("All delays together outlast a fleetd that registers anew after a crash") {
  const RetryPolicy policy;
  Duration sum{0};
  for (int retry = 1; retry <= policy.retries; ++retry)
    sum += retry_delay(policy, retry, {}, 0.0);
  CHECK(sum >= 32s);
}
