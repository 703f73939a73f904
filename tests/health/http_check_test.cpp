#include "scale_fleet/health/http_check.hpp"

#include <set>

#include <fmt/format.h>

#include "health/check_targets.hpp"
#include "scale_fleet/health/make_health_check.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

struct Asking {
  std::string url;
  std::vector<CheckTarget> targets{target(1)};
  Duration timeout = 20s;
};

std::vector<CheckAnswer> ask(const Asking& asking, const StopRequest& stop = no_stop()) {
  auto check = make_health_check({.http = asking.url, .timeout = asking.timeout},
                                 {.clock = steady_clock(), .stop = stop});
  REQUIRE(check);
  REQUIRE(*check);
  return (*check)->ask(asking.targets);
}

CheckAnswer ask_one(const Asking& asking) {
  auto answers = ask(asking);
  REQUIRE(answers.size() == 1);
  return answers.front();
}

std::unique_ptr<HttpServer> serve_always(const HttpReply& reply) {
  return serve([reply](const HttpRequest&) { return reply; });
}

HttpReply with_status(int status) {
  HttpReply reply;
  reply.response.status = status;
  if (status / 100 == 3) reply.response.headers = {{"Location", "http://127.0.0.1:1/"}};
  return reply;
}

HttpReply late() {
  HttpReply reply;
  reply.delay = 60s;
  return reply;
}

/// `41234`
InstanceNumber port_of(const HttpServer& server) {
  const auto endpoint = server.endpoint();
  return static_cast<InstanceNumber>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
}

}  // namespace

TEST_CASE("An instance is healthy that answers with 200 to 399") {
  struct Row {
    int status;
    bool is_healthy;
  };

  for (const auto& row : {Row{200, true},
                          Row{204, true},
                          Row{301, true},
                          Row{399, true},
                          Row{400, false},
                          Row{404, false},
                          Row{500, false},
                          Row{503, false}}) {
    CAPTURE(row.status);
    const auto server = serve_always(with_status(row.status));
    const auto answer = ask_one({.url = server->endpoint() + "/health"});
    CHECK(answer.is_healthy == row.is_healthy);
    CHECK(answer.said ==
          (row.is_healthy ? std::string()
                          : fmt::format("{}/health answered {}", server->endpoint(), row.status)));
  }
}

TEST_CASE("One that doesn't answer as it should says why") {
  std::string gone;
  {
    const auto server = serve_always(with_status(200));
    gone = server->endpoint();
  }
  HttpReply closed;
  closed.delivery = Delivery::closed;
  HttpReply garbage;
  garbage.delivery = Delivery::garbage;
  HttpReply cut = with_status(200);
  cut.response.body = "not all of this";
  cut.delivery = Delivery::cut;
  const auto closing = serve_always(closed);
  const auto silent = serve_always(late());
  const auto cutting = serve_always(cut);
  const auto babbling = serve_always(garbage);
  const auto healthy = serve_always(with_status(200));
  const auto tls = "https://" + healthy->endpoint().substr(std::string("http://").size());

  struct Row {
    std::string url;
    std::string said;
  };

  for (const auto& row :
       {Row{gone, gone + "/ refused the connection"},
        Row{closing->endpoint(), closing->endpoint() + "/ broke the connection off: "},
        Row{cutting->endpoint(), cutting->endpoint() + "/ broke the connection off: "},
        Row{babbling->endpoint(), babbling->endpoint() + "/ answered what can't be read: "},
        Row{tls, tls + "/ is not trusted: "},
        Row{"http://nonexistent.invalid/",
            "http://nonexistent.invalid/ names a host that is not known: "}}) {
    CAPTURE(row.url);
    const auto answer = ask_one({.url = row.url});
    CHECK_FALSE(answer.is_healthy);
    CAPTURE(answer.said);
    CHECK(answer.said.starts_with(row.said));
  }
  const auto answer = ask_one({.url = silent->endpoint() + "/x", .timeout = 250ms});
  CHECK_FALSE(answer.is_healthy);
  CHECK(answer.said == silent->endpoint() + "/x did not answer within 0.25 s");
}

TEST_CASE("Every end of a request is a healthy answer or has its words") {
  /// Ends every request so.
  class ScriptedClient : public HttpClient {
   public:
    explicit ScriptedClient(HttpResult result) : result_(std::move(result)) {}

    void start(RequestId id, const HttpRequest& request) override {
      id_ = id;
      CHECK(request.method == "GET");
      CHECK(request.on_fresh_connection);
    }

    std::vector<EndedRequest> wait(TimePoint) override { return {{.id = id_, .result = result_}}; }

    std::string display_endpoint() const override { return ""; }

   private:
    HttpResult result_;
    RequestId id_ = 0;
  };

  struct Row {
    HttpResult result;
    const char* said;
  };

  const auto failed = [](TransportFailure failure, bool was_refused = false) {
    return tl::unexpected(
        TransportError{.failure = failure, .message = "why", .was_refused = was_refused});
  };
  for (const auto& row : std::vector<Row>{
           {HttpResponse{.status = 199}, " answered 199"},
           {HttpResponse{.status = 200}, ""},
           {HttpResponse{.status = 399}, ""},
           {HttpResponse{.status = 400}, " answered 400"},
           {failed(TransportFailure::not_connected), " can't be reached: why"},
           {failed(TransportFailure::not_connected, true), " refused the connection"},
           {failed(TransportFailure::not_resolved), " names a host that is not known: why"},
           {failed(TransportFailure::not_trusted), " is not trusted: why"},
           {failed(TransportFailure::timed_out), " did not answer within 1.5 s"},
           {failed(TransportFailure::broken_off), " broke the connection off: why"},
           {failed(TransportFailure::unreadable), " answered what can't be read: why"}}) {
    CAPTURE(row.said);
    HttpCheck check(*UrlPattern::parse(":80/"),
                    std::make_unique<ScriptedClient>(row.result),
                    steady_clock(),
                    no_stop(),
                    1500ms);
    const auto answer = check.ask({target(1)}).at(0);
    const std::string said(row.said);
    CHECK(answer.is_healthy == said.empty());
    CHECK(answer.said == (said.empty() ? "" : "http://127.0.0.1:80/" + said));
  }
}

TEST_CASE("All instances are asked at once, each at its own server") {
  const auto fine = serve_always(with_status(200));
  const auto ill = serve_always(with_status(503));
  const auto silent = serve_always(late());
  const auto begun = steady_clock().now();
  std::vector<CheckTarget> targets;
  for (int i = 0; i < 10; ++i) {
    for (const auto* server : {silent.get(), fine.get(), ill.get()})
      targets.push_back(target(port_of(*server)));
  }
  targets.push_back(target(1, ""));
  const auto answers = ask({.url = ":%i/", .targets = targets, .timeout = 500ms});
  // One after another, the silent ones alone would last ten times as long.
  CHECK(steady_clock().now() - begun < 4s);
  REQUIRE(answers.size() == targets.size());
  for (std::size_t i = 0; i < 30; i += 3) {
    CHECK(answers[i].said == silent->endpoint() + "/ did not answer within 0.5 s");
    CHECK(answers[i + 1].is_healthy);
    CHECK(answers[i + 2].said == ill->endpoint() + "/ answered 503");
  }
  CHECK_FALSE(answers[30].is_healthy);
  CHECK(answers[30].said == "Fleet doesn't know the address of its machine (%h)");
}

TEST_CASE("An instance on IPv6 is asked at a bracketed address") {
  auto server = HttpServer::listen("[::1]:0", [](const HttpRequest&) { return with_status(500); });
  if (!server) {
    WARN("this machine has no IPv6: not tested");
    return;
  }
  const auto port = port_of(**server);
  const auto answers = ask({.url = ":%i/health", .targets = {target(port, "::1")}});
  CHECK(answers.at(0).said == fmt::format("http://[::1]:{}/health answered 500", port));
}

TEST_CASE("Credentials reach the instance and no message") {
  std::string authorization;
  const auto server = serve([&](const HttpRequest& request) {
    for (const auto& [name, value] : request.headers)
      if (name == "Authorization") authorization = value;
    return with_status(401);
  });
  const auto port = port_of(*server);
  const auto url = fmt::format("http://me:s3cret@%h:{}/", port);
  CHECK(ask_one({.url = url}).said == fmt::format("http://127.0.0.1:{}/ answered 401", port));
  CHECK(authorization == "Basic bWU6czNjcmV0");
  CHECK(ask_one({.url = url + "?token=t0p"}).said ==
        fmt::format("http://127.0.0.1:{}/?… answered 401", port));
}

TEST_CASE("Of a body that is too long to be read the head tells enough") {
  for (const int status : {200, 503}) {
    auto reply = with_status(status);
    reply.response.body = std::string(1'000'000, 'x');
    const auto server = serve_always(reply);
    const auto answer = ask_one({.url = server->endpoint()});
    CHECK(answer.is_healthy == (status == 200));
    CHECK(answer.said == (status == 200 ? "" : server->endpoint() + "/ answered 503"));
  }
}

TEST_CASE("A stop request ends the asking, and what had come by then counts") {
  /// Ends one request with 200 at each wait; the others never.
  class SlowClient : public HttpClient {
   public:
    void start(RequestId id, const HttpRequest&) override { under_way_.insert(id); }

    std::vector<EndedRequest> wait(TimePoint) override {
      const auto first = *under_way_.begin();
      under_way_.erase(under_way_.begin());
      return {{.id = first, .result = HttpResponse{}}};
    }

    std::string display_endpoint() const override { return ""; }

   private:
    std::set<RequestId> under_way_;
  };

  const StopAtLook stop(3);
  HttpCheck check(
      *UrlPattern::parse(":80/"), std::make_unique<SlowClient>(), steady_clock(), stop, 20s);
  auto answers = check.ask(targets_to(4));
  REQUIRE(answers.size() == 4);
  CHECK(answers[0].is_healthy);
  CHECK(answers[1].is_healthy);
  for (const auto place : {2U, 3U}) {
    CHECK_FALSE(answers[place].is_healthy);
    CHECK(answers[place].said == "http://127.0.0.1:80/ was not waited for: interrupted");
  }
}

TEST_CASE("An answer that comes after its time isn't taken for the next one's") {
  /// Ends at each wait all that was started before the wait before.
  class LateClient : public HttpClient {
   public:
    void start(RequestId id, const HttpRequest&) override { started_.push_back(id); }

    std::vector<EndedRequest> wait(TimePoint until) override {
      std::vector<EndedRequest> ended;
      for (const auto id : std::exchange(late_, std::exchange(started_, {})))
        ended.push_back({.id = id, .result = HttpResponse{}});
      clock.reached = until;
      return ended;
    }

    std::string display_endpoint() const override { return ""; }

    struct LeapingClock : Clock {
      TimePoint now() const override { return reached; }

      void wait_until(TimePoint until) override { reached = until; }

      TimePoint reached = TimePoint{} + 1h;
    } clock;

   private:
    std::vector<RequestId> started_;
    std::vector<RequestId> late_;
  };

  auto owned = std::make_unique<LateClient>();
  auto& client = *owned;
  HttpCheck check(*UrlPattern::parse(":80/"), std::move(owned), client.clock, no_stop(), 2s);
  for (int turn = 0; turn < 3; ++turn) {
    const auto answers = check.ask({target(1)});
    CHECK(answers.at(0).said == "http://127.0.0.1:80/ did not answer within 2 s");
  }
}
