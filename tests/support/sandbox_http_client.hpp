#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/sandbox/fault_plan.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"
#include "support/fake_clock.hpp"

namespace scale_fleet {

/// A sandbox and the time that passes in it. Faults are added to `faults`; to play the world, first
/// catch_up(), then change the cluster.
struct SandboxWorld {
  explicit SandboxWorld(SandboxSettings settings = {}, std::vector<Fault> fault_list = {})
      : cluster(std::move(settings), clock.now()), api(cluster), faults(std::move(fault_list)) {}

  /// Brings the cluster to the clock's time, event by event.
  void catch_up() {
    for (auto next = cluster.next_event(); after_event && next && *next <= clock.now();
         next = cluster.next_event()) {
      cluster.advance_to(*next);
      after_event();
    }
    cluster.advance_to(clock.now());
  }

  /// Lets so much time pass, for the cluster too.
  void pass(Duration duration) {
    clock.advance(duration);
    catch_up();
  }

  FakeClock clock;
  SandboxCluster cluster;
  SandboxApi api;
  FaultPlan faults;
  Duration latency = std::chrono::milliseconds{1};  ///< From start() to the server.
  Duration request_timeout = std::chrono::seconds{5};
  /// Called whenever something has happened in the cluster by itself, and when a request has acted.
  std::function<void()> after_event = {};
};

/// A request that was started.
struct SeenRequest {
  RequestId id = 0;
  std::string method;
  std::string target;
  std::string body;
  TimePoint started;
};

/// A sandbox's API without a network: a request reaches the API one latency after start() and acts
/// then, whatever becomes of its reply; wait() moves the world's clock.
class SandboxHttpClient : public HttpClient {
 public:
  /// `world` must outlive the client; several clients may share one, each waiting in turn.
  explicit SandboxHttpClient(SandboxWorld& world) : world_(world) {}

  void start(RequestId id, const HttpRequest& request) override;
  /// Returns early where the clock is interrupted (FakeClock::interrupt_at). Throws where it is
  /// asked again and again to wait for no time, as by a loop that would spin.
  std::vector<EndedRequest> wait(TimePoint until) override;

  std::string display_endpoint() const override { return "http://sandbox"; }

  /// All that were started, in that order.
  const std::vector<SeenRequest>& requests() const { return requests_; }

  std::size_t in_flight() const { return under_way_.size() + answered_.size(); }

  /// Called for each request as it reaches the API, before it acts: for others to act first.
  std::function<void(const HttpRequest&)> before_acting;
  /// Called once it has acted, or a fault has kept it from acting.
  std::function<void(const HttpRequest&)> after_acting;
  /// Asked for a fault where the world's plan has none for a request.
  std::function<std::optional<Fault>(const HttpRequest&)> other_fault;

  /// How many requests a fault befell.
  std::size_t faults() const { return faults_; }

 private:
  struct UnderWay {
    RequestId id = 0;
    HttpRequest request;
    TimePoint started;
  };

  struct Answered {
    EndedRequest ended;
    TimePoint at;
  };

  TimePoint next_moment() const;
  void arrive();
  Answered answer(const UnderWay& arrived);
  std::vector<EndedRequest> take_ended();

  SandboxWorld& world_;
  std::vector<UnderWay> under_way_;  // In the order of their start, and so of their arrival.
  std::vector<Answered> answered_;
  std::vector<SeenRequest> requests_;
  std::size_t faults_ = 0;
  int waits_in_vain_ = 0;
};

}  // namespace scale_fleet
