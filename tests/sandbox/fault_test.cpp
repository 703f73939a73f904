#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "scale_fleet/sandbox/fault_plan.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Fault parsed(const char* spec) {
  const auto fault = parse_fault(spec);
  INFO(spec << ": " << (fault ? "" : fault.error().message));
  REQUIRE(fault);
  return *fault;
}

/// An API that counts what it did and always answers with the same page.
struct Counted {
  int acted = 0;
  FaultyApi api;

  explicit Counted(FaultPlan plan)
      : api(
            [this](const HttpRequest&, TimePoint) {
              ++acted;
              HttpReply reply;
              reply.response = {.status = 200,
                                .headers = {{"Server", "fleetd/v1.0.0"}},
                                .body = R"({"nextPageToken":"ZAACAA==","units":[1,2,3]})"};
              return reply;
            },
            std::move(plan)) {}
};

const HttpRequest get_units{
    .method = "GET", .target = "/fleet/v1/units", .headers = {}, .body = {}};

}  // namespace

TEST_CASE("A fault is read from its text") {
  const auto fault = parsed("PUT:/units/my_app@3.service:1:status=500");
  CHECK(fault.method == "PUT");
  CHECK(fault.path == "/units/my_app@3.service");
  CHECK(fault.first_turn == 1);
  CHECK(fault.last_turn == 1);
  CHECK(fault.kind == FaultKind::status);
  CHECK(fault.status == 500);
  CHECK(fault.message.empty());
}

TEST_CASE("Each kind of fault has its word") {
  struct Row {
    const char* spec;
    Fault fault;
  };

  const Row rows[] = {
      {"*:*:*:reset", {.kind = FaultKind::reset}},
      {"*:*:*:reset-after", {.kind = FaultKind::reset_after}},
      {"*:*:*:close", {.kind = FaultKind::close}},
      {"*:*:*:close-after", {.kind = FaultKind::close_after}},
      {"*:*:*:refused", {.kind = FaultKind::refused}},
      {"*:*:*:redirect", {.kind = FaultKind::redirect}},
      {"*:*:*:cut", {.kind = FaultKind::cut}},
      {"*:*:*:garbage", {.kind = FaultKind::garbage}},
      {"*:*:*:repeat-token", {.kind = FaultKind::repeat_token}},
      {"*:*:*:delay=1500", {.kind = FaultKind::delay, .duration = 1500ms}},
      {"*:*:*:unavailable-for=30", {.kind = FaultKind::unavailable, .duration = 30s}},
      {"*:*:*:status=502,html", {.kind = FaultKind::html, .status = 502}},
      {"*:*:*:status=409,no: really",
       {.kind = FaultKind::status, .status = 409, .message = "no: really"}},
      {"GET:/units/a:1:b@2.service:2-4:reset",
       {.method = "GET",
        .path = "/units/a:1:b@2.service",
        .first_turn = 2,
        .last_turn = 4,
        .kind = FaultKind::reset}},
      {"P*:/units/*:>3:close",
       {.method = "P*", .path = "/units/*", .first_turn = 4, .kind = FaultKind::close}},
  };
  for (const auto& row : rows) {
    INFO(row.spec);
    CHECK(parsed(row.spec) == row.fault);
  }
}

TEST_CASE("A fault that can't be read is a usage error that names the piece") {
  struct Row {
    const char* spec;
    const char* piece;
  };

  for (const auto& row : {Row{"", "METHOD:PATH:TURN:KIND"},
                          Row{"PUT", "METHOD:PATH:TURN:KIND"},
                          Row{"PUT:/units:reset", "METHOD:PATH:TURN:KIND"},
                          Row{"PUT:/units:1:explode", "'explode' is not a kind"},
                          Row{"PUT:/units:1:status=999", "'status=999' is not a kind"},
                          Row{"PUT:/units:1:status=5x", "'status=5x' is not a kind"},
                          Row{"PUT:/units:1:delay=-1", "'delay=-1' is not a kind"},
                          Row{"PUT:/units:0:reset", "'0' is not a turn"},
                          Row{"PUT:/units:4-2:reset", "'4-2' is not a turn"},
                          Row{"PUT:/units:x:reset", "'x' is not a turn"},
                          Row{"PUT:units:1:reset", "a path begins with a slash"}}) {
    INFO(row.spec);
    const auto fault = parse_fault(row.spec);
    REQUIRE_FALSE(fault);
    CHECK(fault.error().kind == ErrorKind::usage);
    CHECK(fault.error().message.find(row.piece) != std::string::npos);
  }
}

TEST_CASE("A fault befalls the requests that it names, in their turn") {
  struct Row {
    const char* spec;
    const char* befallen;  // Of five requests in a row.
  };

  for (const auto& row : {Row{"GET:/units:1:reset", "x...."},
                          Row{"GET:/units:2-3:reset", ".xx.."},
                          Row{"GET:/units:>3:reset", "...xx"},
                          Row{"*:*:*:reset", "xxxxx"},
                          Row{"GET:/fleet/v1/units:5:reset", "....x"},
                          Row{"GET:/units?nextPageToken=*:1:reset", "....."},
                          Row{"PUT:/units:*:reset", "....."},
                          Row{"GET:/unit:*:reset", "....."},
                          Row{"GET:/state:*:reset", "....."}}) {
    Counted counted(FaultPlan({parsed(row.spec)}));
    std::string befallen;
    for (int i = 0; i < 5; ++i) {
      const auto reply = counted.api.handle(get_units, TimePoint{});
      befallen += reply.delivery == Delivery::reset ? 'x' : '.';
    }
    INFO(row.spec);
    CHECK(befallen == row.befallen);
  }
}

TEST_CASE("Stars take as much as is needed, however many there are") {
  struct Row {
    std::string path;
    bool matches;
  };

  const std::string target = "/" + std::string(500, 'a') + "b";
  std::string many = "/";
  for (int i = 0; i < 100; ++i)
    many += "*a";
  for (const auto& row : {Row{"*", true},
                          Row{"/a*b", true},
                          Row{"/*", true},
                          Row{"*b*", true},
                          Row{"*bb", false},
                          Row{"/*b*a", false},
                          Row{"*a*b", true},
                          Row{many, false},
                          Row{many + "*", true},
                          Row{many + "b", true},
                          Row{many + "c", false}}) {
    Counted counted(FaultPlan({parsed(("GET:" + row.path + ":1:reset").c_str())}));
    const auto reply = counted.api.handle({.target = target}, TimePoint{});
    INFO(row.path);
    CHECK((reply.delivery == Delivery::reset) == row.matches);
  }
}

TEST_CASE("A path is compared decoded, under either prefix") {
  for (const auto* target :
       {"/fleet/v1/units/a%402.service", "/v1-alpha/units/a@2.service?alt=x"}) {
    Counted counted(FaultPlan({parsed("DELETE:/units/a@2.service:1:reset")}));
    const auto reply = counted.api.handle(
        {.method = "DELETE", .target = target, .headers = {}, .body = {}}, TimePoint{});
    CHECK(reply.delivery == Delivery::reset);
  }
}

TEST_CASE("A fault decides whether the request acts and how the reply arrives") {
  struct Row {
    const char* kind;
    int acted;
    Delivery delivery;
    int status;
  };

  for (const auto& row : {Row{"status=500", 0, Delivery::whole, 500},
                          Row{"status=502,html", 0, Delivery::whole, 502},
                          Row{"redirect", 0, Delivery::whole, 301},
                          Row{"reset", 0, Delivery::reset, 200},
                          Row{"refused", 0, Delivery::reset, 200},
                          Row{"close", 0, Delivery::closed, 200},
                          Row{"reset-after", 1, Delivery::reset, 200},
                          Row{"close-after", 1, Delivery::closed, 200},
                          Row{"delay=5", 1, Delivery::whole, 200},
                          Row{"cut", 1, Delivery::cut, 200},
                          Row{"garbage", 1, Delivery::garbage, 200},
                          Row{"repeat-token", 1, Delivery::whole, 200},
                          Row{"unavailable-for=5", 0, Delivery::whole, 503}}) {
    Counted counted(FaultPlan({parsed((std::string("*:*:1:") + row.kind).c_str())}));
    const auto reply = counted.api.handle(get_units, TimePoint{});
    INFO(row.kind);
    CHECK(counted.acted == row.acted);
    CHECK(reply.delivery == row.delivery);
    CHECK(reply.response.status == row.status);
    CHECK(reply.delay == (std::string(row.kind) == "delay=5" ? 5ms : 0ms));
  }
}

TEST_CASE("An injected status has Fleet's empty message, unless it is given one") {
  Counted counted(FaultPlan({parsed("*:*:1:status=500"), parsed("*:*:2:status=409,taken")}));
  const auto first = counted.api.handle(get_units, TimePoint{});
  CHECK(first.response.body == R"({"error":{"code":500,"message":""}})");
  CHECK(first.response.header("Server") == "fleetd/v1.0.0");
  const auto second = counted.api.handle(get_units, TimePoint{});
  CHECK(second.response.body == R"({"error":{"code":409,"message":"taken"}})");
}

TEST_CASE("Fleet without etcd refuses everything, nameless, and is well again in time") {
  Counted counted(FaultPlan({parsed("PUT:/units/*:*:unavailable-for=30")}));
  const HttpRequest put{.method = "PUT", .target = "/fleet/v1/units/a", .headers = {}, .body = {}};
  CHECK(counted.api.handle(get_units, TimePoint{}).response.status == 200);
  const auto refused = counted.api.handle(put, TimePoint{} + 1s);
  CHECK(refused.response.status == 503);
  CHECK(refused.response.header("Server").empty());
  CHECK(counted.api.handle(get_units, TimePoint{} + 30s).response.status == 503);
  CHECK(counted.api.handle(get_units, TimePoint{} + 31s).response.status == 200);
  CHECK(counted.api.handle(put, TimePoint{} + 32s).response.status == 200);
}

TEST_CASE("A repeated token leads to the page that it stands on") {
  Counted counted(FaultPlan({parsed("GET:/units:*:repeat-token")}));
  const auto token = [&](const char* target) {
    const auto reply = counted.api.handle(
        {.method = "GET", .target = target, .headers = {}, .body = {}}, TimePoint{});
    return nlohmann::json::parse(reply.response.body)["nextPageToken"].get<std::string>();
  };
  CHECK(token("/fleet/v1/units?nextPageToken=AwAFAA%3D%3D") == "AwAFAA==");
  CHECK(token("/fleet/v1/units") == "AwABAA==");
}
