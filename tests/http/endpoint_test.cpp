#include "scale_fleet/http/endpoint.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

TEST_CASE("An endpoint is read from its URL, and shown as one") {
  using Transport = Endpoint::Transport;

  struct Row {
    const char* url;
    Transport transport;
    const char* authority;
    const char* host;
    const char* base_path;
    const char* display;
    bool is_local;
  };

  const std::vector<Row> rows{
      {"http://fleet:49153",
       Transport::tcp,
       "fleet:49153",
       "fleet",
       "",
       "http://fleet:49153",
       false},
      {"http://fleet", Transport::tcp, "fleet", "fleet", "", "http://fleet", false},
      {"http://fleet:80/", Transport::tcp, "fleet:80", "fleet", "", "http://fleet:80", false},
      {"https://fleet/api//", Transport::tls, "fleet", "fleet", "/api", "https://fleet/api", false},
      {"http://h:1/a/b", Transport::tcp, "h:1", "h", "/a/b", "http://h:1/a/b", false},
      {"http://127.0.0.1:65535",
       Transport::tcp,
       "127.0.0.1:65535",
       "127.0.0.1",
       "",
       "http://127.0.0.1:65535",
       true},
      {"http://127.9.9.9", Transport::tcp, "127.9.9.9", "127.9.9.9", "", "http://127.9.9.9", true},
      {"http://127.example.com",
       Transport::tcp,
       "127.example.com",
       "127.example.com",
       "",
       "http://127.example.com",
       false},
      {"http://localhost:1",
       Transport::tcp,
       "localhost:1",
       "localhost",
       "",
       "http://localhost:1",
       true},
      {"https://[::1]:2", Transport::tls, "[::1]:2", "::1", "", "https://[::1]:2", true},
      {"http://[2001:db8::1]",
       Transport::tcp,
       "[2001:db8::1]",
       "2001:db8::1",
       "",
       "http://[2001:db8::1]",
       false},
      {"http://10.0.0.1:1",
       Transport::tcp,
       "10.0.0.1:1",
       "10.0.0.1",
       "",
       "http://10.0.0.1:1",
       false}};
  for (const auto& row : rows) {
    CAPTURE(row.url);
    const auto endpoint = Endpoint::parse(row.url);
    REQUIRE(endpoint);
    CHECK(endpoint->transport == row.transport);
    CHECK(endpoint->authority == row.authority);
    CHECK(endpoint->host == row.host);
    CHECK(endpoint->base_path == row.base_path);
    CHECK(endpoint->display() == row.display);
    CHECK(endpoint->is_local() == row.is_local);
    CHECK(endpoint->socket_path.empty());
    CHECK(endpoint->user.empty());
  }
}

TEST_CASE("A socket is read from its path") {
  const auto endpoint = Endpoint::parse("unix:///var/run/fleet.sock");
  REQUIRE(endpoint);
  CHECK(endpoint->transport == Endpoint::Transport::unix_socket);
  CHECK(endpoint->socket_path == "/var/run/fleet.sock");
  CHECK(endpoint->base_path.empty());
  CHECK(endpoint->display() == "unix:///var/run/fleet.sock");
  CHECK(endpoint->is_local());
  CHECK(Endpoint::parse("unix:///" + std::string(106, 'x')));
  CHECK_FALSE(Endpoint::parse("unix:///" + std::string(107, 'x')));
}

TEST_CASE("What is no endpoint is a usage error that says what to write") {
  struct Row {
    std::string url;
    const char* why;
  };

  const std::vector<Row> rows{
      {"", "it is empty"},
      {"fleet:49153", "did you mean http://fleet:49153?"},
      {"/var/run/fleet.sock", "it has no scheme"},
      {"unix://var/run/fleet.sock", "three slashes, unix:///"},
      {"unix://", "three slashes"},
      {"unix:///", "name the socket"},
      {"unix:///" + std::string(107, 'x'), "at most 107 bytes, this has 108"},
      {"ftp://fleet", "the scheme ftp is not known"},
      {"http://", "it names no host"},
      {"http://:80", "it names no host"},
      {"http://fleet:0", "its port is not a number from 1 to 65535"},
      {"http://[::1]:x", "'http://[::1]:…' is not an endpoint: its port is"},
      {"http://bob:s3cret", "'http://bob:…' is not an endpoint: its port is"},
      {"http://bob:s3cret/a:b", "'http://bob:…' is not an endpoint: its port is"},
      {"http://bob:s3cret@fleet:x", "'http://…@fleet:…' is not an endpoint: its port is"},
      {"http://fleet:65536", "its port is not a number from 1 to 65535"},
      {"http://fleet:abc", "its port is not a number from 1 to 65535"},
      {"http://fleet:-1", "its port is not a number from 1 to 65535"},
      {"http://[::1", "write http://HOST:PORT"},
      {"http://fleet/?a=b", "not in a query or a fragment"},
      {"http://fleet#a", "not in a query or a fragment"},
      {"http://fl eet", "it holds a blank or a control character"},
      {"http://fleet\r\nX: y", "it holds a blank or a control character"}};
  for (const auto& row : rows) {
    CAPTURE(row.url);
    const auto endpoint = Endpoint::parse(row.url);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().kind == ErrorKind::usage);
    CAPTURE(endpoint.error().message);
    CHECK(holds(endpoint.error().message, row.why));
    for (const char c : endpoint.error().message)
      CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
}

TEST_CASE("Credentials are read, decoded, and never shown") {
  const auto endpoint = Endpoint::parse("https://jo%40x:s3cret%2F@fleet:1/base");
  REQUIRE(endpoint);
  CHECK(endpoint->user == "jo@x");
  CHECK(endpoint->password == "s3cret/");
  CHECK(endpoint->authority == "fleet:1");
  CHECK(endpoint->display() == "https://fleet:1/base");
  const auto user_only = Endpoint::parse("http://jo@fleet");
  REQUIRE(user_only);
  CHECK(user_only->user == "jo");
  CHECK(user_only->password.empty());
}

TEST_CASE("No error message holds a password, however the URL is mistyped") {
  for (const auto* url : {"jo:s3cret@fleet",
                          "http://jo:s3cret@fleet:0",
                          "http://jo:s3cret@fleet:abc",
                          "http://jo:s3cret@",
                          "http://jo:s3cret@:80",
                          "http://jo:s3cret@fleet?x",
                          "http://jo:s3cret@fl eet",
                          "http://jo:s3cret/2@fleet",
                          "http://jo:s3cret?2@fleet",
                          "http://jo:s3cret#2@fleet",
                          "http://jo:x@s3cret@fleet:0",
                          "http:/jo:s3cret@fleet",
                          "http//jo:s3cret@fleet",
                          "https:jo:s3cret@fleet",
                          "ftp://jo:s3cret@fleet",
                          "jo:s3cret@http://fleet",
                          "unix://jo:s3cret@fleet"}) {
    CAPTURE(url);
    const auto endpoint = Endpoint::parse(url);
    REQUIRE_FALSE(endpoint);
    CAPTURE(endpoint.error().message);
    CHECK_FALSE(holds(endpoint.error().message, "s3cret"));
  }
}

TEST_CASE("Spellings of one endpoint have one identity, and two endpoints two") {
  const auto identity = [](const char* url) { return Endpoint::parse(url)->identity(); };
  CHECK(identity("http://localhost:49153") == identity("http://127.0.0.1:49153/"));
  CHECK(identity("http://Fleet.example") == identity("http://fleet.example:80"));
  CHECK(identity("https://h") != identity("http://h"));
  CHECK(identity("http://h:1") != identity("http://h:2"));
  CHECK(identity("http://h/a") != identity("http://h/b"));
  CHECK(identity("unix:///a") != identity("unix:///b"));
}
