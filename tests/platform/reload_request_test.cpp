#include "scale_fleet/platform/reload_request.hpp"

#include <signal.h>

#include <chrono>
#include <stdexcept>

#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("SIGHUP asks once for a new reading, ends a wait, and is no stop") {
  const SignalStopRequest stop;
  SystemClock clock(stop);
  ReloadRequest reload(stop);
  CHECK_FALSE(reload.take());
  ::raise(SIGHUP);
  const auto before = clock.now();
  clock.wait_until(before + 1h);
  CHECK(clock.now() - before < 1min);
  CHECK_FALSE(stop.requested());
  CHECK(reload.take());
  CHECK_FALSE(reload.take());
}

TEST_CASE("there is one reload request at a time") {
  const SignalStopRequest stop;
  const ReloadRequest first(stop);
  CHECK_THROWS_AS(ReloadRequest(stop), std::logic_error);
}
