#include "notify/outbox.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1h};
using Failure = TransportFailure;

HttpResult answered(int status, const std::string& retry_after = {}) {
  HttpResponse reply{.status = status};
  if (!retry_after.empty()) reply.headers = {{"Retry-After", retry_after}};
  return reply;
}

HttpResult broken(Failure failure) {
  return tl::unexpected(TransportError{.failure = failure, .message = "why"});
}

Notice numbered(int number) {
  return {.summary = std::to_string(number)};
}

Outbox filled(int notices, Outbox::Limits limits = {}) {
  Outbox outbox(limits);
  for (int number = 1; number <= notices; ++number)
    outbox.put(numbered(number));
  return outbox;
}

std::string words_of_notices(const std::vector<Notice>& notices) {
  std::string words;
  for (const auto& notice : notices)
    words += (words.empty() ? "" : " ") + notice.summary;
  return words;
}

NoticeCounts counted_so(std::uint64_t sent, std::uint64_t failed, std::uint64_t dropped) {
  return {.sent = sent, .failed = failed, .dropped = dropped};
}

/// The moments, in milliseconds, at which one notice is tried while every try ends like this one,
/// `each_takes` later.
std::vector<long> tries(const HttpResult& result, Duration each_takes, double random) {
  auto outbox = filled(1);
  std::vector<long> moments;
  for (auto now = start; !outbox.is_empty(); now = outbox.next()) {
    REQUIRE(outbox.begin(now).size() == 1);
    moments.push_back(static_cast<long>((now - start) / 1ms));
    outbox.settle(result, now + each_takes, random);
  }
  CHECK(outbox.counts() == counted_so(0, 1, 0));
  return moments;
}

}  // namespace

TEST_CASE("What fails in passing is tried again, and what is refused isn't") {
  struct Row {
    const char* name;
    HttpResult result;
    std::size_t tries;
  };

  const std::vector<Row> rows{{"refused connection", broken(Failure::not_connected), 5},
                              {"no such host", broken(Failure::not_resolved), 5},
                              {"broken off", broken(Failure::broken_off), 5},
                              {"429", answered(429), 5},
                              {"500", answered(500), 5},
                              {"503", answered(503), 5},
                              {"not trusted", broken(Failure::not_trusted), 1},
                              {"no HTTP", broken(Failure::unreadable), 1},
                              {"301", answered(301), 1},
                              {"400", answered(400), 1},
                              {"404", answered(404), 1},
                              {"410", answered(410), 1},
                              {"422", answered(422), 1}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(tries(row.result, 0s, 0.5).size() == row.tries);
  }
}

TEST_CASE("The tries of a sending have growing pauses, and all of them ten seconds") {
  using Moments = std::vector<long>;
  CHECK(tries(answered(503), 0s, 0) == Moments{0, 250, 750, 1'750, 3'750});
  CHECK(tries(answered(503), 0s, 1) == Moments{0, 500, 1'500, 3'500, 7'500});
  CHECK(tries(answered(503), 3s, 0) == Moments{0, 3'250, 6'750});
  CHECK(tries(broken(Failure::timed_out), 10s, 0) == Moments{0});
}

TEST_CASE("Each sending has all its repetitions, whatever the one before needed") {
  auto outbox = filled(2);
  auto now = start;
  const auto end_with = [&](const HttpResult& result) {
    now = std::max(now, outbox.next());
    REQUIRE_FALSE(outbox.begin(now).empty());
    return outbox.settle(result, now, 0);
  };
  for (int failed = 1; failed <= 4; ++failed)
    CHECK_FALSE(end_with(answered(503)));
  CHECK_FALSE(end_with(answered(200)));
  for (int failed = 1; failed <= 4; ++failed)
    CHECK_FALSE(end_with(answered(503)));
  CHECK(end_with(answered(503)));
  CHECK(outbox.counts() == counted_so(1, 1, 0));
}

TEST_CASE("Any status of success is one, and ends the sending") {
  for (const int status : {200, 202, 204}) {
    auto outbox = filled(1);
    outbox.begin(start);
    CHECK_FALSE(outbox.settle(answered(status), start, 0));
    CHECK(outbox.is_empty());
    CHECK(outbox.counts() == counted_so(1, 0, 0));
    CHECK(outbox.next() == TimePoint::max());
  }
}

TEST_CASE("Whoever asks for a pause gets it, and a sending that can't wait is given up") {
  struct Row {
    const char* retry_after;
    bool is_given_up;
    Duration pause;
  };

  for (const auto& row : std::vector<Row>{{"0", false, 500ms},
                                          {"3", false, 3s},
                                          {"9", false, 9s},
                                          {"10", true, 10s},
                                          {"40", true, 40s},
                                          {"3600", true, 1min}}) {
    CAPTURE(row.retry_after);
    auto outbox = filled(2);
    outbox.begin(start);
    CHECK(outbox.settle(answered(429, row.retry_after), start, 1).has_value() == row.is_given_up);
    CHECK(outbox.next() == start + row.pause);
    CHECK(outbox.begin(start + row.pause - 1ms).empty());
    CHECK(words_of_notices(outbox.begin(start + row.pause)) == (row.is_given_up ? "2" : "1"));
  }
}

TEST_CASE("A sending holds what waits, up to so many, in its order; what comes later is the next") {
  auto outbox = filled(5, {.at_once = 3});
  CHECK(words_of_notices(outbox.begin(start)) == "1 2 3");
  CHECK(outbox.begin(start).empty());
  outbox.put(numbered(6));
  outbox.settle(answered(503), start, 1);
  CHECK(outbox.begin(start + 499ms).empty());
  CHECK(words_of_notices(outbox.begin(start + 500ms)) == "1 2 3");
  outbox.settle(answered(200), start + 1s, 1);
  CHECK(words_of_notices(outbox.begin(start + 1s)) == "4 5 6");
  outbox.settle(answered(400), start + 1s, 1);
  CHECK(outbox.counts() == counted_so(3, 3, 0));
}

TEST_CASE("A try without a reply has the sending's time, and not more") {
  auto outbox = filled(1, {.timeout = 4s});
  CHECK_FALSE(outbox.is_overdue(start + 1h));
  outbox.begin(start);
  CHECK(outbox.next() == start + 4s);
  CHECK_FALSE(outbox.is_overdue(start + 4s - 1ms));
  CHECK(outbox.is_overdue(start + 4s));
  CHECK(outbox.settle(broken(Failure::timed_out), start + 4s, 0)->notices == 1);
  CHECK_FALSE(outbox.is_overdue(start + 4s));
}

TEST_CASE("When too many wait the oldest go, which is told once until none wait") {
  auto outbox = filled(3, {.waiting = 3});
  CHECK_FALSE(outbox.take_overflow());
  outbox.put(numbered(4));
  outbox.put(numbered(5));
  CHECK(outbox.take_overflow());
  CHECK_FALSE(outbox.take_overflow());
  for (const char* const expected : {"3", "4", "5"}) {
    CHECK(words_of_notices(outbox.begin(start)) == expected);
    outbox.settle(answered(200), start, 0);
  }
  CHECK(outbox.counts() == counted_so(3, 0, 2));
  CHECK_FALSE(outbox.take_overflow());
  for (int number = 6; number <= 9; ++number)
    outbox.put(numbered(number));
  CHECK(outbox.take_overflow());
}

TEST_CASE("Each kind of trouble is news once, until something was sent") {
  struct Row {
    HttpResult result;
    std::string told;
  };

  auto outbox = filled(9);
  const std::vector<Row> rows{{answered(404), "new"},
                              {answered(404), "known"},
                              {answered(400), "new"},
                              {answered(404), "known"},
                              {broken(Failure::not_trusted), "new"},
                              {broken(Failure::unreadable), "new"},
                              {broken(Failure::not_trusted), "known"},
                              {answered(200), "sent"},
                              {answered(404), "new"}};
  for (const auto& row : rows) {
    CAPTURE(words_of_notices(outbox.begin(start)));
    const auto given_up = outbox.settle(row.result, start, 0);
    CHECK((given_up ? given_up->is_news ? "new" : "known" : "sent") == row.told);
  }
}

TEST_CASE("At the end what waits and what is under way are dropped") {
  auto outbox = filled(5, {.at_once = 2});
  outbox.begin(start);
  CHECK(outbox.drop_all() == 5);
  CHECK(outbox.is_empty());
  CHECK(outbox.counts() == counted_so(0, 0, 5));
  CHECK(outbox.next() == TimePoint::max());
}

TEST_CASE(
    "Whatever replies come, each notice is sent, failed, dropped or there, and in its order") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    RandomSource draw(seed);
    const Outbox::Limits limits{.waiting = 1 + draw.below(6), .at_once = 1 + draw.below(4)};
    Outbox outbox(limits);
    const std::vector<HttpResult> results{answered(200),
                                          answered(404),
                                          answered(503),
                                          answered(429, "20"),
                                          broken(Failure::broken_off)};
    auto now = start;
    int put = 0;
    int last_sent = 0;
    bool is_under_way = false;
    std::vector<Notice> sending;
    for (int turn = 0; turn < 300; ++turn) {
      now += std::chrono::milliseconds(draw.below(1'500));
      if (draw.percent(50)) outbox.put(numbered(++put));
      if (is_under_way && (draw.percent(50) || outbox.is_overdue(now))) {
        const auto result =
            outbox.is_overdue(now) ? broken(Failure::timed_out) : draw.pick(results);
        const auto before = outbox.counts();
        outbox.settle(result, now, draw.fraction());
        is_under_way = false;
        if (outbox.counts().sent > before.sent) {
          REQUIRE(std::stoi(sending.front().summary) > last_sent);
          last_sent = std::stoi(sending.back().summary);
        }
      }
      if (const auto begun = outbox.begin(now); !begun.empty()) {
        REQUIRE_FALSE(is_under_way);
        REQUIRE(begun.size() <= limits.at_once);
        is_under_way = true;
        sending = begun;
      }
    }
    outbox.drop_all();
    const auto& counts = outbox.counts();
    CHECK(counts.sent + counts.failed + counts.dropped == static_cast<std::uint64_t>(put));
    CHECK(counts.sent > 0);
  }
}
