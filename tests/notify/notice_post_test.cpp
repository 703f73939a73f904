#include "notify/notice_post.hpp"

#include "notify/scripted_client.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint beginning{1h};
constexpr auto never = std::nullopt;

HttpResult with_status(int status) {
  return HttpResponse{.status = status};
}

/// What came of notices that were told one after the other at the beginning, with ten seconds for
/// each sending.
struct Story {
  std::vector<std::pair<long, std::string>> requests;  ///< Milliseconds since the beginning.
  std::vector<std::string> troubles;
};

Story story_of(const std::vector<std::string>& notices,
               const std::vector<ScriptedClient::Reply>& script,
               Duration farewell = 1h) {
  Story story;
  ScriptedClock clock;
  std::vector<std::pair<TimePoint, std::string>> requests;
  NoticePlace place{.name = "far", .display_name = "Far", .endpoint = {}};
  place.request = [](const std::vector<Notice>& all, WallTime) {
    return HttpRequest{.body = all.front().summary};
  };
  place.describe = [](const HttpResponse& reply) { return std::to_string(reply.status); };
  {
    auto client = std::make_unique<ScriptedClient>(clock, script, requests);
    auto& network = *client;
    const auto to_story = [&](const std::string& what) { story.troubles.push_back(what); };
    NoticePost post(
        place,
        std::move(client),
        {.timeout = 10s},
        {.clock = clock, .wall_time = [] { return WallTime{}; }, .on_trouble = to_story});
    for (const auto& summary : notices)
      post.put({.summary = summary});
    post.end_by(clock.now() + farewell);
    network.release();
  }
  for (const auto& [moment, body] : requests)
    story.requests.emplace_back(static_cast<long>((moment - beginning) / 1ms), body);
  return story;
}

using Requests = std::vector<std::pair<long, std::string>>;
using Troubles = std::vector<std::string>;

}  // namespace

TEST_CASE("Notices go out one after the other, each when the one before is taken") {
  const auto story = story_of({"a", "b", "c"}, {{with_status(200), 2s}, {with_status(200), 1s}});
  CHECK(story.requests == Requests{{0, "a"}, {2'000, "b"}, {3'000, "c"}});
  CHECK(story.troubles.empty());
}

TEST_CASE("A reply that never comes costs a notice its time, and the next one nothing") {
  const auto story = story_of({"a", "b"}, {{with_status(200), never}, {with_status(200), 1s}});
  CHECK(story.requests == Requests{{0, "a"}, {10'000, "b"}});
  CHECK(story.troubles == Troubles{"cannot tell Far: no whole reply within 10s; 1 notice lost"});
}

TEST_CASE("A repetition that hangs ends with the time of the whole sending") {
  const auto story = story_of({"a", "b"}, {{with_status(503), 1s}, {with_status(200), never}});
  REQUIRE(story.requests.size() == 3);
  CHECK(story.requests[1].second == "a");
  CHECK(story.requests[1].first >= 1'250);
  CHECK(story.requests[1].first <= 1'500);
  CHECK(story.requests[2] == std::pair(10'000L, std::string("b")));
  CHECK(story.troubles == Troubles{"cannot tell Far: no whole reply within 10s; 1 notice lost"});
}

TEST_CASE("A reply that comes after its sending was given up says nothing of the next one") {
  const auto story = story_of({"a", "b", "c"}, {{with_status(404), 12s}, {with_status(200), 5s}});
  CHECK(story.requests == Requests{{0, "a"}, {10'000, "b"}, {15'000, "c"}});
  CHECK(story.troubles == Troubles{"cannot tell Far: no whole reply within 10s; 1 notice lost"});
}

TEST_CASE("At the end there is so much time and no more, and what is lost is told") {
  const auto story =
      story_of({"a", "b", "c"}, {{with_status(200), 1s}, {with_status(200), never}}, 2s);
  CHECK(story.requests == Requests{{0, "a"}, {1'000, "b"}});
  CHECK(story.troubles == Troubles{"2 notices for Far not sent before the end"});
}
