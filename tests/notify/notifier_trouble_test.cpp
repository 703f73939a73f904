#include <fmt/format.h>

#include "notify/dripping_server.hpp"
#include "notify/notice_receiver.hpp"
#include "notify/notifier_world.hpp"
#include "scale_fleet/notify/notifier.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("What fails in passing is sent all the same") {
  struct Row {
    const char* name;
    HttpReply first;
  };

  for (const auto& row : std::vector<Row>{
           {"500", {.response = {.status = 500}}},
           {"503", {.response = {.status = 503}}},
           {"429", {.response = {.status = 429, .headers = {{"Retry-After", "0"}}}}},
           {"closed", {.delivery = Delivery::closed}},
           {"reset", {.delivery = Delivery::reset}},
           {"cut", {.response = {.body = "a whole body"}, .delivery = Delivery::cut}}}) {
    CAPTURE(row.name);
    NotifierWorld world;
    NoticeReceiver slack([&row](std::size_t turn) { return turn == 0 ? row.first : HttpReply{}; });
    const auto notifier = world.notifier({.slack = slack.url()});
    notifier->tell(world.notice("a notice"));
    const auto requests = slack.await(2);
    CHECK(requests.at(0).body == requests.at(1).body);
    CHECK(world.settled_counts(*notifier, 1).at(0) == NoticeCounts{.place = "slack", .sent = 1});
    CHECK(world.troubles().empty());
  }
}

TEST_CASE("What a place refuses is told once, and sent no second time") {
  NotifierWorld world;
  NoticeReceiver alertmanager(
      always({.response = {.status = 400, .body = "\"at least one label pair required\""}}));
  const auto notifier = world.notifier({.alertmanager = alertmanager.url()});
  for (int turn = 1; turn <= 3; ++turn) {
    notifier->tell(world.notice("a notice"));
    world.settled_counts(*notifier, static_cast<std::uint64_t>(turn));
  }
  CHECK(notifier->counts().at(0) == NoticeCounts{.place = "alertmanager", .failed = 3});
  CHECK(alertmanager.requests().size() == 3);
  CHECK(world.troubles() ==
        std::vector{fmt::format("cannot tell Alertmanager at {}: HTTP 400: \"at least one label "
                                "pair required\"; 1 notice lost",
                                alertmanager.url())});
}

TEST_CASE("When more wait than may, the oldest are dropped, counted and told once") {
  NotifierWorld world;
  NoticeReceiver slack(hanging());
  const auto notifier =
      world.notifier({.slack = slack.url(), .timeout = 1h, .farewell = 10ms, .waiting = 3});
  notifier->tell(world.notice("under way"));
  slack.await(1);
  for (int number = 1; number <= 10; ++number)
    notifier->tell(world.notice("one more"));
  CHECK(world.await_troubles(1) ==
        std::vector<std::string>{
            "too many notices wait for Slack at 127.0.0.1: the oldest are dropped"});
  CHECK(notifier->counts().at(0) == NoticeCounts{.place = "slack", .dropped = 7});
}

TEST_CASE("A notifier ends in the time it is given though nobody answers, and says what is lost") {
  NotifierWorld world;
  NoticeReceiver slack(hanging());
  NoticeReceiver alertmanager(hanging());
  auto notifier = world.notifier(
      {.slack = slack.url(), .alertmanager = alertmanager.url(), .timeout = 1h, .farewell = 300ms});
  notifier->tell(world.notice("first"));
  slack.await(1);
  alertmanager.await(1);
  notifier->tell(world.notice("second"));
  const auto before = world.clock().now();
  notifier.reset();
  const auto taken = world.clock().now() - before;
  CHECK(taken >= 300ms);
  CHECK(taken < far_less_than_a_hang);
  CHECK(world.troubles().size() == 2);
}

TEST_CASE("The URL of Slack's webhook is in nothing that is said") {
  FileDescriptor reserved;
  const auto nobody = "http://" + reserve_address(reserved);
  const auto echo = std::string("The requested URL ") + secret_path + " was not found";
  NoticeReceiver not_found(always({.response = {.status = 404, .body = echo}}));
  NoticeReceiver no_service(always({.response = {.status = 404, .body = "no_service"}}));
  NoticeReceiver moved(
      always({.response = {.status = 302, .headers = {{"Location", secret_path}}}}));

  struct Row {
    std::string url;
    std::string why;
  };

  for (const auto& row : std::vector<Row>{{not_found.url(), "HTTP 404"},
                                          {no_service.url(), "HTTP 404: no_service"},
                                          {moved.url(), "HTTP 302"},
                                          {nobody, "Connection refused"}}) {
    NotifierWorld world;
    const auto notifier = world.notifier({.slack = row.url + secret_path, .timeout = 1s});
    notifier->tell(world.notice("a notice"));
    CHECK(world.await_troubles(1).at(0) ==
          fmt::format("cannot tell Slack at 127.0.0.1: {}; 1 notice lost", row.why));
  }
}

TEST_CASE("A place that can't be used is an error, which doesn't show Slack's secret") {
  struct Row {
    NotifyPlaces places;
    const char* message;
  };

  NotifierWorld world;
  const std::vector<Row> rows{
      {{.slack = std::string("hooks.slack.com") + secret_path}, "Slack's webhook (not shown"},
      {{.slack = std::string("https://hooks.slack.com:x") + secret_path}, "Slack's webhook (not"},
      {{.slack = "https://h/x", .slack_tls = {.ca = "/no/such/file"}}, "the file /no/such/file"},
      {{.alertmanager = "alertmanager:9093"}, "cannot use Alertmanager's address: "}};
  for (const auto& row : rows) {
    const auto made = make_notifier(row.places, world.clock(), system_wall_time, 1, [](auto&) {});
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == ErrorKind::usage);
    CHECK(made.error().message.starts_with(row.message));
    CHECK_FALSE(holds(made.error().message, "SECRET"));
  }
}

TEST_CASE(
    "Neither a hang, nor a slow drip, nor a refusal lasts longer than the time of a sending") {
  NotifierWorld world;
  FileDescriptor reserved;
  const auto nobody = "http://" + reserve_address(reserved);
  NoticeReceiver hung(hanging());
  const DrippingServer dripping;
  const auto before = world.clock().now();

  struct Row {
    std::string url;
    Millis timeout;
    const char* why;
  };

  for (const auto& [url, timeout, why] :
       std::vector<Row>{{hung.url(), 200ms, "no whole reply within 200ms"},
                        {dripping.url(), 300ms, "no whole reply within 300ms"},
                        {nobody, 1s, "Connection refused"}}) {
    const auto known = world.troubles().size();
    const auto notifier = world.notifier({.slack = url, .timeout = timeout});
    notifier->tell(world.notice("a notice"));
    CHECK(world.await_troubles(known + 1).at(known) ==
          fmt::format("cannot tell Slack at 127.0.0.1: {}; 1 notice lost", why));
    CHECK(world.settled_counts(*notifier, 1).at(0) == NoticeCounts{.place = "slack", .failed = 1});
  }
  CHECK(world.clock().now() - before < far_less_than_a_hang);
}
