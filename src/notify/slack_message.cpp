#include "notify/slack_message.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// In bytes, before escaping. Slack cuts a text above 4,000 characters ("Truncating really long
/// messages") and shows a title in one line.
constexpr std::size_t longest_slack_text = 3000;
constexpr std::size_t longest_slack_title = 200;

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

std::string slack_text(std::string_view text, std::size_t bytes) {
  return escaped(printable_start(text, bytes));
}

std::string_view colour_of(NoticeStatus status) {
  switch (status) {
    case NoticeStatus::success:
      return "good";
    case NoticeStatus::error:
      return "danger";
    case NoticeStatus::pending:
      break;
  }
  return "warning";
}

nlohmann::json field(std::string_view title, std::string_view value) {
  return {{"title", title}, {"value", slack_text(value, longest_slack_title)}, {"short", true}};
}

}  // namespace

std::string slack_message(const Notice& notice) {
  const auto summary = slack_text(notice.summary, longest_slack_text);
  const nlohmann::json attachment{{"fallback", summary},
                                  {"color", colour_of(notice.status)},
                                  {"title", slack_text(notice.request, longest_slack_title)},
                                  {"fields",
                                   {field("Alert", to_string(notice.alertname)),
                                    field("Service", notice.service),
                                    field("Status", to_string(notice.status)),
                                    field("Event", notice.event_id)}}};
  // A name with underscores is no text in italics.
  const nlohmann::json message{
      {"text", summary}, {"mrkdwn", false}, {"attachments", nlohmann::json::array({attachment})}};
  return message.dump();
}

}  // namespace scale_fleet
