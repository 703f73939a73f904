#include "scale_fleet/platform/signal_stop_request.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <vector>

#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

bool is_readable(int descriptor) {
  pollfd wanted{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&wanted, 1, 0) == 1;
}

std::chrono::steady_clock::time_point fake_now;

/// How a process that does `work` ends: its exit code, or minus the signal that killed it.
int end_of_process(const std::function<void()>& work) {
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    for (const int number : {SIGINT, SIGTERM})
      ::signal(number, SIG_DFL);
    work();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("The first signal is recorded and stays so") {
  for (const int number : {SIGINT, SIGTERM}) {
    const SignalStopRequest stop;
    CHECK_FALSE(stop.requested());
    CHECK_FALSE(is_readable(stop.wake_descriptor()));
    ::raise(number);
    CHECK(stop.signal() == number);
    CHECK(is_readable(stop.wake_descriptor()));
    ::raise(number == SIGINT ? SIGTERM : SIGINT);
    CHECK(stop.signal() == number);
    stop.drain();
    CHECK_FALSE(is_readable(stop.wake_descriptor()));
    CHECK(stop.signal() == number);
  }
}

TEST_CASE("A new stop request knows nothing of an earlier one's signal") {
  {
    const SignalStopRequest stop;
    ::raise(SIGTERM);
  }
  const SignalStopRequest stop;
  CHECK_FALSE(stop.requested());
  CHECK_FALSE(is_readable(stop.wake_descriptor()));
}

TEST_CASE("A second stop request at the same time is a mistake, one after the other is none") {
  {
    const SignalStopRequest stop;
    CHECK_THROWS_AS(SignalStopRequest(), std::logic_error);
    ::raise(SIGINT);
    CHECK(stop.requested());
  }
  CHECK_NOTHROW(SignalStopRequest());
}

TEST_CASE("A second signal of the same kind kills at once, unless it is one that was sent twice") {
  struct Row {
    const char* name;
    std::vector<std::chrono::milliseconds> arrivals;
    bool kills;
  };

  for (const int number : {SIGINT, SIGTERM}) {
    for (const auto& row : std::vector<Row>{{"one", {0ms}, false},
                                            {"a moment apart", {0ms, 0ms}, false},
                                            {"sent twice and slow", {0ms, 0ms, 100ms}, false},
                                            {"a person's second", {0ms, 101ms}, true},
                                            {"sent twice, and a second", {0ms, 1ms, 2s}, true}}) {
      INFO(row.name << ", signal " << number);
      CHECK(end_of_process([&] {
              const SignalStopRequest stop([] { return fake_now; });
              for (const auto arrival : row.arrivals) {
                fake_now = std::chrono::steady_clock::time_point(1h + arrival);
                ::raise(number);
              }
            }) == (row.kills ? -number : 0));
    }
  }
}

TEST_CASE("What was forgotten doesn't make the next signal the second one") {
  CHECK(end_of_process([] {
          SignalStopRequest stop([] { return fake_now; });
          ::raise(SIGINT);
          stop.forget();
          fake_now += 1h;
          ::raise(SIGINT);
          ::_exit(stop.signal() == SIGINT ? 7 : 1);
        }) == 7);
}

TEST_CASE("Signals have their former effect afterwards") {
  CHECK(end_of_process([] {
          { const SignalStopRequest stop; }
          ::raise(SIGINT);
        }) == -SIGINT);
}

TEST_CASE("A signal that was ignored before stays ignored") {
  CHECK(end_of_process([] {
          ::signal(SIGINT, SIG_IGN);
          const SignalStopRequest stop;
          ::raise(SIGINT);
          ::raise(SIGINT);
          ::_exit(stop.requested() ? 1 : 7);
        }) == 7);
}

TEST_CASE("Writing to a closed pipe doesn't kill") {
  CHECK(end_of_process([] {
          const SignalStopRequest stop;
          ::raise(SIGPIPE);
        }) == 0);
}

TEST_CASE("The system's clock goes forward and returns at once for a moment that has passed") {
  const SignalStopRequest stop;
  SystemClock clock(stop);
  const auto before = clock.now();
  clock.wait_until(before - 1h);
  clock.wait_until(before + 1ms);
  CHECK(clock.now() >= before + 1ms);
}

TEST_CASE("A wake or a signal ends one wait, and the next wait lasts") {
  const SignalStopRequest stop;
  SystemClock clock(stop);
  const auto before = clock.now();
  SECTION("a wake") {
    stop.wake();
  }
  SECTION("a signal") {
    ::raise(SIGINT);
  }
  clock.wait_until(before + 1h);
  CHECK(clock.now() < before + 1min);
  const auto next = clock.now() + 5ms;
  clock.wait_until(next);
  CHECK(clock.now() >= next);
}

TEST_CASE("A signal that comes while the clock waits ends the wait") {
  const SignalStopRequest stop;
  SystemClock clock(stop);
  const auto parent = ::getpid();
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::kill(parent, SIGTERM);
    ::_exit(0);
  }
  const auto before = clock.now();
  clock.wait_until(before + 1h);
  CHECK(clock.now() < before + 1min);
  CHECK(stop.signal() == SIGTERM);
  ::waitpid(child, nullptr, 0);
}
