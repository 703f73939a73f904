#include "scale_fleet/http/http_server.hpp"

#include <pthread.h>
#include <signal.h>

#include <array>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

// One thread runs the loop, so handlers need no fence between them; the thread sanitizer knows
// none.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/listening_socket.hpp"
#include "http/reply_bytes.hpp"

namespace scale_fleet {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using Protocol = asio::generic::stream_protocol;  // TCP and unix sockets alike.

// How long a connection that we have ended may go on sending before it is dropped: without
// reading on, the kernel would answer with a reset that can overtake our reply.
constexpr std::chrono::seconds farewell{2};
// Out of file descriptors: a pause, or the loop would spin until one is free.
constexpr std::chrono::milliseconds accept_pause{100};

/// What every connection needs to know; outlives them.
struct Serving {
  HttpHandler handler;
  ServerLimits limits;
};

HttpReply answer(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    // What it says may be nobody else's business.
    return {.response = {.status = 500,
                         .headers = {{"Content-Type", "text/plain"}},
                         .body = "internal error\n"}};
  }
}

/// The status for a request that couldn't be read; none where there is nobody left to answer.
std::optional<int> status_for(const ErrorCode& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return 431;
  }
  if (error == http::error::body_limit) {
    return 413;
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  const bool about_the_text =
      error.category() == http::make_error_code(http::error::bad_method).category();
  return about_the_text ? std::optional(400) : std::nullopt;
}

/// One connection: read a request, answer it, read the next. Keeps itself alive through the
/// operation that it waits for, and ends when it waits for none.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `slot` is given back when the connection has ended.
  Connection(Protocol::socket socket, const Serving& serving, std::shared_ptr<void> slot)
      : serving_(serving),
        slot_(std::move(slot)),
        stream_(std::move(socket)),
        delay_(stream_.get_executor()),
        // A request's body is taken out as it comes; what stays is a header, or a chunk's.
        buffer_(serving.limits.header_bytes + 64UL * 1024) {
    ErrorCode ignored;  // A unix socket has no such option.
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  void read_request() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(serving_.limits.header_bytes));
    parser_->body_limit(serving_.limits.body_bytes);
    stream_.expires_after(serving_.limits.idle);
    http::async_read_header(
        stream_, buffer_, *parser_, [self = shared_from_this()](ErrorCode error, std::size_t) {
          self->on_header(error);
        });
  }

 private:
  void on_header(ErrorCode error) {
    if (error) {
      return refuse(error);
    }
    if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      return read_body();
    }
    outgoing_ = {.bytes = "HTTP/1.1 100 Continue\r\n\r\n"};
    asio::async_write(stream_,
                      asio::buffer(outgoing_.bytes),
                      [self = shared_from_this()](ErrorCode failed, std::size_t) {
                        if (!failed) {
                          self->read_body();
                        }
                      });
  }

  void read_body() {
    http::async_read(
        stream_, buffer_, *parser_, [self = shared_from_this()](ErrorCode error, std::size_t) {
          error ? self->refuse(error) : self->on_request();
        });
  }

  void on_request() {
    auto message = parser_->release();
    const Requester requester{.speaks_1_1 = message.version() >= 11,
                              .keeps_alive = message.keep_alive(),
                              .asked_head = message.method() == http::verb::head};
    HttpRequest request{.method = std::string(message.method_string()),
                        .target = origin_form(message.target()),
                        .headers = {},
                        .body = std::move(message.body())};
    for (const auto& field : message) {
      request.headers.emplace_back(field.name_string(), field.value());
    }
    const auto reply = answer(serving_.handler, request);
    outgoing_ = reply_bytes(reply, requester);
    if (reply.delay <= std::chrono::milliseconds::zero()) {
      return send();
    }
    delay_.expires_after(reply.delay);
    delay_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) {
        self->send();
      }
    });
  }

  void refuse(ErrorCode error) {
    const auto status = status_for(error);
    if (!status) {
      return;
    }
    HttpReply reply;
    reply.response.status = *status;
    outgoing_ = reply_bytes(reply, {.keeps_alive = false});
    send();
  }

  void send() {
    stream_.expires_after(serving_.limits.idle);
    asio::async_write(stream_,
                      asio::buffer(outgoing_.bytes),
                      [self = shared_from_this()](ErrorCode error, std::size_t) {
                        if (!error) {
                          self->go_on();
                        }
                      });
  }

  void go_on() {
    switch (outgoing_.afterwards) {
      case Afterwards::keep:
        return read_request();
      case Afterwards::close:
        return say_farewell();
      case Afterwards::reset:
        return reset();
    }
  }

  void say_farewell() {
    ErrorCode ignored;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    stream_.expires_after(farewell);
    discard();
  }

  void discard() {
    stream_.async_read_some(asio::buffer(scrap_),
                            [self = shared_from_this()](ErrorCode error, std::size_t) {
                              if (!error) {
                                self->discard();
                              }
                            });
  }

  void reset() {
    ErrorCode ignored;
    stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    stream_.socket().close(ignored);
  }

  const Serving& serving_;
  std::shared_ptr<void> slot_;
  beast::basic_stream<Protocol> stream_;
  asio::steady_timer delay_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  ReplyBytes outgoing_;
  std::array<char, 16UL * 1024> scrap_{};
};

class BeastServer final : public HttpServer {
 public:
  BeastServer(ListeningSocket socket, Serving serving)
      : serving_(std::move(serving)),
        address_(std::move(socket.address)),
        file_(std::move(socket.file)),
        acceptor_(io_, Protocol(socket.family, 0), socket.descriptor),
        pause_(io_) {
    accept();
    start_thread();
  }

  ~BeastServer() override {
    io_.stop();
    thread_.join();
  }

  std::string endpoint() const override { return endpoint_of(address_); }

 private:
  void accept() {
    acceptor_.async_accept([this](ErrorCode error, Protocol::socket socket) {
      if (!error) {
        take_in(std::move(socket));
        return accept();
      }
      pause_.expires_after(accept_pause);
      pause_.async_wait([this](ErrorCode) { accept(); });
    });
  }

  void take_in(Protocol::socket socket) {
    if (open_ >= serving_.limits.connections) return;
    ++open_;
    std::shared_ptr<void> slot(&open_, [](std::size_t* open) { --*open; });
    std::make_shared<Connection>(std::move(socket), serving_, std::move(slot))->read_request();
  }

  void start_thread() {
    // Signals are for the program's own threads; a new thread inherits what is blocked.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void serve() {
    while (!io_.stopped()) {
      try {
        io_.run();
      } catch (const std::exception&) {
        // Out of memory for one request: that connection is gone with it, the others go on.
        continue;
      }
    }
  }

  Serving serving_;
  ListenAddress address_;
  std::unique_ptr<UnixSocketFile> file_;
  std::size_t open_ = 0;  // Outlives the connections, which io_ keeps.
  asio::io_context io_;
  asio::basic_socket_acceptor<Protocol> acceptor_;
  asio::steady_timer pause_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& address,
                                                       HttpHandler handler,
                                                       ServerLimits limits) {
  const auto parsed = parse_listen_address(address);
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  auto socket = open_listening_socket(*parsed);
  if (!socket) {
    return tl::unexpected(socket.error());
  }
  return std::make_unique<BeastServer>(std::move(*socket),
                                       Serving{.handler = std::move(handler), .limits = limits});
}

}  // namespace scale_fleet
