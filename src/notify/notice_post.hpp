#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "notify/notice_place.hpp"
#include "notify/outbox.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// Sends the notices for one place, on a thread of its own.
class NoticePost {
 public:
  struct Surroundings {
    const Clock& clock;
    std::function<WallTime()> wall_time;
    std::uint64_t seed = 0;
    std::function<void(const std::string&)> on_trouble;  ///< Called on the thread.
  };

  /// `client` goes to the place's endpoint and gives a request up within `limits.timeout`.
  NoticePost(NoticePlace place,
             std::unique_ptr<HttpClient> client,
             Outbox::Limits limits,
             Surroundings surroundings);
  NoticePost(const NoticePost&) = delete;
  NoticePost& operator=(const NoticePost&) = delete;
  /// Ends once all is sent, or at end_by().
  ~NoticePost();

  void put(const Notice& notice);
  NoticeCounts counts() const;

  /// Nothing more comes; what waits then is dropped. The first call counts.
  void end_by(TimePoint moment);

 private:
  void run();
  /// False where all that can be done is.
  bool turn();
  void start_due();
  void settle(const HttpResult& result);
  std::string describe(const HttpResult& result) const;
  void say_goodbye();

  NoticePlace place_;
  std::unique_ptr<HttpClient> client_;
  Surroundings surroundings_;
  Duration timeout_;
  std::mt19937_64 random_;  // The thread's own, as the next.
  RequestId last_id_ = 0;   // One that ends later, after its sending was given up, has a lower one.
  mutable std::mutex mutex_;
  Outbox outbox_;                 // Guarded by mutex_, as the next.
  std::optional<TimePoint> end_;  // Empty: not yet.
  std::thread thread_;
};

}  // namespace scale_fleet
