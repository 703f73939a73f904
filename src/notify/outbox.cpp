#include "notify/outbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace scale_fleet {
namespace {

constexpr int too_many_requests = 429;

bool is_taken(const HttpResult& result) {
  return result && result->status / 100 == 2;
}

/// Whether the next try may fare better.
bool may_pass(const HttpResult& result) {
  if (result) return result->status == too_many_requests || result->status / 100 == 5;
  switch (result.error().failure) {
    case TransportFailure::not_connected:
    case TransportFailure::not_resolved:
    case TransportFailure::timed_out:
    case TransportFailure::broken_off:
      return true;
    case TransportFailure::not_trusted:
    case TransportFailure::unreadable:
      break;
  }
  return false;
}

}  // namespace

void Outbox::put(Notice notice) {
  if (waiting_.size() >= limits_.waiting) {
    waiting_.pop_front();
    ++counts_.dropped;
    if (overflow_ == Overflow::none) overflow_ = Overflow::new_one;
  }
  waiting_.push_back(std::move(notice));
}

std::vector<Notice> Outbox::begin(TimePoint now) {
  if (is_under_way_ || now < not_before_ || is_empty()) return {};
  if (sending_.empty()) {
    const auto count = std::min(limits_.at_once, waiting_.size());
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    sending_.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    failures_ = 0;
    deadline_ = now + limits_.timeout;
    if (waiting_.empty() && overflow_ == Overflow::told) overflow_ = Overflow::none;
  }
  is_under_way_ = true;
  return sending_;
}

TimePoint Outbox::next() const {
  if (is_under_way_) return deadline_;
  return is_empty() ? TimePoint::max() : not_before_;
}

std::optional<Outbox::GivenUp> Outbox::settle(const HttpResult& result,
                                              TimePoint now,
                                              double random) {
  is_under_way_ = false;
  if (is_taken(result)) {
    counts_.sent += sending_.size();
    sending_.clear();
    told_.clear();
    return std::nullopt;
  }
  ++failures_;
  const auto asked = retry_after(result);
  const auto again = now + retry_delay(limits_.retry, failures_, asked, random);
  const bool has_time = failures_ <= limits_.retry.retries && again < deadline_;
  if (may_pass(result) && has_time) {
    not_before_ = again;
    return std::nullopt;
  }
  // Whoever asked for a pause gets it, though this sending can't wait for its end.
  if (asked) not_before_ = again;
  const Kind kind{.failure = result ? std::nullopt : std::optional(result.error().failure),
                  .status = result ? result->status : 0};
  const GivenUp given_up{.notices = sending_.size(), .is_news = is_news(kind)};
  counts_.failed += sending_.size();
  sending_.clear();
  return given_up;
}

bool Outbox::is_news(const Kind& kind) {
  if (std::ranges::find(told_, kind) != told_.end()) return false;
  told_.push_back(kind);
  return true;
}

bool Outbox::take_overflow() {
  if (overflow_ != Overflow::new_one) return false;
  overflow_ = Overflow::told;
  return true;
}

std::size_t Outbox::drop_all() {
  const auto count = waiting_.size() + sending_.size();
  counts_.dropped += count;
  waiting_.clear();
  sending_.clear();
  is_under_way_ = false;
  return count;
}

}  // namespace scale_fleet
