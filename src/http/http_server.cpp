#include "scale_fleet/http/http_server.hpp"

#include <pthread.h>
#include <signal.h>

#include <exception>
#include <thread>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "http/http_connection.hpp"
#include "http/listening_socket.hpp"
#include "http/server_tls.hpp"

namespace scale_fleet {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

// Out of file descriptors: a pause, or the loop would spin until one is free.
constexpr std::chrono::milliseconds accept_pause{100};

class BeastServer final : public HttpServer {
 public:
  BeastServer(ListeningSocket socket, Serving serving)
      : serving_(std::move(serving)),
        address_(std::move(socket.address)),
        file_(std::move(socket.file)),
        acceptor_(io_, Protocol(socket.family, 0), socket.descriptor),
        pause_(io_) {
    serving_.gate = std::make_shared<ReplyGate>([this](std::uint64_t request, HttpReply reply) {
      asio::post(io_, [this, request, reply = std::move(reply)] { pass_on(request, reply); });
    });
    accept();
    start_thread();
  }

  ~BeastServer() override {
    serving_.gate->close();
    io_.stop();
    thread_.join();
    // They can't outlive what they would wait at.
    serving_.waiting.clear();
  }

  std::string endpoint() const override { return endpoint_of(address_, serving_.tls != nullptr); }

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
    if (open_ >= serving_.limits.connections) {
      if (serving_.dispensable.empty()) return;
      serving_.dispensable.front()->drop();
    }
    ++open_;
    std::shared_ptr<void> slot(&open_, [](std::size_t* open) { --*open; });
    serve_connection(std::move(socket), serving_, std::move(slot));
  }

  void pass_on(std::uint64_t request, const HttpReply& reply) {
    const auto found = serving_.waiting.extract(request);
    if (!found.empty()) found.mapped()->reply(reply);
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

Result<std::unique_ptr<HttpServer>> serve_at(const std::string& address,
                                             Serving serving,
                                             const std::optional<ServerTls>& tls) {
  const auto parsed = parse_listen_address(address);
  if (!parsed) return tl::unexpected(parsed.error());
  if (tls && std::holds_alternative<UnixAddress>(*parsed)) {
    return failure(
        ErrorKind::usage,
        fmt::format("{} is not served over TLS: give an address and a port, or no certificate",
                    endpoint_of(*parsed)));
  }
  if (tls) {
    auto made = make_server_tls(*tls);
    if (!made) return tl::unexpected(made.error());
    serving.tls = std::move(*made);
  }
  auto socket = open_listening_socket(*parsed);
  if (!socket) return tl::unexpected(socket.error());
  return std::make_unique<BeastServer>(std::move(*socket), std::move(serving));
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& address,
                                                       HttpHandler handler,
                                                       ServerLimits limits,
                                                       const std::optional<ServerTls>& tls) {
  return serve_at(address, {.handler = std::move(handler), .limits = limits}, tls);
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& address,
                                                       LaterHttpHandler handler,
                                                       ServerLimits limits,
                                                       const std::optional<ServerTls>& tls) {
  return serve_at(address, {.handler = {}, .later = std::move(handler), .limits = limits}, tls);
}

}  // namespace scale_fleet
