#include "etcd/key_request.hpp"

#include "scale_fleet/etcd/etcd_servers.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("A service's lease has a key of its own, whatever the service is called") {
  struct Row {
    const char* service;
    const char* target;
  };

  for (const auto& row : {
           Row{"my_app", "/v2/keys/scale-fleet/locks/my_app"},
           Row{"example:1.0.0", "/v2/keys/scale-fleet/locks/example%3A1.0.0"},
           Row{"backup@.timer", "/v2/keys/scale-fleet/locks/backup%40.timer"},
           Row{"a\\b", "/v2/keys/scale-fleet/locks/a%5Cb"},
           Row{".", "/v2/keys/scale-fleet/locks/.%40"},
           Row{"..", "/v2/keys/scale-fleet/locks/..%40"},
       }) {
    CHECK(lease_target(row.service) == row.target);
  }
}

TEST_CASE("Requests say on what condition they may be carried out") {
  const auto create = create_key("/v2/keys/x", "a b=\xc3\xa4\n", 30s);
  CHECK(create.method == "PUT");
  CHECK(create.target == "/v2/keys/x");
  CHECK(create.body == "prevExist=false&ttl=30&value=a%20b%3D%C3%A4%0A");
  REQUIRE(create.headers.size() == 1);
  CHECK(create.headers[0].second == "application/x-www-form-urlencoded");
  CHECK(refresh_key("/v2/keys/x", "a&b", 30s).body == "prevValue=a%26b&ttl=30&value=a%26b");
  CHECK(remove_key("/v2/keys/x", "a&b").target == "/v2/keys/x?prevValue=a%26b");
  CHECK(read_key("/v2/keys/x").target == "/v2/keys/x?quorum=true");
}

TEST_CASE("Replies are sorted by what may have happened to the key") {
  struct Row {
    int status;
    const char* body;
    KeyAnswer answer;
  };

  for (const auto& row : {
           Row{201, R"({"action":"create","node":{"value":"v","ttl":30}})", KeyAnswer::done},
           Row{200, R"({"action":"compareAndDelete","node":{}})", KeyAnswer::done},
           Row{404, R"({"errorCode":100,"message":"Key not found"})", KeyAnswer::missing},
           Row{412, R"({"errorCode":101,"message":"Compare failed"})", KeyAnswer::differs},
           Row{412, R"({"errorCode":105,"message":"Key already exists"})", KeyAnswer::differs},
           Row{403, R"({"errorCode":102,"message":"Not a file"})", KeyAnswer::refused},
           Row{401, R"({"errorCode":110,"message":null})", KeyAnswer::refused},
           Row{500, R"({"errorCode":300,"message":"Raft Internal Error"})", KeyAnswer::unclear},
           Row{503, "", KeyAnswer::unclear},
           Row{502, "<html>", KeyAnswer::unclear},
           Row{404, "404 page not found", KeyAnswer::refused},
           Row{307, "", KeyAnswer::refused},
           Row{200, "<html>", KeyAnswer::refused},
           Row{200, "[]", KeyAnswer::refused},
           Row{200, R"({"node":5})", KeyAnswer::refused},
           Row{200, R"({"errorCode":"100"})", KeyAnswer::refused},
       }) {
    INFO(row.status << " " << row.body);
    const auto reply =
        read_key_reply(HttpResponse{.status = row.status, .headers = {}, .body = row.body});
    CHECK(reply.answer == row.answer);
    CHECK(reply.message.empty() == (row.answer == KeyAnswer::done));
  }
}

TEST_CASE("A transport that failed leaves open only what was sent") {
  struct Row {
    TransportFailure failure;
    KeyAnswer answer;
  };

  for (const auto& row : {
           Row{TransportFailure::not_connected, KeyAnswer::unreachable},
           Row{TransportFailure::not_resolved, KeyAnswer::unreachable},
           Row{TransportFailure::not_trusted, KeyAnswer::unreachable},
           Row{TransportFailure::timed_out, KeyAnswer::unclear},
           Row{TransportFailure::broken_off, KeyAnswer::unclear},
           Row{TransportFailure::unreadable, KeyAnswer::unclear},
       }) {
    const auto reply = read_key_reply(
        tl::unexpected(TransportError{.failure = row.failure, .message = "what it said"}));
    CHECK(reply.answer == row.answer);
    CHECK(reply.message == "what it said");
  }
}

TEST_CASE("Addresses of etcd are taken apart at commas, and each is checked") {
  const auto two = parse_etcd_endpoints("http://one:2379,https://u:p@two:2379");
  REQUIRE(two);
  REQUIRE(two->size() == 2);
  CHECK(two->at(0).display() == "http://one:2379");
  CHECK(two->at(1).display() == "https://two:2379");
  for (const auto* wrong :
       {"", "one:2379", "http://one,", ",http://one", "http://one,,http://two"}) {
    INFO(wrong);
    const auto endpoints = parse_etcd_endpoints(wrong);
    REQUIRE_FALSE(endpoints);
    CHECK(endpoints.error().kind == ErrorKind::usage);
  }
}
