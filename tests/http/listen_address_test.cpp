#include "http/listen_address.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("An address to listen on is an IP and a port, or a socket's path") {
  struct Row {
    std::string text;
    ListenAddress address;
    std::string endpoint;
  };

  const std::string longest(107, 'x');
  for (const auto& row : {
           Row{"127.0.0.1:0", TcpAddress{"127.0.0.1", 0}, "http://127.0.0.1:0"},
           Row{"0.0.0.0:65535", TcpAddress{"0.0.0.0", 65535}, "http://0.0.0.0:65535"},
           Row{"localhost:8080", TcpAddress{"127.0.0.1", 8080}, "http://127.0.0.1:8080"},
           Row{"[::1]:8080", TcpAddress{"::1", 8080}, "http://[::1]:8080"},
           Row{"unix:///run/x.sock", UnixAddress{"/run/x.sock"}, "unix:///run/x.sock"},
           Row{"unix:///" + longest.substr(1),
               UnixAddress{"/" + longest.substr(1)},
               "unix:///" + longest.substr(1)},
       }) {
    INFO(row.text);
    const auto parsed = parse_listen_address(row.text);
    REQUIRE(parsed);
    CHECK(*parsed == row.address);
    CHECK(endpoint_of(*parsed) == row.endpoint);
  }
}

TEST_CASE("Any other address to listen on is a usage error that names the forms") {
  for (const auto& text : {std::string(""),
                           std::string("8080"),
                           std::string(":8080"),
                           std::string("127.0.0.1"),
                           std::string("127.0.0.1:"),
                           std::string("127.0.0.1:-1"),
                           std::string("127.0.0.1:65536"),
                           std::string("127.0.0.1:80x"),
                           std::string("127.0.0:80"),
                           std::string("::1:80"),
                           std::string("[127.0.0.1]:80"),
                           std::string("[::1]"),
                           std::string("[]:80"),
                           std::string("[:80"),
                           std::string("example.com:80"),
                           std::string("http://127.0.0.1:80"),
                           std::string("unix://relative.sock"),
                           std::string("unix://"),
                           "unix:///" + std::string(107, 'x'),
                           std::string("unix:///a\0b", 11)}) {
    INFO(text);
    const auto parsed = parse_listen_address(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::usage);
    CHECK(parsed.error().message.find("127.0.0.1:8080") != std::string::npos);
  }
}
