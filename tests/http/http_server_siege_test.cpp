#include <malloc.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "http/raw_connection.hpp"
#include "http/tls_connection.hpp"
#include "support/catch.hpp"
#include "support/certificates.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;

namespace {

const std::string whole_request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const std::string half_request = "PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel";
/// The first of the 517 bytes of a TLS 1.3 ClientHello.
const std::string half_hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
const std::string garbage("\x16\x03\x01\x00\x04\xff\xff\xff\xff garbage \r\n\r\n", 23);

HttpReply say_fine(const HttpRequest& request) {
  HttpReply reply;
  reply.response.body = "fine";
  reply.delay = request.target == "/late" ? std::chrono::hours(1) : std::chrono::hours(0);
  return reply;
}

/// A server that is besieged, plain or over TLS.
struct Besieged {
  explicit Besieged(bool over_tls, ServerLimits limits = {}) : speaks_tls(over_tls) {
    std::optional<ServerTls> files;
    if (over_tls) {
      certificates.make_authority("ca");
      certificates.make({});
      files = {.certificate = certificates.file("server.pem"),
               .key = certificates.file("server.key")};
    }
    server = serve(say_fine, "127.0.0.1:0", limits, files);
  }

  bool answers() const {
    if (!speaks_tls) {
      RawConnection connection(server->endpoint());
      connection.send(whole_request);
      return connection.read_to_end().ends_with("fine");
    }
    TlsConnection connection(server->endpoint());
    connection.send(whole_request);
    return connection.read_to_end().ends_with("fine");
  }

  bool speaks_tls;
  Certificates certificates;
  std::unique_ptr<HttpServer> server;
};

/// Both ends of a thousand connections are in this process.
void allow_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t bytes_in_use() {
  return mallinfo2().uordblks;
}

}  // namespace

TEST_CASE("A thousand connections that say nothing whole keep nobody out") {
  allow_descriptors();
  for (const bool over_tls : {false, true}) {
    for (const std::size_t limit : {64UL, 2000UL}) {
      CAPTURE(over_tls, limit);
      const Besieged besieged(over_tls, {.connections = limit});
      const std::array<std::string, 4> openings{"", half_request, half_hello, garbage};
      std::vector<std::unique_ptr<RawConnection>> crowd;
      for (std::size_t i = 0; i < 1000; ++i) {
        crowd.push_back(std::make_unique<RawConnection>(besieged.server->endpoint()));
        crowd.back()->send(openings[i % openings.size()]);
      }
      for (int i = 0; i < 20; ++i)
        CHECK(besieged.answers());
    }
  }
}

TEST_CASE("Where there are too many connections, the one goes that has kept us waiting longest") {
  const Besieged besieged(false, {.connections = 3});
  const auto& endpoint = besieged.server->endpoint();
  RawConnection answered(endpoint);
  answered.send("GET /late HTTP/1.1\r\n\r\n");
  RawConnection first(endpoint);
  RawConnection second(endpoint);
  second.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(second.read_reply().ends_with("fine"));
  RawConnection third(endpoint);
  CHECK(first.ends_within(std::chrono::seconds(10)));
  third.send("GET /late HTTP/1.1\r\n\r\n");
  second.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(second.read_reply().ends_with("fine"));
  second.send("GET /late HTTP/1.1\r\n\r\n");
  CHECK_FALSE(second.ends_within(std::chrono::milliseconds(100)));
  // All three wait for their replies now.
  RawConnection fourth(endpoint);
  CHECK(fourth.ends_within(std::chrono::seconds(10)));
  for (auto* kept : {&answered, &second, &third})
    CHECK_FALSE(kept->ends_within(std::chrono::milliseconds(0)));
}

TEST_CASE("A request, or a handshake, that trickles in is cut off when the idle time ends") {
  for (const bool over_tls : {false, true}) {
    CAPTURE(over_tls);
    const Besieged besieged(over_tls, {.idle = std::chrono::seconds(1)});
    const auto text = over_tls ? half_hello + std::string(500, '\0')
                               : "GET / HTTP/1.1\r\nX: " + std::string(500, 'x');
    RawConnection trickling(besieged.server->endpoint());
    std::size_t sent = 0;
    do {
      trickling.send(text.substr(sent++, 1));
    } while (sent < 200 && !trickling.ends_within(std::chrono::milliseconds(50)));
    CHECK(sent < 100);  // Where each byte gave it another second it would go on to 200.
    CHECK(besieged.answers());
  }
}

TEST_CASE("What a bad connection took is given back when it has ended") {
  for (const bool over_tls : {false, true}) {
    const Besieged besieged(over_tls);
    const auto& endpoint = besieged.server->endpoint();
    const auto besiege = [&](std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        RawConnection bad(endpoint);
        bad.send(std::array<std::string, 4>{"", half_request, half_hello, garbage}[i % 4]);
        if (i % 10 == 0) CHECK(besieged.answers());
      }
      // Connections end in the order of their coming but for their farewells: those of the last
      // ones are over when others have taken their places.
      CHECK(besieged.answers());
    };
    besiege(200);
    const auto before = bytes_in_use();
    besiege(1000);
    const auto after = bytes_in_use();
    const auto grown = after > before ? after - before : 0;
    CAPTURE(over_tls, before, after);
    WARN((over_tls ? "over TLS" : "plain") << ": " << grown << " bytes more after 1000");
    CHECK(grown < 500'000);
  }
}
