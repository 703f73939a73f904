#include "scale_fleet/http/curl_http_client.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <map>

#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"
#include "support/serve.hpp"
#include "support/steady_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Real time, for a real network; nobody waits by it here.
HttpReply echo(const HttpRequest& request) {
  HttpReply reply;
  reply.response.body = request.method + " " + request.target + "\n" + request.body;
  for (const auto& [name, value] : request.headers)
    reply.response.headers.emplace_back("Got-" + name, value);
  return reply;
}

const SteadyClock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

std::unique_ptr<HttpClient> client_of(const std::string& endpoint,
                                      HttpClientSettings settings = {}) {
  settings.endpoint = *Endpoint::parse(endpoint);
  auto client = make_curl_http_client(settings, steady_clock());
  REQUIRE(client);
  return std::move(*client);
}

/// Far enough that a test which waits so long has failed.
TimePoint far() {
  return steady_clock().now() + 20s;
}

HttpResult send(HttpClient& client, const HttpRequest& request) {
  client.start(1, request);
  auto ended = client.wait(far());
  REQUIRE(ended.size() == 1);
  CHECK(ended.front().id == 1);
  return std::move(ended.front().result);
}

HttpResult get(HttpClient& client, const std::string& target) {
  return send(client, {.method = "GET", .target = target});
}

/// How many descriptors this process has open; a connection has one at each of its ends.
std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::map<RequestId, HttpResult> wait_for(HttpClient& client, std::size_t count) {
  std::map<RequestId, HttpResult> results;
  while (results.size() < count) {
    auto ended = client.wait(far());
    REQUIRE_FALSE(ended.empty());
    for (auto& one : ended)
      results.insert_or_assign(one.id, std::move(one.result));
  }
  return results;
}

/// Later than any test waits.
HttpReply dawdle(const HttpRequest& request) {
  auto reply = echo(request);
  reply.delay = 60s;
  return reply;
}

}  // namespace

TEST_CASE("A request arrives as it was meant, and its reply comes back whole") {
  TemporaryFolder folder;
  for (const auto& address : {std::string("127.0.0.1:0"), "unix://" + folder.path("fleet.sock")}) {
    CAPTURE(address);
    const auto server = serve(echo, address);
    const auto client = client_of(server->endpoint());
    CHECK(client->display_endpoint() == server->endpoint());

    const auto got = get(*client, "/fleet/v1/units/a%402.service?x=%3D");
    REQUIRE(got);
    CHECK(got->status == 200);
    CHECK(got->body == "GET /fleet/v1/units/a%402.service?x=%3D\n");
    CHECK(got->header("got-user-agent") == "scale-fleet");
    CHECK(got->header("Got-Authorization").empty());

    const std::string body(100'000, 'b');
    const auto put = send(*client,
                          {.method = "PUT",
                           .target = "/x",
                           .headers = {{"Content-Type", "application/json"}},
                           .body = body});
    REQUIRE(put);
    CHECK(put->body == "PUT /x\n" + body);
    CHECK(put->header("Got-Content-Type") == "application/json");
    CHECK(put->header("Got-Expect").empty());

    const auto empty_put = send(*client, {.method = "PUT", .target = "/x"});
    REQUIRE(empty_put);
    CHECK(empty_put->header("Got-Content-Length") == "0");
    const auto deleted = send(*client, {.method = "DELETE", .target = "/x"});
    REQUIRE(deleted);
    CHECK(deleted->body == "DELETE /x\n");
  }
}

TEST_CASE("Every status is a reply, and a redirect isn't followed") {
  std::atomic<int> requests = 0;
  const auto server = serve([&](const HttpRequest& request) {
    ++requests;
    HttpReply reply;
    reply.response.status = std::stoi(request.target.substr(1));
    if (reply.response.status / 100 == 3) {
      const auto query = request.target.find('?');
      reply.response.headers = {{"Location", request.target.substr(query + 1)}};
    }
    return reply;
  });
  const auto client = client_of(server->endpoint());
  for (const int status : {200, 201, 204, 301, 404, 409, 500, 503}) {
    CAPTURE(status);
    const auto result = get(*client, "/" + std::to_string(status));
    REQUIRE(result);
    CHECK(result->status == status);
  }
  CHECK(requests == 8);
  const auto here = server->endpoint().substr(std::string("http://").size());
  for (const int status : {301, 302, 303, 307, 308}) {
    for (const auto& place :
         {std::string("/200"), "http://" + here + "/200", "https://" + here + "/200"}) {
      CAPTURE(status, place);
      requests = 0;
      const auto result = get(*client, "/" + std::to_string(status) + "?" + place);
      REQUIRE(result);
      CHECK(result->status == status);
      CHECK(result->header("Location") == place);
      CHECK(requests == 1);
    }
  }
}

TEST_CASE("Base path and credentials go with every request") {
  const auto server = serve(echo);
  const auto host = server->endpoint().substr(std::string("http://").size());
  const auto client = client_of("http://jo:pw@" + host + "/base/");
  const auto reply = get(*client, "/units/../x");
  REQUIRE(reply);
  CHECK(reply->body == "GET /base/units/../x\n");
  CHECK(reply->header("Got-Authorization") == "Basic am86cHc=");
  CHECK(client->display_endpoint() == "http://" + host + "/base");
}

TEST_CASE("Many requests at once come to their own ends over few connections") {
  std::atomic<std::size_t> most = 0;
  const auto server = serve([&](const HttpRequest& request) {
    most = std::max(most.load(), open_descriptors());
    auto reply = echo(request);
    reply.delay = std::chrono::milliseconds(request.target.size() % 3);
    return reply;
  });
  const auto client = client_of(server->endpoint(), {.connections = 4});
  const auto before = open_descriptors();
  for (RequestId id = 0; id < 60; ++id)
    client->start(id, {.method = "GET", .target = "/" + std::to_string(id)});
  const auto results = wait_for(*client, 60);
  for (const auto& [id, result] : results) {
    REQUIRE(result);
    CHECK(result->body == "GET /" + std::to_string(id) + "\n");
  }
  CHECK(most > before + 2);
  CHECK(most <= before + 8);
}

TEST_CASE("A connection is kept and used again, except where a fresh one is asked for") {
  const auto server = serve(echo);
  const auto client = client_of(server->endpoint());
  REQUIRE(get(*client, "/"));
  const auto with_one = open_descriptors();
  REQUIRE(get(*client, "/"));
  CHECK(open_descriptors() == with_one);
  REQUIRE(send(*client, {.target = "/", .on_fresh_connection = true}));
  CHECK(open_descriptors() == with_one + 2);
}

TEST_CASE("Each fault of a server is the failure that it amounts to") {
  struct Row {
    Delivery delivery;
    TransportFailure failure;
  };

  for (const auto& row : std::vector<Row>{{Delivery::closed, TransportFailure::broken_off},
                                          {Delivery::reset, TransportFailure::broken_off},
                                          {Delivery::cut, TransportFailure::broken_off},
                                          {Delivery::garbage, TransportFailure::unreadable}}) {
    CAPTURE(static_cast<int>(row.delivery));
    const auto server = serve([&](const HttpRequest& request) {
      auto reply = echo(request);
      if (request.target == "/faulty") reply.delivery = row.delivery;
      return reply;
    });
    const auto client = client_of(server->endpoint());
    const auto faulty = send(*client, {.method = "PUT", .target = "/faulty", .body = "{}"});
    REQUIRE_FALSE(faulty);
    CHECK(faulty.error().failure == row.failure);
    CHECK_FALSE(faulty.error().message.empty());
    CHECK(get(*client, "/whole"));
  }
}

TEST_CASE("A server that isn't there is not connected to, and a host that isn't one not resolved") {
  std::string gone;
  {
    const auto server = serve(echo);
    gone = server->endpoint();
  }
  TemporaryFolder folder;

  struct Row {
    std::string endpoint;
    TransportFailure failure;
  };

  for (const auto& row :
       std::vector<Row>{{gone, TransportFailure::not_connected},
                        {"unix://" + folder.path("none.sock"), TransportFailure::not_connected},
                        {"http://nonexistent.invalid:1", TransportFailure::not_resolved}}) {
    CAPTURE(row.endpoint);
    const auto result = get(*client_of(row.endpoint), "/");
    REQUIRE_FALSE(result);
    CHECK(result.error().failure == row.failure);
    CHECK(result.error().was_refused == (row.endpoint == gone));
  }
}

TEST_CASE("One client asks several servers at once, where a request names its own") {
  HttpReply late;
  late.delay = 60s;
  const auto first = serve(echo);
  const auto silent = serve([&](const HttpRequest&) { return late; });
  const auto other = serve([](const HttpRequest&) {
    HttpReply reply;
    reply.response.status = 404;
    return reply;
  });
  const auto client = client_of(first->endpoint(), {.request_timeout = 300ms});
  client->start(1, {.target = "/late", .server = *Endpoint::parse(silent->endpoint())});
  client->start(2, {.target = "/here"});
  client->start(3, {.target = "/there", .server = *Endpoint::parse(other->endpoint())});
  const auto results = wait_for(*client, 3);
  REQUIRE_FALSE(results.at(1));
  CHECK(results.at(1).error().failure == TransportFailure::timed_out);
  REQUIRE(results.at(2));
  CHECK(results.at(2)->body == "GET /here\n");
  REQUIRE(results.at(3));
  CHECK(results.at(3)->status == 404);
}

TEST_CASE("TLS with a server that speaks none is not trusted") {
  const auto server = serve(echo);
  const auto host = server->endpoint().substr(std::string("http://").size());
  const auto result = get(*client_of("https://" + host), "/");
  REQUIRE_FALSE(result);
  CHECK(result.error().failure == TransportFailure::not_trusted);
}

TEST_CASE("A reply that comes too late is a timeout, for its own request only") {
  const auto server = serve([](const HttpRequest& request) {
    auto reply = echo(request);
    if (request.target == "/late") reply.delay = 60s;
    return reply;
  });
  const auto client = client_of(server->endpoint(), {.request_timeout = 150ms});
  const auto begun = steady_clock().now();
  client->start(7, {.target = "/late"});
  client->start(8, {.target = "/prompt"});
  const auto results = wait_for(*client, 2);
  CHECK(results.at(8));
  REQUIRE_FALSE(results.at(7));
  CHECK(results.at(7).error().failure == TransportFailure::timed_out);
  CHECK(steady_clock().now() - begun >= 140ms);
}

TEST_CASE("A reply may be as long as allowed and no longer") {
  const auto server = serve([](const HttpRequest& request) {
    HttpReply reply;
    reply.response.body = std::string(std::stoul(request.target.substr(1)), 'x');
    return reply;
  });
  const auto client = client_of(server->endpoint(), {.longest_reply = 50'000});
  const auto longest = get(*client, "/50000");
  REQUIRE(longest);
  CHECK(longest->body.size() == 50'000);
  const auto longer = get(*client, "/50001");
  REQUIRE_FALSE(longer);
  CHECK(longer.error().failure == TransportFailure::unreadable);
  CHECK(longer.error().message == "the reply is longer than 50000 bytes");
}

TEST_CASE("Waiting ends at its moment, with requests under way and without") {
  const auto server = serve(dawdle);
  const auto client = client_of(server->endpoint());
  for (const bool with_request : {false, true}) {
    if (with_request) client->start(1, {});
    const auto until = steady_clock().now() + 50ms;
    CHECK(client->wait(until).empty());
    CHECK(steady_clock().now() >= until);
    CHECK(client->wait(steady_clock().now() - 1h).empty());
  }
}

TEST_CASE("A client may go while requests are under way") {
  const auto server = serve(dawdle);
  const auto client = client_of(server->endpoint());
  client->start(1, {});
  client->wait(steady_clock().now() + 20ms);
}

TEST_CASE("A TLS file that can't be read is a usage error before anything is sent") {
  TemporaryFolder folder;
  const auto there = folder.write("ca.pem", "x").string();
  const auto missing = folder.path("missing.pem");
  const auto endpoint = *Endpoint::parse("https://127.0.0.1:1");
  for (const auto& tls : std::vector<TlsFiles>{{.ca = missing},
                                               {.certificate = missing, .key = there},
                                               {.certificate = there, .key = missing}}) {
    const auto client = make_curl_http_client({.endpoint = endpoint, .tls = tls}, steady_clock());
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == ErrorKind::usage);
    CHECK(client.error().message.find(missing) != std::string::npos);
  }
  CHECK(make_curl_http_client({.endpoint = endpoint, .tls = {.ca = there}}, steady_clock()));
}
