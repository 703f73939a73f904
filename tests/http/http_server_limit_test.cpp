#include <algorithm>
#include <future>
#include <vector>

#include <fmt/format.h>

#include "http/raw_connection.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;

namespace {

HttpReply say_length(const HttpRequest& request) {
  HttpReply reply;
  reply.response.body = fmt::format("body of {}", request.body.size());
  return reply;
}

std::string put(std::size_t size) {
  return fmt::format("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", size) +
         std::string(size, 'x');
}

std::string put_chunked(std::size_t size) {
  return fmt::format(
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
      size,
      std::string(size, 'x'));
}

std::string with_header(std::size_t size) {
  return fmt::format("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", std::string(size, 'x'));
}

}  // namespace

TEST_CASE("What is larger than the limits, or isn't HTTP, is refused and the connection ended") {
  struct Row {
    std::string name;
    std::string request;
    std::string status;
  };

  const ServerLimits limits{.header_bytes = 2000, .body_bytes = 50'000};
  int calls = 0;
  const auto server = serve(
      [&](const HttpRequest& request) {
        ++calls;
        return say_length(request);
      },
      "127.0.0.1:0",
      limits);
  for (const auto& row : {
           Row{"long body", put(50'001), "413"},
           Row{"very long body", put(8'000'000), "413"},
           Row{"long chunked body", put_chunked(50'001), "413"},
           Row{"long header", with_header(2000), "431"},
           Row{"very long header", with_header(8'000'000), "431"},
           Row{"long chunk header",
               "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;" +
                   std::string(8'000'000, 'x'),
               "431"},
           Row{"not HTTP", "hello\r\n\r\n", "400"},
           Row{"not HTTP either", std::string("\x16\x03\x01\x02\x00\x01\r\n", 8), "400"},
           Row{"two lengths",
               "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
               "400"},
       }) {
    INFO(row.name);
    RawConnection connection(server->endpoint());
    connection.send(row.request);
    const auto reply = connection.read_to_end();
    CHECK(reply.starts_with("HTTP/1.1 " + row.status + " "));
    // With words for people behind it.
    CHECK_FALSE(reply.ends_with("\r\n\r\n"));
    CHECK(connection.end() == RawConnection::End::finished);
  }
  CHECK(calls == 0);

  RawConnection connection(server->endpoint());
  for (const auto& request : {put(50'000), put_chunked(50'000), with_header(1900)}) {
    connection.send(request);
    CHECK(connection.read_reply().starts_with("HTTP/1.1 200 "));
  }
  CHECK(calls == 3);
}

TEST_CASE("Without a whole request for the idle time a connection is closed") {
  const auto server = serve(say_length, "127.0.0.1:0", {.idle = std::chrono::seconds(1)});
  RawConnection silent(server->endpoint());
  RawConnection half(server->endpoint());
  half.send("PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
  RawConnection between(server->endpoint());
  between.send(put(1));
  CHECK(between.read_reply().ends_with("body of 1"));
  for (auto* connection : {&silent, &half, &between}) {
    CHECK(connection->read_to_end().empty());
    CHECK(connection->end() != RawConnection::End::timed_out);
  }
}

TEST_CASE("Two hundred connections that dawdle don't keep the others waiting") {
  const auto server = serve([](const HttpRequest& request) {
    auto reply = say_length(request);
    reply.delay = request.target == "/late" ? std::chrono::hours(1) : std::chrono::hours(0);
    return reply;
  });
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<RawConnection>(server->endpoint()));
    slow.back()->send(i % 2 == 0 ? "PUT / HTTP/1.1\r\nContent-Length: 1\r\n"
                                 : "GET /late HTTP/1.1\r\n\r\n");
  }
  RawConnection connection(server->endpoint());
  connection.send(put(3));
  CHECK(connection.read_reply().ends_with("body of 3"));
  slow.front()->send("\r\nx");
  CHECK(slow.front()->read_reply().ends_with("body of 1"));
}

TEST_CASE("The handler is called for one request at a time") {
  int inside = 0;  // Not atomic: the thread sanitizer would see two threads in it.
  int most = 0;
  const auto server = serve([&](const HttpRequest& request) {
    most = std::max(most, ++inside);
    auto reply = say_length(request);
    --inside;
    return reply;
  });
  std::vector<std::future<bool>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::async(std::launch::async, [&] {
      RawConnection connection(server->endpoint());
      bool fine = true;
      for (int turn = 0; turn < 50; ++turn) {
        connection.send(put(7));
        fine = connection.read_reply().ends_with("body of 7") && fine;
      }
      return fine;
    }));
  }
  for (auto& client : clients) {
    CHECK(client.get());
  }
  CHECK(most == 1);
}
