#include "metrics/mailbox.hpp"

#include <thread>

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Reading one_point(const std::string& metric, const std::string& instance, int second) {
  return {.points = {{metric, instance, {WallTime(std::chrono::seconds(second)), 1.0}}},
          .failures = {},
          .bad_values = 0};
}

std::vector<int> seconds_of(const Reading& reading, const std::string& metric) {
  std::vector<int> seconds;
  for (const auto& point : reading.points) {
    if (point.metric != metric) continue;
    seconds.push_back(static_cast<int>(point.sample.time.time_since_epoch() / 1s));
  }
  return seconds;
}

}  // namespace

TEST_CASE("A mailbox gives each value once, and counts bad ones") {
  Mailbox mailbox({"a", "b"}, Mailbox::FailuresLast::once);
  mailbox.put(one_point("a", "", 1));
  mailbox.put({.points = {}, .failures = {}, .bad_values = 3});
  mailbox.put(one_point("a", "", 2));
  const auto reading = mailbox.take();
  CHECK(seconds_of(reading, "a") == std::vector{1, 2});
  CHECK(reading.bad_values == 3);
  CHECK(mailbox.take().points.empty());
  CHECK(mailbox.take().bad_values == 0);
}

TEST_CASE("A full mailbox keeps the newest of each series, and counts what it dropped") {
  Mailbox mailbox({"a", "b"}, Mailbox::FailuresLast::once, 10);
  mailbox.put(one_point("b", "", 1));
  for (int second = 100; second > 0; --second)  // The newest come first, as from a great tree.
    mailbox.put(one_point("a", "", second));
  const auto reading = mailbox.take();
  CHECK(seconds_of(reading, "b") == std::vector{1});
  const auto kept = seconds_of(reading, "a");
  CHECK(std::find(kept.begin(), kept.end(), 100) != kept.end());
  CHECK(reading.points.size() <= 10);
  CHECK(reading.points.size() + reading.bad_values == 101);
}

TEST_CASE("A mailbox full of single values takes no other") {
  Mailbox mailbox({"a"}, Mailbox::FailuresLast::once, 2);
  for (const auto* instance : {"x", "y", "z"})
    mailbox.put(one_point("a", instance, 1));
  const auto reading = mailbox.take();
  CHECK(reading.points.size() == 2);
  CHECK(reading.bad_values == 1);
}

TEST_CASE("A failure is told once, or until there is a value again") {
  for (const auto lasts : {Mailbox::FailuresLast::once, Mailbox::FailuresLast::until_a_value}) {
    const bool is_once = lasts == Mailbox::FailuresLast::once;
    Mailbox mailbox({"a", "b"}, lasts);
    mailbox.fail({"a", "b"}, "down");
    CHECK(mailbox.take().failures == std::vector<Reading::Failure>{{"a", "down"}, {"b", "down"}});
    CHECK(mailbox.take().failures.size() == (is_once ? 0 : 2));
    mailbox.put(one_point("a", "", 1));
    mailbox.recover("b");
    CHECK(mailbox.take().failures.empty());
    // The latest reading failed: told now, or when there is nothing better to tell.
    mailbox.put(one_point("a", "", 2));
    mailbox.fail({"a"}, "down");
    CHECK(mailbox.take().failures.size() == (is_once ? 1 : 0));
    CHECK(mailbox.take().failures.size() == (is_once ? 0 : 1));
  }
}

TEST_CASE("Whoever waits for the first reading is woken when each metric has had one") {
  Mailbox mailbox({"a", "b", "c"}, Mailbox::FailuresLast::once);
  std::thread reader([&] {
    mailbox.put(one_point("a", "", 1));
    mailbox.fail({"b"}, "down");
    mailbox.recover("c");
  });
  const auto before = std::chrono::steady_clock::now();
  mailbox.await_first(20s);
  reader.join();
  CHECK(std::chrono::steady_clock::now() - before < 10s);
  mailbox.await_first(20s);
  CHECK(std::chrono::steady_clock::now() - before < 10s);
}
