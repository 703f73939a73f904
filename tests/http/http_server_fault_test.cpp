#include "http/raw_connection.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;

namespace {

/// `/cut` is answered with the reply cut, and so on; anything else whole.
HttpReply faulty(const HttpRequest& request) {
  HttpReply reply;
  reply.response.body = std::string(5000, 'x');
  if (request.target == "/closed") {
    reply.delivery = Delivery::closed;
  } else if (request.target == "/reset") {
    reply.delivery = Delivery::reset;
  } else if (request.target == "/cut") {
    reply.delivery = Delivery::cut;
  } else if (request.target == "/garbage") {
    reply.delivery = Delivery::garbage;
  }
  return reply;
}

using End = RawConnection::End;

struct Received {
  std::string bytes;
  End end;
};

Received receive(const HttpServer& server, const std::string& target) {
  RawConnection connection(server.endpoint());
  connection.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  auto bytes = connection.read_to_end();
  return {.bytes = std::move(bytes), .end = connection.end()};
}

}  // namespace

TEST_CASE("Each fault looks on the wire like what it is called") {
  const auto server = serve(faulty);

  const auto closed = receive(*server, "/closed");
  CHECK(closed.bytes.empty());
  CHECK(closed.end == End::finished);

  const auto reset = receive(*server, "/reset");
  CHECK(reset.bytes.empty());
  CHECK(reset.end == End::reset);

  const auto cut = receive(*server, "/cut");
  CHECK(cut.bytes.find("Content-Length: 5000\r\n") != std::string::npos);
  CHECK(cut.bytes.ends_with("\r\n\r\n" + std::string(2500, 'x')));
  CHECK(cut.end == End::finished);

  const auto garbage = receive(*server, "/garbage");
  CHECK_FALSE(garbage.bytes.empty());
  CHECK_FALSE(garbage.bytes.starts_with("HTTP/"));
  CHECK(garbage.end == End::finished);
}

TEST_CASE("After a fault the server goes on") {
  const auto server = serve(faulty);
  for (const auto* target : {"/closed", "/reset", "/cut", "/garbage"}) {
    receive(*server, target);
    RawConnection connection(server->endpoint());
    connection.send("GET /whole HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(connection.read_reply().starts_with("HTTP/1.1 200 "));
  }
}

TEST_CASE("A reply waits for its delay while others are answered") {
  const auto server = serve([](const HttpRequest& request) {
    HttpReply reply;
    reply.response.body = request.target;
    reply.delay = std::chrono::milliseconds(request.target == "/late" ? 300 : 0);
    return reply;
  });
  const auto started = std::chrono::steady_clock::now();
  RawConnection late(server->endpoint());
  late.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  RawConnection prompt(server->endpoint());
  prompt.send("GET /prompt HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(prompt.read_reply().ends_with("/prompt"));
  CHECK(late.read_reply().ends_with("/late"));
  CHECK(std::chrono::steady_clock::now() - started >= std::chrono::milliseconds(300));
}
