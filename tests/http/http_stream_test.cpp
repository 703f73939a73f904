#include "scale_fleet/http/http_stream.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string_view>
#include <thread>

#include "scale_fleet/platform/file_descriptor.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

class StreamClock : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }

  void wait_until(TimePoint) override {}
};

const StreamClock stream_clock;

/// A server that says what it is told, when it is told, over one connection.
struct ToldServer {
  FileDescriptor listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  FileDescriptor connection;
  std::string url;
  std::unique_ptr<HttpStream> stream;

  ToldServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    REQUIRE(::bind(listening.number(), generic, length) == 0);
    REQUIRE(::listen(listening.number(), 1) == 0);
    REQUIRE(::getsockname(listening.number(), generic, &length) == 0);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    stream = *make_curl_http_stream(
        {.endpoint = Endpoint::parse(url).value()}, {.target = "/watch?a=b"}, stream_clock);
  }

  /// Both sides are on this thread: the stream's turns let it connect and ask.
  std::string take_request() {
    stream->next(stream_clock.now(), {});
    connection = FileDescriptor(::accept(listening.number(), nullptr, nullptr));
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      stream->next(stream_clock.now() + 1ms, {});
      std::array<char, 4096> buffer{};
      const auto length = ::recv(connection.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (length > 0) request.append(buffer.data(), static_cast<std::size_t>(length));
    }
    return request;
  }

  void say(std::string_view bytes) const {
    REQUIRE(::send(connection.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  StreamPiece next() const { return stream->next(stream_clock.now() + 20s, {}); }
};

constexpr std::string_view chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("A stream hands over the head, then each piece as it comes, then the end") {
  ToldServer server;
  CHECK(server.take_request().starts_with("GET /watch?a=b HTTP/1.1\r\n"));
  CHECK_FALSE(server.stream->status());
  server.say(chunked_head);
  CHECK(server.next().bytes.empty());
  CHECK(server.stream->status() == 200);
  server.say("3\r\none\r\n");
  CHECK(server.next().bytes == "one");
  server.say("4\r\nfour\r\n");
  CHECK(server.next().bytes == "four");
  CHECK_FALSE(server.stream->next(stream_clock.now(), {}).has_ended);
  server.say("0\r\nBehind: it\r\n\r\n");
  const auto last = server.next();
  CHECK(last.has_ended);
  CHECK_FALSE(last.error);
  CHECK(server.stream->status() == 200);
  CHECK(server.next().has_ended);
}

TEST_CASE("A stream that breaks off says so, behind the bytes that came") {
  ToldServer server;
  server.take_request();
  server.say(chunked_head);
  server.say("3\r\none\r\n");
  std::string bytes;
  while (bytes != "one") {
    const auto piece = server.next();
    REQUIRE_FALSE(piece.has_ended);
    bytes += piece.bytes;
  }
  server.connection = {};
  const auto last = server.next();
  CHECK(last.has_ended);
  REQUIRE(last.error);
  CHECK(last.error->failure == TransportFailure::broken_off);
}

TEST_CASE("An interim reply isn't a stream's head") {
  ToldServer server;
  server.take_request();
  server.say("HTTP/1.1 103 Early Hints\r\n\r\n");
  server.stream->next(stream_clock.now() + 50ms, {});
  CHECK_FALSE(server.stream->status());
  server.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  server.next();
  CHECK(server.stream->status() == 404);
}

TEST_CASE("Waiting for a stream ends at once when it shall stop") {
  ToldServer server;
  server.take_request();
  server.say(chunked_head);
  server.next();
  std::stop_source stop;
  const auto before = stream_clock.now();
  std::thread stopper([&] { stop.request_stop(); });
  const auto piece = server.stream->next(before + 20s, stop.get_token());
  stopper.join();
  CHECK(stream_clock.now() - before < 10s);
  CHECK_FALSE(piece.has_ended);
  CHECK(piece.bytes.empty());
}

TEST_CASE("A stream of a server that isn't there ends with why") {
  const auto stream = *make_curl_http_stream(
      {.endpoint = Endpoint::parse("http://u:secret@127.0.0.1:1").value()}, {}, stream_clock);
  const auto piece = stream->next(stream_clock.now() + 20s, {});
  CHECK(piece.has_ended);
  REQUIRE(piece.error);
  CHECK(piece.error->failure == TransportFailure::not_connected);
  CHECK(piece.error->message.find("secret") == std::string::npos);
  CHECK_FALSE(make_curl_http_stream(
      {.endpoint = Endpoint::parse("https://h").value(), .tls = {.ca = "/is/not/there.pem"}},
      {},
      stream_clock));
}
