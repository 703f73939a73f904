#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/sandbox/fault_plan.hpp"

namespace scale_fleet {

/// The first line is a fault, the rest a request's target.
void try_input(std::string_view input) {
  const auto fault = parse_fault(take_line(input));
  if (!fault) {
    must_hold(fault.error().kind == ErrorKind::usage, "a fault is a matter of usage");
    must_hold(is_for_people(fault.error().message), "why a fault is refused can be shown");
    return;
  }
  must_hold(1 <= fault->first_turn && fault->first_turn <= fault->last_turn, "turns are in order");
  must_hold(100 <= fault->status && fault->status <= 599, "a status is one of HTTP's");
  must_hold(fault->duration.count() >= 0, "a duration isn't negative");

  const HttpRequest request{.method = fault->method, .target = std::string(input)};
  const FleetHandler handler = [](const HttpRequest& asked, TimePoint) {
    HttpReply reply;
    reply.response.body = asked.target;
    return reply;
  };
  FaultPlan plan({*fault});
  for (int turn = 0; turn < 3; ++turn) {
    if (const auto due = plan.next(request, TimePoint{})) {
      const auto reply = reply_with_fault(*due, request, TimePoint{}, handler);
      must_hold(100 <= reply.response.status && reply.response.status <= 599,
                "what answers with a fault is a reply");
    }
  }
}

}  // namespace scale_fleet
