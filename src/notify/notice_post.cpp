#include "notify/notice_post.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

NoticePost::NoticePost(NoticePlace place,
                       std::unique_ptr<HttpClient> client,
                       Outbox::Limits limits,
                       Surroundings surroundings)
    : place_(std::move(place)),
      client_(std::move(client)),
      surroundings_(std::move(surroundings)),
      timeout_(limits.timeout),
      random_(surroundings_.seed),
      outbox_(limits),
      thread_([this] { run(); }) {}

NoticePost::~NoticePost() {
  end_by(surroundings_.clock.now());
  thread_.join();
}

void NoticePost::put(const Notice& notice) {
  {
    const std::scoped_lock guard(mutex_);
    outbox_.put(notice);
  }
  client_->wake();
}

NoticeCounts NoticePost::counts() const {
  const std::scoped_lock guard(mutex_);
  auto counts = outbox_.counts();
  counts.place = place_.name;
  return counts;
}

void NoticePost::end_by(TimePoint moment) {
  {
    const std::scoped_lock guard(mutex_);
    if (!end_) end_ = moment;
  }
  client_->wake();
}

void NoticePost::run() {
  while (turn()) {
  }
  say_goodbye();
}

bool NoticePost::turn() {
  start_due();
  TimePoint next;
  bool has_overflowed = false;
  {
    const std::scoped_lock guard(mutex_);
    if (end_ && (outbox_.is_empty() || surroundings_.clock.now() >= *end_)) return false;
    next = std::min(outbox_.next(), end_.value_or(TimePoint::max()));
    has_overflowed = outbox_.take_overflow();
  }
  if (has_overflowed) {
    surroundings_.on_trouble(
        fmt::format("too many notices wait for {}: the oldest are dropped", place_.display_name));
  }
  for (const auto& ended : client_->wait(next)) {
    if (ended.id == last_id_) settle(ended.result);
  }
  bool is_overdue = false;
  {
    const std::scoped_lock guard(mutex_);
    is_overdue = outbox_.is_overdue(surroundings_.clock.now());
  }
  if (is_overdue) {
    ++last_id_;
    settle(tl::unexpected(TransportError{.failure = TransportFailure::timed_out, .message = {}}));
  }
  return true;
}

void NoticePost::start_due() {
  std::vector<Notice> notices;
  {
    const std::scoped_lock guard(mutex_);
    notices = outbox_.begin(surroundings_.clock.now());
  }
  if (notices.empty()) return;
  client_->start(++last_id_, place_.request(notices, surroundings_.wall_time()));
}

void NoticePost::settle(const HttpResult& result) {
  std::optional<Outbox::GivenUp> given_up;
  {
    const auto random = std::generate_canonical<double, 53>(random_);
    const std::scoped_lock guard(mutex_);
    given_up = outbox_.settle(result, surroundings_.clock.now(), random);
  }
  if (!given_up || !given_up->is_news) return;
  surroundings_.on_trouble(fmt::format("cannot tell {}: {}; {} lost",
                                       place_.display_name,
                                       describe(result),
                                       counted(given_up->notices, "notice")));
}

std::string NoticePost::describe(const HttpResult& result) const {
  if (result) return place_.describe(*result);
  if (result.error().failure != TransportFailure::timed_out) return result.error().message;
  return "no whole reply within " + format_duration(std::chrono::ceil<Millis>(timeout_));
}

void NoticePost::say_goodbye() {
  std::size_t dropped = 0;
  {
    const std::scoped_lock guard(mutex_);
    dropped = outbox_.drop_all();
  }
  if (dropped == 0) return;
  surroundings_.on_trouble(fmt::format(
      "{} for {} not sent before the end", counted(dropped, "notice"), place_.display_name));
}

}  // namespace scale_fleet
