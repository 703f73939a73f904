#include "fleet/write_run.hpp"

#include <utility>

namespace scale_fleet {

WriteRun::WriteRun(FleetConnection& connection,
                   const std::vector<Write>& writes,
                   const std::function<void(const WriteEnd&)>& on_end)
    : connection_(connection), on_end_(on_end) {
  for (const auto& write : writes) {
    unstarted_.push_back(attempts_.size());
    attempts_.emplace_back(write, connection.retry);
  }
}

void WriteRun::finish(int parallel, RequestId first_id) {
  next_id_ = first_id;
  // Each turn: on a signal, give up what hasn't begun; start what may start; wait for an end or for
  // the moment of the next repetition; take what has ended.
  for (;;) {
    if (connection_.stop.requested() && !stopped_) stop();
    start_what_may(parallel);
    if (in_flight_.empty() && delayed_.empty() && unstarted_.empty()) return;
    for (const auto& ended : connection_.http.wait(next_moment(parallel)))
      take(ended);
  }
}

void WriteRun::start_what_may(int parallel) {
  const auto limit = static_cast<std::size_t>(parallel);
  while (in_flight_.size() < limit && !delayed_.empty() &&
         delayed_.begin()->first <= connection_.clock.now()) {
    const auto index = delayed_.begin()->second;
    delayed_.erase(delayed_.begin());
    start(index);
  }
  while (in_flight_.size() < limit && !unstarted_.empty()) {
    const auto index = unstarted_.front();
    unstarted_.pop_front();
    start(index);
  }
}

void WriteRun::start(std::size_t index) {
  const auto id = next_id_++;
  in_flight_[id] = index;
  connection_.http.start(id, attempts_[index].request());
}

void WriteRun::take(const EndedRequest& ended) {
  const auto found = in_flight_.find(ended.id);
  if (found == in_flight_.end()) return;
  const auto index = found->second;
  in_flight_.erase(found);
  auto next = attempts_[index].on_reply(ended.result, connection_.random());
  if (next.ended) {
    end(index, *next.ended, std::move(next.error));
    return;
  }
  if (!next.retry_reason.empty()) connection_.on_retry(next.retry_reason);
  delayed_.emplace(connection_.clock.now() + next.delay, index);
}

void WriteRun::end(std::size_t index, WriteEnd::Result result, std::optional<Error> error) {
  on_end_({.index = index, .result = result, .error = std::move(error)});
}

void WriteRun::stop() {
  stopped_ = true;
  for (const auto index : std::exchange(unstarted_, {}))
    end(index, WriteEnd::Result::skipped, {});
  for (const auto& [id, index] : in_flight_)
    attempts_[index].stop();
  for (const auto& [moment, index] : std::exchange(delayed_, {})) {
    if (attempts_[index].stop()) {
      delayed_.emplace(connection_.clock.now(), index);
    } else {
      end(index, WriteEnd::Result::skipped, {});
    }
  }
}

TimePoint WriteRun::next_moment(int parallel) const {
  // A repetition that is due can't begin while every place is taken: then only an end matters, and
  // the far moment is but a bound, as it is where nothing is to be repeated.
  const bool is_full = in_flight_.size() >= static_cast<std::size_t>(parallel);
  return delayed_.empty() || is_full ? connection_.clock.now() + std::chrono::minutes(10)
                                     : delayed_.begin()->first;
}

}  // namespace scale_fleet
