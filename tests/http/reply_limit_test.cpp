#include <chrono>
#include <string>
#include <vector>

#include "http/flooding_server.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20U;

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n";
/// Longer than a few bytes: newer versions of libcurl take no more than 5,000 headers, however
/// short.
const std::string headers = repeated("X-A: " + std::string(100, 'b') + "\r\n", 1000);
const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";

}  // namespace

TEST_CASE("A reply that doesn't end is broken off before it fills the memory") {
  struct Row {
    std::string what;
    std::string start;
    std::string block;
    std::string said;
  };

  const std::string longer = "the reply is longer than 1048576 bytes";
  const std::string head = "the reply's head is longer than 65536 bytes";
  for (const auto& row :
       {Row{"an announced length", ok + "Content-Length: 1073741824\r\n\r\n", chunk, longer},
        Row{"chunks", chunked + "\r\n", chunk, longer},
        Row{"neither", ok + "\r\n", chunk, longer},
        Row{"packed chunks", chunked + "Content-Encoding: gzip\r\n\r\n", chunk, longer},
        Row{"an error's body", "HTTP/1.1 500 No\r\n\r\n", chunk, longer},
        Row{"headers", ok, headers, head},
        Row{"long headers", ok, repeated("X-A: " + std::string(9000, 'b') + "\r\n", 10), head},
        Row{"one header", ok + "X-A: ", std::string(0x10000, 'b'), ""},
        Row{"a status line", "HTTP/1.1 200 ", std::string(0x10000, 'b'), ""},
        Row{"go-aheads", "", repeated("HTTP/1.1 100 Continue\r\n\r\n", 1000), head},
        Row{"hints", "", repeated("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 1000), head},
        Row{"trailers", chunked + "\r\n0\r\n", headers, head}}) {
    CAPTURE(row.what);
    FloodingServer server(row.start, row.block);
    const SignalStopRequest stop;
    const SystemClock clock(stop);
    const auto client = make_curl_http_client(
        {.endpoint = *Endpoint::parse(server.endpoint()), .longest_reply = megabyte}, clock);
    REQUIRE(client);
    (*client)->start(1, {});
    const auto ended = (*client)->wait(clock.now() + 20s);
    REQUIRE(ended.size() == 1);
    REQUIRE_FALSE(ended.front().result);
    CHECK(ended.front().result.error().failure == TransportFailure::unreadable);
    CHECK(ended.front().result.error().message.starts_with(row.said));
    const auto head_said = row.start.find(" 500 ") == std::string::npos ? 200 : 500;
    CHECK(ended.front().result.error().status ==
          (row.said == longer ? std::optional(head_said) : std::nullopt));
    // What the sockets hold counts too.
    CHECK(server.bytes_taken() < 16 * megabyte);
  }
}
