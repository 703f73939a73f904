#include "scale_fleet/http/curl_http_client.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <stdexcept>
#include <utility>

#include <curl/curl.h>

#include "http/curl_transfer.hpp"

namespace scale_fleet {
namespace {

class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient(HttpClientSettings settings, const Clock& clock)
      : settings_(std::move(settings)),
        clock_(clock),
        multi_(curl_multi_init(), &curl_multi_cleanup) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, long{settings_.connections});
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, long{settings_.connections});
  }

  ~CurlHttpClient() override {
    for (const auto& [easy, transfer] : transfers_)
      curl_multi_remove_handle(multi_.get(), easy);
  }

  void start(RequestId id, const HttpRequest& request) override {
    auto settings = settings_;
    if (request.server) settings.endpoint = *request.server;
    auto transfer = std::make_unique<CurlTransfer>(id, request, settings);
    CURL* easy = transfer->easy();
    if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
      throw std::runtime_error("libcurl refuses another request");
    }
    transfers_[easy] = std::move(transfer);
  }

  std::vector<EndedRequest> wait(TimePoint until) override {
    for (;;) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      if (auto ended = collect(); !ended.empty()) return ended;
      const auto now = clock_.now();
      if (now >= until) return {};
      if (!poll(until - now)) return {};
    }
  }

  void wake() override {
    woken_ = true;
    curl_multi_wakeup(multi_.get());
  }

  std::string display_endpoint() const override { return settings_.endpoint.display(); }

 private:
  std::vector<EndedRequest> collect() {
    std::vector<EndedRequest> ended;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto found = transfers_.find(message->easy_handle);
      ended.push_back(
          {.id = found->second->id(), .result = found->second->finish(message->data.result)});
      curl_multi_remove_handle(multi_.get(), found->first);
      transfers_.erase(found);
    }
    return ended;
  }

  /// False when a signal, or wake(), ended the wait.
  bool poll(Duration longest) {
    constexpr std::chrono::milliseconds ceiling = std::chrono::minutes(1);
    const auto limit = std::min(ceiling, std::chrono::ceil<std::chrono::milliseconds>(longest));
    const auto* wake = settings_.wake;
    const int descriptor = wake == nullptr ? -1 : wake->wake_descriptor();
    std::array<curl_waitfd, 1> extra{
        {{.fd = descriptor, .events = CURL_WAIT_POLLIN, .revents = 0}}};
    const unsigned count = wake == nullptr ? 0 : 1;
    curl_multi_poll(multi_.get(), extra.data(), count, static_cast<int>(limit.count()), nullptr);
    if (woken_.exchange(false)) return false;
    if (count == 0 || extra[0].revents == 0) return true;
    wake->drain();
    return false;
  }

  HttpClientSettings settings_;
  const Clock& clock_;
  std::atomic<bool> woken_ = false;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  std::map<CURL*, std::unique_ptr<CurlTransfer>> transfers_;
};

}  // namespace

Result<std::unique_ptr<HttpClient>> make_curl_http_client(const HttpClientSettings& settings,
                                                          const Clock& clock) {
  if (auto fine = prepare_curl(settings.tls); !fine) return tl::unexpected(fine.error());
  return std::make_unique<CurlHttpClient>(settings, clock);
}

}  // namespace scale_fleet
