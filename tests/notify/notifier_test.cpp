#include "scale_fleet/notify/notifier.hpp"

#include <latch>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "notify/notice_receiver.hpp"
#include "notify/notifier_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::size_t alerts_in(const std::vector<HttpRequest>& requests) {
  std::size_t count = 0;
  for (const auto& request : requests)
    count += nlohmann::json::parse(request.body).size();
  return count;
}

}  // namespace

TEST_CASE("A notice goes to Slack and to Alertmanager, each in its form") {
  NotifierWorld world;
  NoticeReceiver slack;
  NoticeReceiver alertmanager;
  const auto notifier = world.notifier(
      {.slack = slack.url() + secret_path, .alertmanager = alertmanager.url() + "/am/"});
  notifier->tell(world.notice("Scaling web from 2 to 3 replicas"));
  const auto to_slack = slack.await(1).at(0);
  const auto to_alertmanager = alertmanager.await(1).at(0);
  CHECK(to_slack.method == "POST");
  CHECK(to_slack.target == secret_path);
  CHECK(nlohmann::json::parse(to_slack.body).at("text") == "Scaling web from 2 to 3 replicas");
  CHECK(to_alertmanager.method == "POST");
  CHECK(to_alertmanager.target == "/am/api/v2/alerts");
  CHECK(nlohmann::json::parse(to_alertmanager.body).at(0).at("labels").at("service") == "web");
  for (const auto& request : {to_slack, to_alertmanager}) {
    const HttpResponse headers{.headers = request.headers};
    CHECK(headers.header("Content-Type") == "application/json");
  }
  CHECK(world.settled_counts(*notifier, 1) ==
        std::vector<NoticeCounts>{{.place = "slack", .sent = 1},
                                  {.place = "alertmanager", .sent = 1}});
  CHECK(world.troubles().empty());
}

TEST_CASE("A Slack that hangs holds up neither Alertmanager nor whoever tells") {
  NotifierWorld world;
  NoticeReceiver slack(hanging());
  NoticeReceiver alertmanager;
  const auto before = world.clock().now();
  {
    const auto notifier = world.notifier({.slack = slack.url(),
                                          .alertmanager = alertmanager.url(),
                                          .timeout = 1h,
                                          .farewell = 10ms});
    for (int turn = 1; turn <= 5; ++turn) {
      notifier->tell(world.notice("a notice"));
      alertmanager.await(static_cast<std::size_t>(turn));
    }
    slack.await(1);
  }
  CHECK(world.clock().now() - before < far_less_than_a_hang);
  CHECK(world.troubles() ==
        std::vector{fmt::format("5 notices for Slack at 127.0.0.1 not sent before the end")});
}

TEST_CASE("What waits at the end is sent, and to Alertmanager together") {
  constexpr std::size_t notices = 150;
  NotifierWorld world;
  NoticeReceiver slack;
  std::latch all_are_told(1);
  NoticeReceiver alertmanager([&](std::size_t turn) {
    if (turn == 0) all_are_told.wait();
    return HttpReply{};
  });
  {
    const auto notifier =
        world.notifier({.slack = slack.url(), .alertmanager = alertmanager.url(), .farewell = 30s});
    notifier->tell(world.notice("the first"));
    alertmanager.await(1);
    for (std::size_t number = 1; number < notices; ++number)
      notifier->tell(world.notice("one more"));
    all_are_told.count_down();
  }
  CHECK(slack.requests().size() == notices);
  CHECK(alerts_in(alertmanager.requests()) == notices);
  CHECK(alertmanager.requests().size() == 4);
  CHECK(world.troubles().empty());
}

TEST_CASE("Without a place nobody is told") {
  NotifierWorld world;
  const auto notifier = world.notifier({});
  notifier->tell(world.notice("a notice"));
  CHECK(notifier->counts().empty());
}

TEST_CASE("Several threads may tell at once, and each notice is sent once") {
  constexpr int each = 50;
  NotifierWorld world;
  NoticeReceiver slack;
  NoticeReceiver alertmanager;
  const auto notice = world.notice("a notice");
  {
    const auto notifier =
        world.notifier({.slack = slack.url(), .alertmanager = alertmanager.url(), .farewell = 30s});
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int number = 0; number < each; ++number) {
          notifier->tell(notice);
          notifier->counts();
        }
      });
    }
  }
  CHECK(slack.requests().size() == 4 * each);
  CHECK(alerts_in(alertmanager.requests()) == 4 * each);
}
