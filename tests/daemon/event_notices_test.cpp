#include "scale_fleet/daemon/event_notices.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

Event event(EventKind kind,
            const std::string& service,
            std::optional<InstanceCount> before,
            std::optional<InstanceCount> after) {
  return {.time = {},
          .kind = kind,
          .service = service,
          .before = before,
          .after = after,
          .units = {"web@1.service"},
          .asked_by = "alert Hot",
          .reason = "alert Hot: asks for 1 more",
          .error = std::nullopt};
}

Event failed(Event event) {
  event.error = Error{.kind = ErrorKind::unavailable, .message = "Fleet is away"};
  return event;
}

/// `scale_service web success | Scale service up: web | Scaling …`; `quiet`.
std::string told(const Event& event) {
  const auto notice = notice_of(event, [](const std::string&) { return "aws"; });
  if (!notice) return "quiet";
  return std::string(to_string(notice->alertname)) + " " + notice->service + " " +
         std::string(to_string(notice->status)) + " | " + notice->request + " | " + notice->summary;
}

}  // namespace

TEST_CASE("people are told of changes and failures in Docker Scaler's words, and of nothing else") {
  using enum EventKind;
  CHECK(told(event(launch, "web", 2, 3)) ==
        "scale_service web success | Scale service up: web | Scaling web from 2 to 3 replicas: "
        "alert Hot: asks for 1 more");
  CHECK(told(event(terminate, "web", 3, 2)) ==
        "scale_service web success | Scale service down: web | Scaling web from 3 to 2 replicas: "
        "alert Hot: asks for 1 more");
  CHECK(told(failed(event(launch, "web", 2, std::nullopt))) ==
        "scale_service web error | Scale service up: web | Fleet is away");
  CHECK(told(event(replace, "web", 2, 2)) ==
        "scale_service web success | Replace instances of service: web | 1 instances of web "
        "replaced: alert Hot: asks for 1 more");
  CHECK(told(event(move, "web", 2, 2)) ==
        "reschedule_service reschedule success | Rescheduling service: web | web rescheduled: "
        "alert Hot: asks for 1 more");
  CHECK(told(event(launch, "nodes/worker", 2, 4)) ==
        "scale_nodes aws success | Scale nodes up on: aws, by: 2, type: worker | Changing the "
        "number of worker nodes on aws from 2 to 4: alert Hot: asks for 1 more");
  CHECK(told(failed(event(terminate, "nodes/worker", 2, 2))) ==
        "scale_nodes aws error | Scale nodes down on: aws, by: 0, type: worker | Fleet is away");
  CHECK(told(event(no_op, "web", 2, 2)) == "quiet");
  CHECK(told(failed(event(no_op, "", {}, {}))) ==
        "scale_service cluster error | Keep services as declared | Fleet is away");
}

TEST_CASE("events are recorded, and told of") {
  class Lines : public EventSink {
   public:
    Outcome record(const Event&) override {
      ++count;
      return {};
    }

    int count = 0;
  } lines;

  std::vector<Notice> notices;
  ToldEvents events(
      lines,
      [](const std::string&) { return ""; },
      [&](Notice notice) { notices.push_back(notice); });
  CHECK(events.record(event(EventKind::launch, "web", 2, 3)));
  CHECK(events.record(event(EventKind::no_op, "web", 2, 2)));
  CHECK(lines.count == 2);
  CHECK(notices.size() == 1);
}
