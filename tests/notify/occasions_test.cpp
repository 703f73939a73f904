#include "scale_fleet/notify/occasions.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("Each occasion has Docker Scaler's name, labels and request") {
  struct Row {
    Notice notice;
    const char* alertname;
    const char* service;
    const char* request;
    const char* status;
  };

  constexpr auto up = ScaleDirection::up;
  constexpr auto down = ScaleDirection::down;
  constexpr auto success = NoticeStatus::success;
  constexpr auto error = NoticeStatus::error;
  constexpr auto pending = NoticeStatus::pending;
  const ScaledNodes more{.group = "aws", .direction = up, .by = 2, .type = "worker"};
  const ScaledNodes fewer{.group = "aws", .direction = down, .by = 1, .type = "manager"};
  const std::vector<Row> rows{
      {bad_request(AlertName::scale_service, "said"),
       "scale_service",
       "bad_request",
       "Incorrect request",
       "error"},
      {bad_request(AlertName::scale_nodes, "said"),
       "scale_nodes",
       "bad_request",
       "Incorrect request",
       "error"},
      {bad_request(AlertName::scale_nodes, "said", "aws"),
       "scale_nodes",
       "aws",
       "Incorrect request",
       "error"},
      {scaled_service("web", up, success, "said"),
       "scale_service",
       "web",
       "Scale service up: web",
       "success"},
      {scaled_service("web", down, error, "said"),
       "scale_service",
       "web",
       "Scale service down: web",
       "error"},
      {scaled_nodes(more, success, "said"),
       "scale_nodes",
       "aws",
       "Scale nodes up on: aws, by: 2, type: worker",
       "success"},
      {scaled_nodes(fewer, error, "said"),
       "scale_nodes",
       "aws",
       "Scale nodes down on: aws, by: 1, type: manager",
       "error"},
      {about_to_wait_for_nodes("said"),
       "scale_nodes",
       "reschedule",
       "Wait to reschedule",
       "pending"},
      {waiting_for_nodes(pending, "said"),
       "reschedule_service",
       "reschedule",
       "Waiting for nodes to scale",
       "pending"},
      {waiting_for_nodes(error, "said"),
       "reschedule_service",
       "reschedule",
       "Waiting for nodes to scale",
       "error"},
      {nodes_came_up("said"), "reschedule_service", "reschedule", "said", "success"},
      {rescheduled_all(success, "said"),
       "reschedule_service",
       "reschedule",
       "Rescheduling all labeled services",
       "success"},
      {rescheduled_service("web", error, "said"),
       "reschedule_service",
       "reschedule",
       "Rescheduling service: web",
       "error"}};
  for (const auto& row : rows) {
    CAPTURE(row.request);
    CHECK(to_string(row.notice.alertname) == row.alertname);
    CHECK(row.notice.service == row.service);
    CHECK(row.notice.request == row.request);
    CHECK(to_string(row.notice.status) == row.status);
    CHECK(row.notice.summary == "said");
  }
}

TEST_CASE("Changes and failures are told, counts at a bound by their switch, the rest never") {
  struct Row {
    ScaleEnd end;
    bool by_none;
    bool by_min;
    bool by_max;
  };

  for (const auto& row : std::vector<Row>{{ScaleEnd::changed, true, true, true},
                                          {ScaleEnd::failed, true, true, true},
                                          {ScaleEnd::at_min, false, true, false},
                                          {ScaleEnd::at_max, false, false, true},
                                          {ScaleEnd::no_need, false, false, false}}) {
    CAPTURE(static_cast<int>(row.end));
    CHECK(is_worth_a_notice(row.end, false, false) == row.by_none);
    CHECK(is_worth_a_notice(row.end, true, false) == row.by_min);
    CHECK(is_worth_a_notice(row.end, false, true) == row.by_max);
  }
}
