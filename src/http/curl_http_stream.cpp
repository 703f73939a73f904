#include <algorithm>
#include <utility>

#include <curl/curl.h>

#include "http/curl_transfer.hpp"
#include "scale_fleet/http/http_stream.hpp"

namespace scale_fleet {
namespace {

/// Bytes that libcurl may hand over before somebody takes them.
constexpr std::size_t longest_piece = 4UL * 1024 * 1024;

HttpClientSettings of_a_stream(HttpClientSettings settings) {
  settings.longest_reply = longest_piece;
  return settings;
}

class CurlHttpStream final : public HttpStream {
 public:
  CurlHttpStream(const HttpClientSettings& settings, const HttpRequest& request, const Clock& clock)
      : clock_(clock),
        multi_(curl_multi_init(), &curl_multi_cleanup),
        transfer_(0, request, of_a_stream(settings)) {
    transfer_.lift_time_limit();
    curl_multi_add_handle(multi_.get(), transfer_.easy());
  }

  ~CurlHttpStream() override { curl_multi_remove_handle(multi_.get(), transfer_.easy()); }

  StreamPiece next(TimePoint until, const std::stop_token& stop) override {
    const std::stop_callback waker(stop, [this] { curl_multi_wakeup(multi_.get()); });
    for (;;) {
      const bool knew_head = transfer_.status().has_value();
      auto piece = look();
      const bool has_head = !knew_head && transfer_.status();
      if (piece.has_ended || !piece.bytes.empty() || has_head) return piece;
      const auto now = clock_.now();
      if (now >= until || stop.stop_requested()) return piece;
      constexpr std::chrono::milliseconds ceiling = std::chrono::minutes(1);
      const auto limit =
          std::min(ceiling, std::chrono::ceil<std::chrono::milliseconds>(until - now));
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(limit.count()), nullptr);
    }
  }

  std::optional<int> status() const override { return transfer_.status(); }

 private:
  StreamPiece look() {
    if (has_ended_) return {.bytes = {}, .has_ended = true, .error = error_};
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    StreamPiece piece{.bytes = transfer_.take_body(), .has_ended = false, .error = {}};
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      has_ended_ = true;
      if (auto result = transfer_.finish(message->data.result); !result) error_ = result.error();
    }
    piece.has_ended = has_ended_;
    piece.error = error_;
    return piece;
  }

  const Clock& clock_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  CurlTransfer transfer_;
  bool has_ended_ = false;
  std::optional<TransportError> error_;
};

}  // namespace

Result<std::unique_ptr<HttpStream>> make_curl_http_stream(const HttpClientSettings& settings,
                                                          const HttpRequest& request,
                                                          const Clock& clock) {
  if (auto fine = prepare_curl(settings.tls); !fine) return tl::unexpected(fine.error());
  return std::make_unique<CurlHttpStream>(settings, request, clock);
}

}  // namespace scale_fleet
