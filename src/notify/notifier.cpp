#include "scale_fleet/notify/notifier.hpp"

#include <mutex>
#include <utility>

#include "notify/notice_place.hpp"
#include "notify/notice_post.hpp"

namespace scale_fleet {
namespace {

/// What a place says of a notice is a word or two.
constexpr std::size_t longest_reply_of_place = 64UL * 1024;

class NotifierByHttp final : public Notifier {
 public:
  NotifierByHttp(NotifyPlaces places,
                 const Clock& clock,
                 std::function<WallTime()> wall_time,
                 std::uint64_t seed,
                 std::function<void(const std::string&)> on_trouble)
      : places_(std::move(places)),
        clock_(clock),
        wall_time_(std::move(wall_time)),
        seed_(seed),
        on_trouble_(std::move(on_trouble)) {}

  ~NotifierByHttp() override {
    const auto until = clock_.now() + places_.farewell;
    for (const auto& post : posts_)
      post->end_by(until);
  }

  Outcome add(Result<NoticePlace> place, const TlsFiles& tls) {
    if (!place) return tl::unexpected(place.error());
    auto client = make_curl_http_client({.endpoint = place->endpoint,
                                         .tls = tls,
                                         .request_timeout = places_.timeout,
                                         .longest_reply = longest_reply_of_place},
                                        clock_);
    if (!client) return tl::unexpected(client.error());
    const Outbox::Limits limits{
        .waiting = places_.waiting, .at_once = place->at_once, .timeout = places_.timeout};
    posts_.push_back(std::make_unique<NoticePost>(
        std::move(*place),
        std::move(*client),
        limits,
        NoticePost::Surroundings{.clock = clock_,
                                 .wall_time = wall_time_,
                                 .seed = seed_ + posts_.size(),
                                 .on_trouble = [this](const std::string& what) { say(what); }}));
    return {};
  }

  void tell(const Notice& notice) noexcept override {
    for (const auto& post : posts_)
      post->put(notice);
  }

  std::vector<NoticeCounts> counts() const override {
    std::vector<NoticeCounts> all;
    for (const auto& post : posts_)
      all.push_back(post->counts());
    return all;
  }

 private:
  void say(const std::string& what) {
    const std::scoped_lock guard(saying_);
    on_trouble_(what);
  }

  NotifyPlaces places_;
  const Clock& clock_;
  std::function<WallTime()> wall_time_;
  std::uint64_t seed_;
  std::function<void(const std::string&)> on_trouble_;
  std::mutex saying_;
  std::vector<std::unique_ptr<NoticePost>> posts_;  // Last: their threads end before what they use.
};

}  // namespace

Result<std::unique_ptr<Notifier>> make_notifier(
    const NotifyPlaces& places,
    const Clock& clock,
    std::function<WallTime()> wall_time,
    std::uint64_t seed,
    std::function<void(const std::string&)> on_trouble) {
  auto notifier = std::make_unique<NotifierByHttp>(
      places, clock, std::move(wall_time), seed, std::move(on_trouble));
  Outcome added;
  if (places.slack) added = notifier->add(slack_place(*places.slack), places.slack_tls);
  if (added && places.alertmanager) {
    added = notifier->add(alertmanager_place(*places.alertmanager, places.alert_lasts),
                          places.alertmanager_tls);
  }
  if (!added) return tl::unexpected(added.error());
  return notifier;
}

}  // namespace scale_fleet
