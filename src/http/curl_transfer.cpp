#include "http/curl_transfer.hpp"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// libcurl's own set-up, once for the process.
void initialise_curl() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw std::runtime_error("libcurl can't be initialised");
}

Outcome check_readable(const TlsFiles& files) {
  for (const auto* file : {&files.ca, &files.certificate, &files.key}) {
    if (!*file || access((*file)->c_str(), R_OK) == 0) continue;
    return failure(ErrorKind::usage, fmt::format("the file {} can't be read", printable(**file)));
  }
  return {};
}

/// Bytes of all headers together. Fleet's are a few hundred; libcurl bounds one header, and not how
/// many there are.
constexpr std::size_t longest_head = 64UL * 1024;

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  curl_easy_setopt(easy, option, value);
}

TransportFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return TransportFailure::not_connected;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportFailure::not_resolved;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
      return TransportFailure::not_trusted;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFailure::timed_out;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_OUT_OF_MEMORY:  // What libcurl before 8.6 says of one header above 100 KB.
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:  // What it says since.
#endif
      return TransportFailure::unreadable;
    default:
      return TransportFailure::broken_off;
  }
}

/// libcurl quotes a proxy that it can't use as its variable has it: with user and password. Empty
/// where nothing can be kept.
std::string without_proxy(std::string message) {
  if (message.find('@') == std::string::npos) return message;
  const auto first = message.find('\'');
  const auto last = message.rfind('\'');
  if (first == last) return {};
  return message.replace(first + 1, last - first - 1, "…");
}

}  // namespace

Outcome prepare_curl(const TlsFiles& files) {
  initialise_curl();
  return check_readable(files);
}

CurlTransfer::CurlTransfer(RequestId id,
                           const HttpRequest& request,
                           const HttpClientSettings& settings)
    : id_(id),
      body_(request.body),
      longest_reply_(settings.longest_reply),
      lacks_certificate_(settings.endpoint.transport == Endpoint::Transport::tls &&
                         !settings.tls.certificate),
      easy_(curl_easy_init(), &curl_easy_cleanup),
      headers_(nullptr, &curl_slist_free_all),
      connect_to_(nullptr, &curl_slist_free_all) {
  CURL* easy = easy_.get();
  set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.request_timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.request_timeout.count()));
  set(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(easy, CURLOPT_WRITEDATA, this);
  // An announced length is believed before the body comes; on_body() counts for the others.
  set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(settings.longest_reply));
  set(easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(easy, CURLOPT_HEADERDATA, this);
  set(easy, CURLOPT_TCP_NODELAY, 1L);
  // A kept connection may have died unseen: a repetition doesn't go out on another of that age
  // (curl issue 10646: with six or more pooled ones the transfer fails after five of them).
  if (request.on_fresh_connection) set(easy, CURLOPT_FRESH_CONNECT, 1L);
  set_target(request, settings);
  set_body(request);
  set_security(settings);
  if (request.signature) set_signature(*request.signature);
}

void CurlTransfer::set_target(const HttpRequest& request, const HttpClientSettings& settings) {
  CURL* easy = easy_.get();
  const auto& endpoint = settings.endpoint;
  const bool secure = endpoint.transport == Endpoint::Transport::tls;
  const auto url =
      (secure ? "https://" : "http://") + endpoint.authority + endpoint.base_path + request.target;
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  if (endpoint.transport == Endpoint::Transport::unix_socket) {
    set(easy, CURLOPT_UNIX_SOCKET_PATH, endpoint.socket_path.c_str());
  }
  const bool is_redirected = settings.connect_to.has_value();
  if (is_redirected) {
    connect_to_.reset(curl_slist_append(nullptr, ("::" + *settings.connect_to).c_str()));
    set(easy, CURLOPT_CONNECT_TO, connect_to_.get());
  }
  if (endpoint.is_local() || endpoint.is_link_local() || is_redirected)
    set(easy, CURLOPT_PROXY, "");
}

void CurlTransfer::set_body(const HttpRequest& request) {
  CURL* easy = easy_.get();
  if (request.method == "HEAD") set(easy, CURLOPT_NOBODY, 1L);
  set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_slist* list = nullptr;
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, (name + ": " + value).c_str());
  }
  if (!body_.empty() || request.method == "PUT") {
    set(easy, CURLOPT_POSTFIELDS, body_.data());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    // No pause for a 100 Continue before a large body. Signed, an empty header would be named and
    // not sent (curl issue 11007), and AWS refuse it; those bodies are small.
    if (!request.signature) list = curl_slist_append(list, "Expect:");
  }
  if (request.signature && !request.signature->session_token.empty()) {
    list = curl_slist_append(list,
                             ("X-Amz-Security-Token: " + request.signature->session_token).c_str());
  }
  headers_.reset(list);
  set(easy, CURLOPT_HTTPHEADER, list);
}

void CurlTransfer::set_security(const HttpClientSettings& settings) {
  CURL* easy = easy_.get();
  if (!settings.endpoint.user.empty()) {
    set(easy, CURLOPT_USERNAME, settings.endpoint.user.c_str());
    set(easy, CURLOPT_PASSWORD, settings.endpoint.password.c_str());
  }
  if (settings.endpoint.transport != Endpoint::Transport::tls) return;
  set(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (settings.tls.ca) {
    set(easy, CURLOPT_CAINFO, settings.tls.ca->c_str());
    set(easy,
        CURLOPT_CAPATH,
        static_cast<const char*>(nullptr));  // These authorities and no others.
  }
  if (settings.tls.certificate) set(easy, CURLOPT_SSLCERT, settings.tls.certificate->c_str());
  if (settings.tls.key) set(easy, CURLOPT_SSLKEY, settings.tls.key->c_str());
}

void CurlTransfer::set_signature(const AwsSignature& signature) {
  CURL* easy = easy_.get();
  const auto place = "aws:amz:" + signature.region + ":" + signature.service;
  set(easy, CURLOPT_AWS_SIGV4, place.c_str());
  set(easy, CURLOPT_USERNAME, signature.access_key_id.c_str());
  set(easy, CURLOPT_PASSWORD, signature.secret_access_key.c_str());
}

std::size_t CurlTransfer::on_body(char* data,
                                  std::size_t size,
                                  std::size_t count,
                                  void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const auto bytes = size * count;
  if (transfer.response_.body.size() + bytes > transfer.longest_reply_) {
    transfer.body_is_too_long_ = true;
    return 0;
  }
  transfer.response_.body.append(data, bytes);
  return bytes;
}

std::size_t CurlTransfer::on_header(char* data,
                                    std::size_t size,
                                    std::size_t count,
                                    void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view line(data, size * count);
  // Counts interim replies, and what stands behind a body, too.
  transfer.head_bytes_ += line.size();
  if (transfer.head_bytes_ > longest_head) return 0;
  if (line.starts_with("HTTP/")) {
    transfer.response_.headers.clear();
    transfer.head_is_whole_ = false;
  }
  if (line == "\r\n" || line == "\n") transfer.head_is_whole_ = true;
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    auto value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
      value.remove_prefix(1);
    while (!value.empty() && static_cast<unsigned char>(value.back()) <= 0x20)
      value.remove_suffix(1);
    transfer.response_.headers.emplace_back(line.substr(0, colon), value);
  }
  return line.size();
}

void CurlTransfer::lift_time_limit() {
  set(easy_.get(), CURLOPT_TIMEOUT_MS, 0L);
}

std::string CurlTransfer::take_body() {
  return std::exchange(response_.body, {});
}

std::optional<int> CurlTransfer::status() const {
  if (!head_is_whole_) return std::nullopt;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  constexpr long first_final = 200;  // An interim reply isn't the reply.
  return status < first_final ? std::nullopt : std::optional(static_cast<int>(status));
}

int CurlTransfer::system_error() const {
  long number = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
  return static_cast<int>(number);
}

/// libcurl's own text, but where that counts milliseconds: the same trouble has the same words each
/// time, so that whoever asks again and again tells of it once.
std::string CurlTransfer::what_happened(CURLcode code) const {
  if (code == CURLE_OPERATION_TIMEDOUT)
    return head_bytes_ > 0 ? "a part of the reply came" : "nothing came back";
  if (code == CURLE_COULDNT_CONNECT && system_error() != 0)
    return std::generic_category().message(system_error());
  auto text = without_proxy(error_text_.data());
  return text.empty() ? curl_easy_strerror(code) : text;
}

HttpResult CurlTransfer::finish(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK) {
    response_.status = static_cast<int>(status);
    return std::move(response_);
  }
  auto message = what_happened(code);
  const bool is_too_long = body_is_too_long_ || code == CURLE_FILESIZE_EXCEEDED;
  if (is_too_long) message = fmt::format("the reply is longer than {} bytes", longest_reply_);
  if (head_bytes_ > longest_head)
    message = fmt::format("the reply's head is longer than {} bytes", longest_head);
  if (failure_of(code) == TransportFailure::broken_off && lacks_certificate_) {
    message += "; perhaps it wants a client certificate: --cert-file and --key-file";
  }
  TransportError error{.failure = failure_of(code), .message = printable(message)};
  error.was_refused = code == CURLE_COULDNT_CONNECT && system_error() == ECONNREFUSED;
  if (is_too_long) error.status = static_cast<int>(status);
  return tl::unexpected(std::move(error));
}

}  // namespace scale_fleet
