#include "scale_fleet/http/http_server.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "http/raw_connection.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/serve.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

/// Says what it was asked.
HttpReply say_request(const HttpRequest& request) {
  HttpReply reply;
  reply.response.body = fmt::format("{} {} [{}]", request.method, request.target, request.body);
  return reply;
}

}  // namespace

TEST_CASE("A server answers on every kind of address, and says which it is") {
  const TemporaryFolder folder;
  for (const auto& address :
       {std::string("127.0.0.1:0"), std::string("[::1]:0"), "unix://" + folder.path("x.sock")}) {
    INFO(address);
    const auto server = serve(say_request, address);
    RawConnection connection(server->endpoint());
    connection.send("GET /a?b=%20c HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(connection.read_reply().ends_with("GET /a?b=%20c []"));
  }
  CHECK_FALSE(std::filesystem::exists(folder.path("x.sock")));
}

TEST_CASE("An address that can't be listened on is an error") {
  const auto first = serve(say_request);
  const auto taken = HttpServer::listen(first->endpoint().substr(7), say_request);
  REQUIRE_FALSE(taken);
  CHECK(holds(taken.error().message, first->endpoint()));
  const auto nonsense = HttpServer::listen("nonsense", say_request);
  REQUIRE_FALSE(nonsense);
  CHECK(nonsense.error().kind == ErrorKind::usage);
}

TEST_CASE("The handler sees method, headers and body, however the body came") {
  HttpRequest seen;
  const auto server = serve([&](const HttpRequest& request) {
    seen = request;
    return say_request(request);
  });
  const std::string head = "PUT /u HTTP/1.1\r\nHost: x\r\nX-One: 1\r\n";
  for (const auto& rest :
       {std::string("Content-Length: 5\r\n\r\nhello"),
        std::string("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n")}) {
    RawConnection connection(server->endpoint());
    connection.send(head + rest);
    CHECK(connection.read_reply().ends_with("PUT /u [hello]"));
    CHECK(seen.headers.at(1) == Header("X-One", "1"));
  }
}

TEST_CASE("A connection is kept for the next request, and requests may be sent ahead") {
  const auto server = serve(say_request);
  RawConnection connection(server->endpoint());
  connection.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(connection.read_reply().ends_with("GET /1 []"));
  CHECK(connection.read_reply().ends_with("GET /2 []"));
  for (int i = 0; i < 1000; ++i) {
    connection.send(fmt::format("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", i));
    REQUIRE(connection.read_reply().ends_with(fmt::format("GET /{} []", i)));
  }
}

TEST_CASE("A connection ends when the client doesn't want to keep it") {
  const auto server = serve(say_request);
  for (const auto* request :
       {"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n"}) {
    INFO(request);
    RawConnection connection(server->endpoint());
    connection.send(request);
    CHECK(connection.read_to_end().ends_with("GET /x []"));
    CHECK(connection.end() == RawConnection::End::finished);
  }
  RawConnection old(server->endpoint());
  for (int i = 0; i < 2; ++i) {
    old.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto reply = old.read_reply();
    CHECK(reply.starts_with("HTTP/1.0 200"));
    CHECK(holds(reply, "Connection: keep-alive\r\n"));
  }
}

TEST_CASE("Long replies come in chunks, short ones with their length") {
  const auto server = serve([](const HttpRequest& request) {
    HttpReply reply;
    reply.response.body = std::string(request.target == "/long" ? 100'000 : 10, 'x');
    return reply;
  });
  RawConnection connection(server->endpoint());
  connection.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto reply = connection.read_reply();
  CHECK(holds(reply, "Transfer-Encoding: chunked\r\n"));
  CHECK(std::ranges::count(reply, 'x') == 100'000);
  connection.send("GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(holds(connection.read_reply(), "Content-Length: 10\r\n"));
}

TEST_CASE("HEAD gets no body, and the connection stays in step") {
  const auto server = serve(say_request);
  RawConnection connection(server->endpoint());
  connection.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(holds(connection.read_to("\r\n\r\n"), "Content-Length: 10\r\n"));
  CHECK(connection.read_reply().ends_with("GET /b []"));
}

TEST_CASE("A client that asks before it sends its body is told to go on") {
  const auto server = serve(say_request);
  RawConnection connection(server->endpoint());
  connection.send(
      "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(connection.read_to("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send("hi");
  CHECK(connection.read_reply().ends_with("PUT /a [hi]"));
}

TEST_CASE("A handler that throws costs one reply of 500, without what it said") {
  int calls = 0;
  const auto server = serve([&](const HttpRequest& request) -> HttpReply {
    if (++calls == 1) {
      throw std::runtime_error("secret");
    }
    return say_request(request);
  });
  RawConnection connection(server->endpoint());
  connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto failed = connection.read_reply();
  CHECK(failed.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(holds(failed, "secret"));
  CHECK(connection.read_reply().ends_with("GET /b []"));
}

TEST_CASE("The end of the server is the end of its connections, replies that wait included") {
  auto server = serve([](const HttpRequest&) {
    HttpReply reply;
    reply.delay = std::chrono::hours(1);
    return reply;
  });
  RawConnection idle(server->endpoint());
  RawConnection waiting(server->endpoint());
  waiting.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  server.reset();
  CHECK(idle.read_to_end().empty());
  CHECK(waiting.read_to_end().empty());
  CHECK(waiting.end() != RawConnection::End::timed_out);
}
