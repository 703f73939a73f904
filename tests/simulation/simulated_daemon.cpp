#include "simulation/simulated_daemon.hpp"

#include <variant>

namespace scale_fleet {
namespace {

int daemons_so_far = 0;

/// Reads what there is to read since it read last.
class MeasuringSource : public MetricSource {
 public:
  explicit MeasuringSource(DaemonSurroundings& surroundings) : surroundings_(surroundings) {}

  Reading take(WallTime now) override {
    auto reading = surroundings_.measure(since_);
    since_ = now;
    return reading;
  }

  void await_first(Duration /*at_most*/) override {}

 private:
  DaemonSurroundings& surroundings_;
  WallTime since_{};
};

EtcdServers one_member(FakeEtcd& etcd) {
  std::vector<std::unique_ptr<HttpClient>> members;
  members.push_back(etcd.member("etcd"));
  return EtcdServers(std::move(members));
}

}  // namespace

/// What a keeper's thread does for a real daemon happens here whenever an action asks.
class SimulatedDaemon::Stop : public StopRequest {
 public:
  explicit Stop(SimulatedDaemon& daemon) : daemon_(daemon) {}

  std::optional<int> signal() const override { return std::nullopt; }

  bool requested() const override { return !daemon_.lease_ || !daemon_.lease_->refresh_if_due(); }

 private:
  SimulatedDaemon& daemon_;
};

class SimulatedDaemon::Actions : public ActionRunner {
 public:
  Actions(SimulatedDaemon& daemon, SandboxWorld& sandbox) : daemon_(daemon), sandbox_(sandbox) {}

  void start(ActionOrder order) override {
    const auto began = sandbox_.clock.now();
    daemon_.doing_ = Doing{.service = order.service.service.display_name(),
                           .asked_by = order.decision.asked_by,
                           .since = began,
                           .demands = order.decision.carried_out,
                           .decided = daemon_.turn_began_};
    daemon_.surroundings_.on_begun(order.decision);
    const World world{.fleet = *daemon_.fleet_,
                      .clock = sandbox_.clock,
                      .stop = *daemon_.stop_,
                      .progress = daemon_.progress_};
    auto report = carry_out(world, order);
    daemon_.doing_.reset();
    const auto ended = sandbox_.clock.now();
    ended_.push_back({.order = std::move(order),
                      .report = std::move(report),
                      .ended = ended,
                      .took = std::chrono::duration_cast<Millis>(ended - began)});
  }

  std::vector<ActionEnd> take_ended() override { return std::exchange(ended_, {}); }

  void interrupt(const std::string& /*service*/) override {}

  void stop() override {}

 private:
  SimulatedDaemon& daemon_;
  SandboxWorld& sandbox_;
  std::vector<ActionEnd> ended_;
};

SimulatedDaemon::SimulatedDaemon(DaemonSurroundings& surroundings, std::string name)
    : surroundings_(surroundings),
      name_(std::move(name)),
      token_("token-" + std::to_string(++daemons_so_far)),
      http_(surroundings.sandbox),
      servers_(one_member(surroundings.etcd)),
      desk_(surroundings.state, [] {}),
      stop_(std::make_unique<Stop>(*this)),
      fleet_(make_http_fleet_api({.http = http_,
                                  .clock = surroundings.sandbox.clock,
                                  .stop = *stop_,
                                  .retry = {.retries = 3},
                                  .random = [] { return 0.5; },
                                  .on_retry = [](const std::string&) {}})),
      actions_(std::make_unique<Actions>(*this, surroundings.sandbox)) {
  Daemon::Sources sources;
  sources.push_back(std::make_unique<MeasuringSource>(surroundings));
  daemon_ = std::make_unique<Daemon>(DaemonWorld{.fleet = *fleet_,
                                                 .clock = surroundings.sandbox.clock,
                                                 .wall_time = surroundings.wall_time,
                                                 .state = surroundings.state,
                                                 .events = surroundings.events,
                                                 .actions = *actions_,
                                                 .progress = progress_,
                                                 .leads = [this] { return leads(); },
                                                 .may_go_on = [this] { return lease_ != nullptr; },
                                                 .desk = &desk_},
                                     DaemonOptions{},
                                     surroundings.declared,
                                     std::move(sources));
}

SimulatedDaemon::~SimulatedDaemon() {
  // A process that dies tells nobody: its lease stays until etcd forgets it.
  if (lease_) surroundings_.etcd.faults.assign(2, EtcdFault::not_connected);
  lease_.reset();
  surroundings_.etcd.faults.clear();
}

void SimulatedDaemon::tick() {
  turn_began_ = surroundings_.wall_time();
  daemon_->tick();
  says_it_leads_ = daemon_->status().is_leader;
}

void SimulatedDaemon::end() {
  daemon_->finish();
  desk_.work();
  if (lease_) static_cast<void>(lease_->release());
  lease_.reset();
}

bool SimulatedDaemon::holds_lease() const {
  const auto key = surroundings_.etcd.key(daemon_lease_target);
  return key && key->value.find("token=" + token_ + " ") != std::string::npos;
}

bool SimulatedDaemon::leads() {
  if (lease_ && lease_->refresh_if_due()) return true;
  lease_.reset();
  auto tried = try_lease(servers_,
                         surroundings_.sandbox.clock,
                         {.service = "_daemon", .holder = {.user = name_, .token = token_}});
  if (!tried || !std::holds_alternative<std::unique_ptr<Lease>>(*tried)) return false;
  lease_ = std::move(std::get<std::unique_ptr<Lease>>(*tried));
  return true;
}

}  // namespace scale_fleet
