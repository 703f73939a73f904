#include "nodes/request_line.hpp"

#include <algorithm>

namespace scale_fleet {

TimePoint RequestLine::next_look(TimePoint until) const {
  return std::min<TimePoint>(until, clock_.now() + std::chrono::milliseconds(500));
}

HttpResult RequestLine::ask(const HttpRequest& request, Duration limit) {
  const auto until = clock_.now() + limit;
  const auto id = ++last_;
  client_.start(id, request);
  do {
    for (auto& ended : client_.wait(next_look(until))) {
      // One with another number was given up earlier.
      if (ended.id == id) return std::move(ended.result);
    }
  } while (clock_.now() < until && !stop_.requested());
  return tl::unexpected(
      TransportError{.failure = TransportFailure::timed_out, .message = "nothing came back"});
}

void RequestLine::pause(Duration duration) {
  const auto until = clock_.now() + duration;
  while (clock_.now() < until && !stop_.requested())
    client_.wait(next_look(until));
}

}  // namespace scale_fleet
