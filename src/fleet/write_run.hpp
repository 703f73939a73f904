#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "fleet/write_attempt.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"

namespace scale_fleet {

/// Carries a list of writes to their ends over one client. A write that has to be repeated waits as
/// a value with a moment; nothing sleeps but the client's wait.
class WriteRun {
 public:
  WriteRun(FleetConnection& connection,
           const std::vector<Write>& writes,
           const std::function<void(const WriteEnd&)>& on_end);

  /// Returns when every write has ended. `first_id` and those above it are free for its requests.
  void finish(int parallel, RequestId first_id);

 private:
  void start_what_may(int parallel);
  void start(std::size_t index);
  void take(const EndedRequest& ended);
  void end(std::size_t index, WriteEnd::Result result, std::optional<Error> error);
  void stop();
  TimePoint next_moment(int parallel) const;

  FleetConnection& connection_;
  const std::function<void(const WriteEnd&)>& on_end_;
  std::vector<WriteAttempt> attempts_;
  std::deque<std::size_t> unstarted_;
  std::multimap<TimePoint, std::size_t> delayed_;
  std::map<RequestId, std::size_t> in_flight_;
  RequestId next_id_ = 0;
  bool stopped_ = false;
};

}  // namespace scale_fleet
