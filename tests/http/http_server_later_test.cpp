#include <future>
#include <stdexcept>
#include <thread>

#include "http/raw_connection.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

constexpr auto ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

HttpReply saying(std::string words) {
  HttpReply reply;
  reply.response.body = std::move(words);
  return reply;
}

std::unique_ptr<HttpServer> serve_later(LaterHttpHandler handler, ServerLimits limits = {}) {
  auto server = HttpServer::listen("127.0.0.1:0", std::move(handler), limits);
  REQUIRE(server);
  return std::move(*server);
}

}  // namespace

TEST_CASE("a reply that comes later is sent when it comes, and others are served meanwhile") {
  std::promise<HttpReplier> kept;
  bool is_first = true;
  const auto server = serve_later([&](const HttpRequest&, HttpReplier reply) {
    if (std::exchange(is_first, false)) return kept.set_value(std::move(reply));
    reply(saying("at once"));
  });
  RawConnection slow(server->endpoint());
  RawConnection quick(server->endpoint());
  slow.send(ask);
  const auto reply = kept.get_future().get();
  quick.send(ask);
  CHECK(quick.read_reply().ends_with("at once"));
  bool goes_out = false;
  std::thread([&] { goes_out = reply(saying("later")); }).join();
  CHECK(goes_out);
  CHECK(slow.read_reply().ends_with("later"));

  SECTION("the connection goes on") {
    slow.send(ask);
    CHECK(slow.read_reply().ends_with("at once"));
  }
  SECTION("a second reply is nobody's") {
    CHECK_FALSE(reply(saying("again")));
    slow.send(ask);
    CHECK(slow.read_reply().ends_with("at once"));
  }
}

TEST_CASE("a handler that throws costs its request a 500") {
  const auto server = serve_later(
      [](const HttpRequest&, const HttpReplier&) { throw std::runtime_error("secret"); });
  RawConnection connection(server->endpoint());
  connection.send(ask);
  const auto reply = connection.read_reply();
  CHECK(holds(reply, "500"));
  CHECK_FALSE(holds(reply, "secret"));
}

TEST_CASE("who gets no reply in time is told to try again") {
  std::vector<HttpReplier> kept;
  const auto server =
      serve_later([&](const HttpRequest&, HttpReplier reply) { kept.push_back(std::move(reply)); },
                  {.idle = std::chrono::seconds(1)});
  RawConnection connection(server->endpoint());
  connection.send(ask);
  CHECK(holds(connection.read_reply(), "503"));
  // Whoever answers now has to know that nobody will hear it.
  CHECK_FALSE(kept.front()(saying("too late")));
}

TEST_CASE("a reply may come when the client, or the server, has gone") {
  std::promise<HttpReplier> kept;
  auto server =
      serve_later([&](const HttpRequest&, HttpReplier reply) { kept.set_value(std::move(reply)); });
  auto connection = std::make_unique<RawConnection>(server->endpoint());
  connection->send(ask);
  const auto reply = kept.get_future().get();
  SECTION("the client") {
    connection.reset();
    reply(saying("nobody"));
  }
  SECTION("the server") {
    server.reset();
    CHECK_FALSE(reply(saying("nobody")));
    CHECK(connection->read_to_end().empty());
  }
}
