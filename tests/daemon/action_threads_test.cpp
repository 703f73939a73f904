#include "scale_fleet/daemon/action_threads.hpp"

#include <condition_variable>
#include <latch>
#include <stdexcept>

#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

ActionOrder order_for(const std::string& name) {
  const auto service = *Service::parse(name);
  return {.service = {.service = service}, .request = {.service = service}};
}

/// Waits until so many actions have ended.
class Ends {
 public:
  void one_more() {
    const std::scoped_lock lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  bool wait_for(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

struct Threads {
  SignalStopRequest signals;
  SystemClock clock{signals};
  Ends ends;

  ActionThreads::Parts parts(CarryOut carry_out) {
    return {
        .carry_out = std::move(carry_out), .clock = clock, .on_end = [this] { ends.one_more(); }};
  }
};

}  // namespace

TEST_CASE("a slow action delays no other") {
  Threads threads;
  std::latch slow_one_may_end(1);
  ActionThreads actions(threads.parts([&](const ActionOrder& order, const StopRequest&) {
    if (order.service.service.prefix() == "slow") slow_one_may_end.wait();
    return ScaleReport{.status = ScaleStatus::converged, .services = {}, .error = {}};
  }));
  actions.start(order_for("slow"));
  actions.start(order_for("quick"));
  REQUIRE(threads.ends.wait_for(1));
  const auto ended = actions.take_ended();
  REQUIRE(ended.size() == 1);
  CHECK(ended.front().order.service.service.prefix() == "quick");
  CHECK(ended.front().report.status == ScaleStatus::converged);
  CHECK(actions.take_ended().empty());
  slow_one_may_end.count_down();
  REQUIRE(threads.ends.wait_for(2));
  CHECK(actions.take_ended().size() == 1);
}

TEST_CASE("a stop reaches those that run, and waits for them") {
  Threads threads;
  std::latch running(2);
  ActionThreads actions(threads.parts([&](const ActionOrder&, const StopRequest& stop) {
    running.count_down();
    while (!stop.requested())
      std::this_thread::yield();
    return ScaleReport{.status = ScaleStatus::interrupted, .services = {}, .error = {}};
  }));
  actions.start(order_for("one"));
  actions.start(order_for("two"));
  running.wait();
  actions.stop();
  CHECK(actions.take_ended().size() == 2);
}

TEST_CASE("an action must stop when this daemon no longer leads") {
  Threads threads;
  std::atomic<bool> leads = true;
  auto parts = threads.parts([](const ActionOrder&, const StopRequest& stop) {
    while (!stop.requested())
      std::this_thread::yield();
    return ScaleReport{.status = ScaleStatus::interrupted, .services = {}, .error = {}};
  });
  parts.must_stop = [&] { return !leads; };
  ActionThreads actions(std::move(parts));
  actions.start(order_for("one"));
  leads = false;
  CHECK(threads.ends.wait_for(1));
}

TEST_CASE("the action of one service is interrupted, and no other") {
  Threads threads;
  std::atomic<bool> may_end = false;
  ActionThreads actions(threads.parts([&](const ActionOrder&, const StopRequest& stop) {
    while (!stop.requested() && !may_end)
      std::this_thread::yield();
    return ScaleReport{
        .status = stop.requested() ? ScaleStatus::interrupted : ScaleStatus::converged,
        .services = {},
        .error = {}};
  }));
  actions.start(order_for("one"));
  actions.start(order_for("two"));
  actions.interrupt("one");
  REQUIRE(threads.ends.wait_for(1));
  const auto first = actions.take_ended();
  REQUIRE(first.size() == 1);
  CHECK(first.front().order.service.service.display_name() == "one");
  may_end = true;
  REQUIRE(threads.ends.wait_for(2));
  const auto second = actions.take_ended();
  REQUIRE(second.size() == 1);
  CHECK(second.front().report.status == ScaleStatus::converged);
}

TEST_CASE("a broken promise of an action is its own service's trouble") {
  Threads threads;
  ActionThreads actions(threads.parts([](const ActionOrder&, const StopRequest&) -> ScaleReport {
    throw std::logic_error("this can't be");
  }));
  actions.start(order_for("one"));
  REQUIRE(threads.ends.wait_for(1));
  const auto ended = actions.take_ended();
  REQUIRE(ended.size() == 1);
  CHECK(ended.front().report.status == ScaleStatus::failed);
  REQUIRE(ended.front().report.error);
  CHECK(ended.front().report.error->message == "a mistake in scale-fleet: this can't be");
}
