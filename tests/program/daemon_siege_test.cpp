#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <random>

#include <fmt/format.h>

#include "http/raw_connection.hpp"
#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t deep = 100'000;

/// For glibc's malloc. As it is usually set it keeps what large requests gave back, some 20 MB
/// after a few hundred of them, and then no more: a loss of a megabyte couldn't be told from that.
const std::map<std::string, std::string> gives_memory_back{
    {"MALLOC_TRIM_THRESHOLD_", "0"}, {"MALLOC_MMAP_THRESHOLD_", "65536"}, {"MALLOC_TOP_PAD_", "0"}};

/// Resident, of a process (proc(5)).
std::size_t resident_bytes(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::size_t pages = 0;
  std::size_t resident = 0;
  file >> pages >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string nested(const std::string& opening, const std::string& closing, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += opening;
  for (std::size_t i = 0; i < times; ++i)
    text += closing;
  return text;
}

/// Large ones leave holes in the heap, in which a small loss could hide.
enum class Size { small, large };

/// Requests that no daemon should take, drawn by chance. None could scale my_app, whatever becomes
/// of its bytes.
class BadRequests {
 public:
  explicit BadRequests(std::uint64_t seed) : random_(seed) {}

  std::string next(Size size) { return size == Size::large ? large() : small(); }

 private:
  static constexpr std::size_t longest = 1024UL * 1024;

  std::string large() {
    switch (random_.below(3)) {
      case 0:
        return post(nested_body());
      case 1:
        return put(nested_body());
      default:
        return whole("POST", "/v1/scale-service", std::string(longest + 1, 'x'));
    }
  }

  std::string small() {
    switch (random_.below(7)) {
      case 0:
        return post(fuzzed(alert_of_closed()));
      case 1:
        return post(random_.pick(wrong_types));
      case 2:
        return post(random_.pick(huge_numbers));
      case 3:
        return put(random_.pick(huge_numbers));
      case 4:
        return whole(random_.pick(methods), "/v1/scale-service?service=my_app&scale=up", "");
      case 5:
        return post(fuzzed(std::string(random_.below(500), 'x')));
      default:
        return random_.percent(50)
                   ? fuzzed("GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                   : "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
    }
  }

  static std::string whole(const std::string& method,
                           const std::string& target,
                           const std::string& body) {
    return fmt::format(
        "{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        method,
        target,
        body.size(),
        body);
  }

  static std::string post(const std::string& body) {
    return whole("POST", "/v1/scale-service?service=closed", body);
  }

  static std::string put(const std::string& body) {
    return whole("PUT", "/v1/services/closed", body);
  }

  static std::string alert_of_closed() {
    return R"({"groupKey":"g","status":"firing","alerts":[{"labels":{"a":"b"},"startsAt":"t"}],)"
           R"("groupLabels":{"service":"closed","scale":"up","by":"1"}})";
  }

  std::string nested_body() {
    const auto arrays = nested("[", random_.percent(50) ? "]" : "", deep);
    const auto objects = nested(R"({"a":)", "", deep);
    return random_.pick(std::vector<std::string>{arrays,
                                                 objects,
                                                 R"({"alerts":[{"labels":{"a":)" + arrays + "}}]}",
                                                 R"({"count":)" + arrays + "}",
                                                 R"({"groupLabels":{"service":)" + arrays + "}}"});
  }

  std::string fuzzed(std::string text) {
    const auto changes = 1 + random_.below(8);
    for (std::uint64_t i = 0; i < changes && !text.empty(); ++i)
      text[random_.below(text.size())] = static_cast<char>(random_.below(256));
    return text.substr(0, random_.below(4) == 0 ? random_.below(text.size() + 1) : text.size());
  }

  const std::vector<std::string> wrong_types{R"([])",
                                             R"("up")",
                                             R"({"groupLabels":[]})",
                                             R"({"groupLabels":{"service":{},"scale":"up"}})",
                                             R"({"groupLabels":{"scale":["up"]}})",
                                             R"({"alerts":{"a":1}})",
                                             R"({"alerts":[null,5]})",
                                             R"({"alerts":[{"labels":{"a":{}}}],"status":7})"};
  const std::vector<std::string> huge_numbers{
      R"({"count":99999999999999999999999})",
      R"({"count":1e400})",
      R"({"count":1e15,"current":-1})",
      R"({"groupLabels":{"scale":"up","by":18446744073709551616}})",
      R"({"groupLabels":{"scale":"up","by":")" + std::string(100'000, '9') + R"("}})"};
  const std::vector<std::string> methods{"GET", "PUT", "DELETE", "PATCH", "TRACE", "PO ST", "\x01"};
  RandomSource random_;
};

/// Who sends them, and others that never come to an end.
class Siege {
 public:
  Siege(std::string endpoint, std::uint64_t seed)
      : endpoint_(std::move(endpoint)), random_(seed), requests_(seed) {}

  void go_on(int count, Size size) {
    for (int i = 0; i < count; ++i) {
      const auto request = requests_.next(size);
      auto connection = std::make_unique<RawConnection>(endpoint_);
      if (random_.percent(80)) {
        connection->send(request);
        expect_refusal(*connection, request);
      } else {
        connection->send(request.substr(0, request.size() / 2));
        slow_.push_back(std::move(connection));
      }
      trickle();
    }
  }

 private:
  static void expect_refusal(RawConnection& connection, const std::string& request) {
    ::shutdown(connection.descriptor(), SHUT_WR);
    const auto reply = connection.read_to_end();
    INFO(request.substr(0, 300) << " -> " << reply);
    CHECK(connection.end() != RawConnection::End::timed_out);
    // Where nothing fires, which chance may bring about, nothing is asked for.
    CHECK((!reply.starts_with("HTTP/1.1 2") || holds(reply, "the alert is resolved: ignored")));
    CHECK_FALSE(reply.starts_with("HTTP/1.1 5"));
  }

  /// Each one that is slow sends a byte more; those that have been so for longest hang up.
  void trickle() {
    for (const auto& each : slow_)
      each->send("x");
    if (slow_.size() > 30) slow_.pop_front();
  }

  std::string endpoint_;
  RandomSource random_;
  BadRequests requests_;
  std::deque<std::unique_ptr<RawConnection>> slow_;
};

}  // namespace

TEST_CASE("A thousand bad requests change nothing, take no memory, and keep nobody waiting") {
  const auto seed = std::random_device{}();
  std::cout << "siege of a daemon: seed " << seed << "\n";
  DaemonProcessWorld world;
  world.declare("  my_app: {min: 1, max: 9, remote: true}\n  closed: {count: 0}\n");
  CalledDaemon daemon(world, gives_memory_back);
  INFO("seed " << seed);
  Siege siege(daemon.endpoint, seed);
  // Under a sanitizer each takes several times as long, and memory isn't measured.
  constexpr int part = sweep_stride == 1 ? 1 : 4;
  siege.go_on(500 / part, Size::small);
  const auto before = resident_bytes(daemon.program.pid());
  siege.go_on(1000 / part, Size::small);
  const auto after = resident_bytes(daemon.program.pid());
  siege.go_on(100 / part, Size::large);
  const auto before_large = resident_bytes(daemon.program.pid());
  siege.go_on(100 / part, Size::large);
  const auto after_large = resident_bytes(daemon.program.pid());
  CAPTURE(before, after, before_large, after_large);
  std::cout << fmt::format(
      "siege of a daemon: KB resident: {} before and {} after a thousand requests, {} and {} after "
      "a hundred large ones each\n",
      before / 1024,
      after / 1024,
      before_large / 1024,
      after_large / 1024);
  // A sanitizer keeps what was given back, and finds what is lost by itself.
  constexpr std::size_t less_than_one_kb_each = 400UL * 1024;
  constexpr std::size_t less_than_a_body_each = 10UL * 1024 * 1024;
  if (sweep_stride == 1) {
    CHECK(after < before + less_than_one_kb_each);
    CHECK(after_large < before_large + less_than_a_body_each);
  }

  const auto since = std::chrono::steady_clock::now();
  CHECK(daemon.caller.ask("GET", "/v1/ping") == "200 ");
  CHECK(daemon.caller.ask(alert_post()) ==
        "200 OK Scaling my_app from 1 to 2 replicas (min: 1, max: 9)");
  CHECK(std::chrono::steady_clock::now() - since < 2s);
  CHECK(daemon.is_settled_at(2));
  CHECK(ended_by(SIGTERM, daemon.program).exit_code == 0);
}
