#include <atomic>
#include <string>

#include "http/raw_connection.hpp"
#include "http/tls_connection.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "support/catch.hpp"
#include "support/certificates.hpp"
#include "support/holds.hpp"
#include "support/serve.hpp"
#include "support/steady_clock.hpp"

using namespace scale_fleet;

namespace {

/// Makes the server's certificate and key, by the authority `ca`.
struct TlsWorld {
  TlsWorld() {
    certificates.make_authority("ca");
    certificates.make({});
  }

  ServerTls files() const {
    return {.certificate = certificates.file("server.pem"), .key = certificates.file("server.key")};
  }

  Certificates certificates;
};

HttpReply say_body(const HttpRequest& request) {
  HttpReply reply;
  reply.response.body = request.body + " was the body";
  return reply;
}

/// What a client gets that knows the authority `ca`, and shows that certificate if any.
HttpResult ask_over_tls(const TlsWorld& world,
                        const std::string& endpoint,
                        const std::string& certificate = {},
                        const std::string& body = "x") {
  static const SteadyClock clock;
  HttpClientSettings settings{.endpoint = *Endpoint::parse(endpoint),
                              .tls = {.ca = world.certificates.file("ca.pem")}};
  if (!certificate.empty()) {
    settings.tls.certificate = world.certificates.file(certificate + ".pem");
    settings.tls.key = world.certificates.file(certificate + ".key");
  }
  const auto client = make_curl_http_client(settings, clock);
  REQUIRE(client);
  (*client)->start(1, {.method = "PUT", .target = "/", .body = body});
  auto ended = (*client)->wait(clock.now() + std::chrono::seconds(20));
  REQUIRE(ended.size() == 1);
  return std::move(ended.front().result);
}

constexpr auto last_request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("A server with a certificate speaks TLS, and says so in its endpoint") {
  const TlsWorld world;
  const auto server = serve(say_body, "127.0.0.1:0", {}, world.files());
  CHECK(server->endpoint().starts_with("https://127.0.0.1:"));
  for (const std::size_t size : {1UL, 100'000UL, 3'000'000UL}) {
    const auto reply = ask_over_tls(world, server->endpoint(), {}, std::string(size, 'x'));
    REQUIRE(reply);
    CHECK(reply->body == std::string(size, 'x') + " was the body");
  }
}

TEST_CASE("TLS 1.2 and 1.3 are spoken, 1.1 and what is before it are not") {
  const TlsWorld world;
  const auto server = serve(say_body, "127.0.0.1:0", {}, world.files());
  for (const auto& [version, is_spoken] :
       {std::pair(TLS1_3_VERSION, true), {TLS1_2_VERSION, true}, {TLS1_1_VERSION, false}}) {
    CAPTURE(version);
    TlsConnection connection(server->endpoint(), {.newest = version});
    CHECK(connection.is_open() == is_spoken);
    if (is_spoken) connection.send(last_request);
    CHECK(connection.read_to_end().starts_with("HTTP/1.1 200 ") == is_spoken);
  }
}

TEST_CASE("Where clients have to show a certificate, only those of the authority are answered") {
  struct Row {
    std::string what;
    std::string certificate;
    bool is_answered = false;
  };

  TlsWorld world;
  auto& certificates = world.certificates;
  certificates.make_authority("stranger");
  certificates.make({.name = "good", .use = "clientAuth"});
  certificates.make({.name = "expired", .use = "clientAuth", .valid_to = "20200102000000Z"});
  certificates.make({.name = "early", .use = "clientAuth", .valid_from = "20980101000000Z"});
  certificates.make({.name = "other", .use = "clientAuth", .authority = "stranger"});
  certificates.make({.name = "own", .use = "clientAuth", .authority = ""});
  certificates.make({.name = "for_servers", .use = "serverAuth"});
  auto files = world.files();
  files.client_ca = certificates.file("ca.pem");
  std::atomic<int> calls = 0;
  const auto server = serve(
      [&](const HttpRequest& request) {
        ++calls;
        return say_body(request);
      },
      "127.0.0.1:0",
      {},
      files);
  for (const auto& row : {Row{"of the authority", "good", true},
                          Row{"none", ""},
                          Row{"of another authority", "other"},
                          Row{"of nobody", "own"},
                          Row{"expired", "expired"},
                          Row{"not valid yet", "early"},
                          Row{"meant for servers", "for_servers"},
                          Row{"of the authority, again", "good", true}}) {
    CAPTURE(row.what);
    const int before = calls;
    const auto reply = ask_over_tls(world, server->endpoint(), row.certificate);
    CHECK(reply.has_value() == row.is_answered);
    CHECK(calls - before == (row.is_answered ? 1 : 0));
  }
}

TEST_CASE("A reply over TLS that is the last one ends as TLS wants it, and a cut one doesn't") {
  const TlsWorld world;
  for (const auto& [delivery, is_clean] : {std::pair(Delivery::whole, true),
                                           {Delivery::cut, true},
                                           {Delivery::garbage, true},
                                           {Delivery::closed, true},
                                           {Delivery::reset, false}}) {
    CAPTURE(static_cast<int>(delivery));
    const auto server = serve(
        [&, how = delivery](const HttpRequest& request) {
          auto reply = say_body(request);
          reply.delivery = how;
          return reply;
        },
        "127.0.0.1:0",
        {},
        world.files());
    TlsConnection connection(server->endpoint());
    connection.send(last_request);
    const auto reply = connection.read_to_end();
    CHECK(reply.ends_with(" was the body") == (delivery == Delivery::whole));
    CHECK(connection.ended_cleanly() == is_clean);
  }
}

TEST_CASE("Who speaks plain HTTP to a TLS server gets no answer, and the others do") {
  const TlsWorld world;
  const auto server = serve(say_body, "127.0.0.1:0", {}, world.files());
  RawConnection plain(server->endpoint());
  plain.send(last_request);
  CHECK_FALSE(holds(plain.read_to_end(), "HTTP/1.1 "));
  CHECK(plain.end() != RawConnection::End::timed_out);
  {
    TlsConnection truncated(server->endpoint());
    truncated.send("PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
  }  // Its socket is closed here, without a word in TLS.
  CHECK(ask_over_tls(world, server->endpoint()));
}

TEST_CASE("TLS files that can't serve are usage errors that name the file") {
  TlsWorld world;
  auto& certificates = world.certificates;
  certificates.make({.name = "another"});
  const auto text = certificates.folder().write("text.pem", "no certificate\n").string();
  const auto empty = certificates.folder().write("empty.pem", "").string();
  const auto fine = world.files();

  struct Row {
    ServerTls files;
    std::string at_fault;
    std::string why;
  };

  const auto missing = certificates.file("missing");
  const auto key = certificates.file("another.key");
  for (const auto& row : {
           Row{{missing, fine.key}, missing, "No such file"},
           Row{{certificates.folder().path(), fine.key}, "certificate", "Is a directory"},
           Row{{empty, fine.key}, empty, "it is empty"},
           Row{{text, fine.key}, text, "there is no certificate in it"},
           Row{{fine.key, fine.key}, fine.key, "there is no certificate in it"},
           Row{{fine.certificate, missing}, missing, "No such file"},
           Row{{fine.certificate, text}, text, "there is no private key in it"},
           Row{{fine.certificate, fine.certificate}, "key", "there is no private key in it"},
           Row{{fine.certificate, key}, key, "it is not of the certificate"},
           Row{{fine.certificate, fine.key, missing}, missing, "No such file"},
           Row{{fine.certificate, fine.key, text}, text, "there is no certificate in it"},
       }) {
    const auto server = HttpServer::listen("127.0.0.1:0", say_body, {}, row.files);
    REQUIRE_FALSE(server);
    CAPTURE(server.error().message);
    CHECK(server.error().kind == ErrorKind::usage);
    CHECK(holds(server.error().message, row.at_fault));
    CHECK(holds(server.error().message, row.why));
  }
  CHECK(HttpServer::listen("127.0.0.1:0", say_body, {}, fine));
  const auto on_socket =
      HttpServer::listen("unix://" + certificates.file("x.sock"), say_body, {}, fine);
  REQUIRE_FALSE(on_socket);
  CHECK(on_socket.error().kind == ErrorKind::usage);
}
