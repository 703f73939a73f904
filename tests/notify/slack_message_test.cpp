#include "notify/slack_message.hpp"

#include <nlohmann/json.hpp>

#include "scale_fleet/notify/occasions.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

nlohmann::json slack_json(const Notice& notice) {
  return nlohmann::json::parse(slack_message(notice));
}

Notice slack_notice(NoticeStatus status, const std::string& summary) {
  return stamped(scaled_service("web", ScaleDirection::up, status, summary), WallTime{}, 7);
}

}  // namespace

TEST_CASE("A Slack message says what became of it, and with what it was") {
  CHECK(slack_json(slack_notice(NoticeStatus::success, "Scaling web from 2 to 3 replicas")) ==
        nlohmann::json::parse(R"({
    "text": "Scaling web from 2 to 3 replicas",
    "mrkdwn": false,
    "attachments": [{
      "fallback": "Scaling web from 2 to 3 replicas",
      "color": "good",
      "title": "Scale service up: web",
      "fields": [{"title": "Alert", "value": "scale_service", "short": true},
                 {"title": "Service", "value": "web", "short": true},
                 {"title": "Status", "value": "success", "short": true},
                 {"title": "Event", "value": "00000000000-00000007", "short": true}]}]})"));
}

TEST_CASE("The colour is the status's") {
  struct Row {
    NoticeStatus status;
    const char* colour;
  };

  for (const auto& row : std::vector<Row>{{NoticeStatus::success, "good"},
                                          {NoticeStatus::error, "danger"},
                                          {NoticeStatus::pending, "warning"}}) {
    CHECK(slack_json(slack_notice(row.status, "x")).at("attachments").at(0).at("color") ==
          row.colour);
  }
}

TEST_CASE("Nobody's words become a link, call a channel or break the message") {
  struct Row {
    const char* said;
    const char* sent;
  };

  for (const auto& row : std::vector<Row>{{"<!channel> a&b", "&lt;!channel&gt; a&amp;b"},
                                          {"&amp;", "&amp;amp;"},
                                          {"\"quoted\" \\", "\"quoted\" \\"},
                                          {"two\nlines", "two\\x0alines"},
                                          {"half \xc3", "half \\xc3"},
                                          {"grün", "grün"}}) {
    auto notice = slack_notice(NoticeStatus::error, row.said);
    notice.request = row.said;
    notice.service = row.said;
    const auto message = slack_json(notice);
    const auto& attachment = message.at("attachments").at(0);
    CHECK(message.at("text") == row.sent);
    CHECK(attachment.at("fallback") == row.sent);
    CHECK(attachment.at("title") == row.sent);
    CHECK(attachment.at("fields").at(1).at("value") == row.sent);
  }
}

TEST_CASE("A long text is cut between two characters, and none of what stands for one letter is") {
  for (const char* const letter : {"x", "ü", "€", "😀", "&"}) {
    std::string summary = "a";
    while (summary.size() < 5'000)
      summary += letter;
    const auto text = slack_json(slack_notice(NoticeStatus::success, summary)).at("text");
    const auto sent = text.get<std::string>();
    CAPTURE(letter, sent.size());
    const std::string_view whole = std::string_view(letter) == "&" ? "&amp;" : letter;
    CHECK(sent.ends_with(std::string(whole) + "…"));
    CHECK((sent.size() - std::string_view("a…").size()) % whole.size() == 0);
    CHECK(sent.size() > 2'990);
    CHECK(sent.size() < 15'010);
  }
}
