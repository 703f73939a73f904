#include "http/http_connection.hpp"

#include <array>
#include <atomic>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/refusals.hpp"
#include "http/reply_bytes.hpp"

namespace scale_fleet {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using PlainStream = beast::basic_stream<asio::generic::stream_protocol>;
using TlsStream = asio::ssl::stream<PlainStream>;

PlainStream& plain(PlainStream& stream) {
  return stream;
}

PlainStream& plain(TlsStream& stream) {
  return stream.next_layer();
}

// How long a connection that we have ended may go on sending before it is dropped: without
// reading on, the kernel would answer with a reset that can overtake our reply.
constexpr std::chrono::seconds farewell{2};

HttpReply answer(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    return internal_error();
  }
}

/// One connection: read a request, answer it, read the next. Keeps itself alive through the
/// operation that it waits for, and ends when it waits for none.
template <typename Stream>
class Connection final : public Dispensable,
                         public Waiting,
                         public std::enable_shared_from_this<Connection<Stream>> {
 public:
  /// `more` is what the stream wants beside the socket.
  template <typename... More>
  Connection(AnySocket socket, Serving& serving, std::shared_ptr<void> slot, More&... more)
      : serving_(serving),
        slot_(std::move(slot)),
        stream_(std::move(socket), more...),
        delay_(stream_.get_executor()),
        // A request's body is taken out as it comes; what stays is a header, or a chunk's.
        buffer_(serving.limits.header_bytes + 64UL * 1024) {
    ErrorCode ignored;  // A unix socket has no such option.
    plain(stream_).socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  ~Connection() override { leave_line(); }

  void begin() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      wait_in_line();
      plain(stream_).expires_after(serving_.limits.idle);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = us()](ErrorCode error) { self->on_handshake(error); });
    } else {
      read_request();
    }
  }

  void drop() override {
    leave_line();
    ErrorCode ignored;
    plain(stream_).socket().close(ignored);
  }

 private:
  std::shared_ptr<Connection> us() { return this->shared_from_this(); }

  void on_handshake(ErrorCode error) {
    if (!error) return read_request();
    // What went wrong has been said in an alert; who left, or was slow, hears nothing.
    if (error.category() == asio::error::get_ssl_category()) end_plainly();
  }

  void wait_in_line() {
    if (!place_) place_ = serving_.dispensable.insert(serving_.dispensable.end(), this);
  }

  void leave_line() {
    if (place_) serving_.dispensable.erase(*std::exchange(place_, std::nullopt));
  }

  void read_request() {
    wait_in_line();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(serving_.limits.header_bytes));
    parser_->body_limit(serving_.limits.body_bytes);
    plain(stream_).expires_after(serving_.limits.idle);
    http::async_read_header(
        stream_, buffer_, *parser_, [self = us()](ErrorCode error, std::size_t) {
          self->on_header(error);
        });
  }

  void on_header(ErrorCode error) {
    if (error) {
      return refuse(error);
    }
    if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      return read_body();
    }
    outgoing_ = {.bytes = "HTTP/1.1 100 Continue\r\n\r\n"};
    asio::async_write(
        stream_, asio::buffer(outgoing_.bytes), [self = us()](ErrorCode failed, std::size_t) {
          if (!failed) {
            self->read_body();
          }
        });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_, [self = us()](ErrorCode error, std::size_t) {
      error ? self->refuse(error) : self->on_request();
    });
  }

  void on_request() {
    leave_line();
    auto message = parser_->release();
    requester_ = {.speaks_1_1 = message.version() >= 11,
                  .keeps_alive = message.keep_alive(),
                  .asked_head = message.method() == http::verb::head};
    HttpRequest request{.method = std::string(message.method_string()),
                        .target = origin_form(message.target()),
                        .headers = {},
                        .body = std::move(message.body())};
    for (const auto& field : message) {
      request.headers.emplace_back(field.name_string(), field.value());
    }
    if (serving_.later) return ask(request);
    reply(answer(serving_.handler, request));
  }

  /// The reply comes through the gate, in time or not at all.
  void ask(const HttpRequest& request) {
    const auto number = ++serving_.last_request;
    serving_.waiting.emplace(number, us());
    plain(stream_).expires_never();
    delay_.expires_after(serving_.limits.idle);
    // Whoever answers first sets it: who asked hears one thing, and whoever did it knows which.
    const auto is_answered = std::make_shared<std::atomic<bool>>(false);
    delay_.async_wait([self = us(), number, is_answered](ErrorCode error) {
      if (error || is_answered->exchange(true)) return;
      self->serving_.waiting.erase(number);
      self->reply(too_late(self->serving_.limits));
    });
    const HttpReplier replier = [gate = serving_.gate, number, is_answered](HttpReply reply) {
      return !is_answered->exchange(true) && gate->pass(number, std::move(reply));
    };
    try {
      serving_.later(request, replier);
    } catch (const std::exception&) {
      replier(internal_error());
    }
  }

  void reply(const HttpReply& reply) override {
    delay_.cancel();
    outgoing_ = reply_bytes(reply, requester_);
    if (reply.delay <= std::chrono::milliseconds::zero()) {
      return send();
    }
    delay_.expires_after(reply.delay);
    delay_.async_wait([self = us()](ErrorCode error) {
      if (!error) {
        self->send();
      }
    });
  }

  void refuse(ErrorCode error) {
    const auto refused = refusal_for(error, serving_.limits);
    if (!refused) {
      return;
    }
    outgoing_ = reply_bytes(*refused, {.keeps_alive = false});
    send();
  }

  void send() {
    plain(stream_).expires_after(serving_.limits.idle);
    asio::async_write(
        stream_, asio::buffer(outgoing_.bytes), [self = us()](ErrorCode error, std::size_t) {
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
    wait_in_line();
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      plain(stream_).expires_after(farewell);
      // Without its own end, TLS has the reply's reader wonder whether it was cut.
      stream_.async_shutdown([self = us()](ErrorCode) { self->end_plainly(); });
    } else {
      end_plainly();
    }
  }

  void end_plainly() {
    wait_in_line();
    ErrorCode ignored;
    plain(stream_).socket().shutdown(asio::socket_base::shutdown_send, ignored);
    plain(stream_).expires_after(farewell);
    discard();
  }

  void discard() {
    plain(stream_).async_read_some(asio::buffer(scrap_),
                                   [self = us()](ErrorCode error, std::size_t) {
                                     if (!error) {
                                       self->discard();
                                     }
                                   });
  }

  void reset() {
    ErrorCode ignored;
    plain(stream_).socket().set_option(asio::socket_base::linger(true, 0), ignored);
    plain(stream_).socket().close(ignored);
  }

  Serving& serving_;
  std::shared_ptr<void> slot_;
  std::optional<std::list<Dispensable*>::iterator> place_;
  Stream stream_;
  asio::steady_timer delay_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Requester requester_;
  ReplyBytes outgoing_;
  std::array<char, 16UL * 1024> scrap_{};
};

}  // namespace

void serve_connection(AnySocket socket, Serving& serving, std::shared_ptr<void> slot) {
  if (!serving.tls) {
    std::make_shared<Connection<PlainStream>>(std::move(socket), serving, std::move(slot))->begin();
    return;
  }
  std::make_shared<Connection<TlsStream>>(std::move(socket), serving, std::move(slot), *serving.tls)
      ->begin();
}

}  // namespace scale_fleet
