#include "scale_fleet/etcd/key_watch.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <fmt/format.h>

#include "etcd/key_event.hpp"
#include "etcd/key_request.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Bytes of one event; etcd takes no value above 1.5 MB, and an event holds two.
constexpr std::size_t longest_event = 4UL * 1024 * 1024;
/// Bytes of an error's body.
constexpr std::size_t longest_error = 64UL * 1024;

TimePoint steady_now() {
  return std::chrono::steady_clock::now();
}

void wait_for_stop(TimePoint until, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock guard(mutex);
  std::condition_variable_any().wait_until(guard, stop, until, [] { return false; });
}

}  // namespace

KeyWatch::KeyWatch(EtcdKeys& keys,
                   std::string folder,
                   std::vector<OpenStream> members,
                   KeyWatchTimes times)
    : keys_(keys), folder_(std::move(folder)), members_(std::move(members)), times_(times) {
  if (members_.empty()) throw std::invalid_argument("a watch of an etcd without members");
}

KeyResult<KeyWatch::News> KeyWatch::next(TimePoint until, const std::stop_token& stop) {
  if (stream_ != nullptr && unread_.find('\n') != std::string::npos) return read_events({});
  while (stream_ != nullptr && !stop.stop_requested()) {
    const auto silent_at = last_news_ + times_.silence;
    const auto piece = stream_->next(std::min(until, silent_at), stop);
    if (!piece.bytes.empty()) {
      last_news_ = steady_now();
      return read_events(piece.bytes);
    }
    const auto now = steady_now();
    if (piece.has_ended || now >= silent_at) stream_ = nullptr;
    if (now >= until) return News{};
  }
  if (stop.stop_requested()) return News{};
  return begin(until, stop);
}

KeyResult<KeyWatch::News> KeyWatch::begin(TimePoint until, const std::stop_token& stop) {
  if (last_beginning_) {
    const auto not_before = *last_beginning_ + times_.between_readings;
    wait_for_stop(std::min(until, not_before), stop);
    if (stop.stop_requested() || steady_now() < not_before) return News{};
  }
  last_beginning_ = steady_now();
  if (auto opened = open(stop); !opened) return give_up(std::move(opened.error()));
  auto news = read_whole();
  if (!news) return give_up(std::move(news.error()));
  last_news_ = steady_now();
  return news;
}

KeyResult<void> KeyWatch::open(const std::stop_token& stop) {
  unread_.clear();
  const auto target = key_target(folder_);
  if (!target) {
    return tl::unexpected(KeyFailure{
        .answer = KeyAnswer::refused,
        .message = fmt::format("no folder of etcd can be called `{}`", printable(folder_))});
  }
  stream_ = members_[current_]({.target = *target + "?wait=true&recursive=true&stream=true"});
  const auto deadline = steady_now() + times_.head;
  StreamPiece piece;
  // What is an error's body is read to its end.
  while (!piece.has_ended && unread_.size() < longest_error && stream_->status() != 200) {
    piece = stream_->next(deadline, stop);
    unread_ += piece.bytes;
    if (steady_now() >= deadline || stop.stop_requested()) break;
  }
  const auto status = stream_->status();
  if (status == 200) return {};
  const auto ended = [&]() -> HttpResult {
    if (piece.error) return tl::unexpected(*piece.error);
    if (status) return HttpResponse{.status = *status, .body = std::move(unread_)};
    return tl::unexpected(TransportError{.failure = TransportFailure::timed_out,
                                         .message = "a watch was not answered in time"});
  }();
  auto reply = read_key_reply(ended);
  return tl::unexpected(KeyFailure{.answer = reply.answer, .message = std::move(reply.message)});
}

KeyResult<KeyWatch::News> KeyWatch::read_whole() {
  auto folder = keys_.read_folder(folder_);
  if (!folder && folder.error().answer != KeyAnswer::missing) {
    return tl::unexpected(std::move(folder.error()));
  }
  if (!folder) folder = KeyFolder{};
  // An index that has gone back is that of a new cluster at the same place.
  News news{
      .keys = std::move(folder->keys), .is_whole = true, .told = folder->index < told_ ? 0 : told_};
  told_ = folder->index;
  return news;
}

KeyResult<KeyWatch::News> KeyWatch::read_events(const std::string& bytes) {
  unread_ += bytes;
  News news;
  std::string_view rest = unread_;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    auto event = read_key_event(rest.substr(0, end));
    if (!event) {
      auto failed = give_up(std::move(event.error()));
      // What came before it counts as told, and would be passed over in the next reading.
      if (news.keys.empty()) return failed;
      return news;
    }
    rest.remove_prefix(end + 1);
    if (!*event || (*event)->modified <= told_) continue;
    told_ = (*event)->modified;
    news.keys.push_back(std::move(**event));
  }
  unread_.erase(0, unread_.size() - rest.size());
  if (unread_.size() <= longest_event) return news;
  return give_up({.answer = KeyAnswer::refused,
                  .message = fmt::format("a change of more than {} bytes", longest_event)});
}

tl::unexpected<KeyFailure> KeyWatch::give_up(KeyFailure failure) {
  stream_ = nullptr;
  current_ = (current_ + 1) % members_.size();
  return tl::unexpected(std::move(failure));
}

}  // namespace scale_fleet
