#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

#include "scale_fleet/http/curl_http_client.hpp"

namespace scale_fleet {

/// To be called before libcurl is used. The error (ErrorKind::usage): a file that can't be read,
/// which libcurl would find out at the first request without naming it.
Outcome prepare_curl(const TlsFiles& files);

/// One request under way in libcurl, and what has come of its reply.
class CurlTransfer {
 public:
  CurlTransfer(RequestId id, const HttpRequest& request, const HttpClientSettings& settings);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  RequestId id() const { return id_; }

  CURL* easy() const { return easy_.get(); }

  /// Lets the reply last as long as it likes, for who takes its body piece by piece.
  void lift_time_limit();
  /// What has come of the body since it was taken last.
  std::string take_body();
  /// The reply's status, once its head is whole.
  std::optional<int> status() const;

  /// The reply, once libcurl says that the transfer has ended with `code`.
  HttpResult finish(CURLcode code);

 private:
  int system_error() const;
  std::string what_happened(CURLcode code) const;

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_header(char* data,
                               std::size_t size,
                               std::size_t count,
                               void* self) noexcept;

  void set_target(const HttpRequest& request, const HttpClientSettings& settings);
  void set_body(const HttpRequest& request);
  void set_security(const HttpClientSettings& settings);
  void set_signature(const AwsSignature& signature);

  RequestId id_;
  std::string body_;  // libcurl reads it while it sends.
  std::size_t longest_reply_;
  std::size_t head_bytes_ = 0;
  bool head_is_whole_ = false;
  bool body_is_too_long_ = false;
  bool lacks_certificate_;
  HttpResponse response_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> connect_to_;
};

}  // namespace scale_fleet
