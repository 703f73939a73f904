#pragma once

#include <chrono>
#include <string>

namespace scale_fleet {

/// Posts of Alertmanager's to a daemon that keeps `bench0001`, `bench0002`, … and lets alerts scale
/// them by one, without a cool-down.
struct WebhookLoad {
  std::string endpoint;  ///< The daemon's.
  std::string place;     ///< What the table calls it.
  int services = 50;
  int per_second = 1000;
  std::chrono::seconds time{20};
  std::chrono::milliseconds promised_median{2};
};

struct WebhookFigures {
  std::string rows;  ///< Of a table in Markdown.
  bool keeps_promise = true;
};

/// Posts so many a second on kept-alive connections, each service in its turn, each alert several
/// times. Then waits until every service's count is what it was and one for each answer that said
/// so. Throws where an answer is none of the API's, and where a
/// count isn't what the answers come to.
WebhookFigures webhook_figures(const WebhookLoad& load);

}  // namespace scale_fleet
