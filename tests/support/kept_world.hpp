#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scale_fleet/commands/declared_scale.hpp"
#include "scale_fleet/daemon/daemon.hpp"
#include "support/map_state_store.hpp"
#include "support/scale_world.hpp"

namespace scale_fleet {

class RecordedEvents : public EventSink {
 public:
  Outcome record(const Event& event) override {
    events.push_back(event);
    return {};
  }

  /// `LAUNCH my_app 0 -> 2 min`, one for each.
  std::vector<std::string> lines() const {
    const auto shown = [](const std::optional<InstanceCount>& count) {
      return count ? std::to_string(*count) : std::string("?");
    };
    std::vector<std::string> all;
    for (const auto& event : events) {
      all.push_back(event_type(event) + " " + event.service + " " + shown(event.before) + " -> " +
                    shown(event.after) + " " + event.asked_by);
    }
    return all;
  }

  std::vector<Event> events;
};

/// Gives what it was told to, once.
class ToldSource : public MetricSource {
 public:
  explicit ToldSource(Reading& next) : next_(next) {}

  Reading take(WallTime) override { return std::exchange(next_, {}); }

  void await_first(Duration) override {}

 private:
  Reading& next_;
};

/// Carries orders out at once, one after the other, in the world of the test.
class ActionsAtOnce : public ActionRunner {
 public:
  explicit ActionsAtOnce(ScaleWorld& world) : world_(world) {}

  void start(ActionOrder order) override {
    started.push_back(order);
    if (before_carrying_out) before_carrying_out();
    const auto began = world_.sandbox.clock.now();
    ActionEnd end{.order = std::move(order), .report = {}, .ended = {}};
    end.report = carry_out(world_.world(), end.order);
    end.ended = world_.sandbox.clock.now();
    end.took = std::chrono::duration_cast<Millis>(end.ended - began);
    ended_.push_back(std::move(end));
  }

  std::vector<ActionEnd> take_ended() override {
    if (is_holding) return {};
    return std::exchange(ended_, {});
  }

  void interrupt(const std::string& service) override { interrupted.push_back(service); }

  void stop() override { is_holding = false; }

  std::vector<std::string> interrupted;
  std::function<void()> before_carrying_out;

  std::vector<ActionOrder> started;
  bool is_holding = false;  ///< Whether the ends are kept back, as of an action that lasts.

 private:
  ScaleWorld& world_;
  std::vector<ActionEnd> ended_;
};

/// A daemon on a sandbox, its time the sandbox's: no network, no thread, nothing that waits.
class KeptWorld {
 public:
  explicit KeptWorld(SandboxSettings settings = {}) : fleet(std::move(settings)) {
    fleet.sandbox.cluster.put_unit("my_app@.service", plain_options(), JobState::inactive);
    fleet.sandbox.pass(std::chrono::seconds(10));
  }

  WallTime wall_time() const {
    // 2026-11-21T08:00:00Z, a Saturday, when the world begins.
    constexpr WallTime begin(Millis(1'795'248'000'000));
    return begin + std::chrono::duration_cast<Millis>(fleet.sandbox.clock.now() - begun_);
  }

  /// A file with one service, `my_app`.
  static DeclaredState declared(ServicePolicy policy, const std::string& name = "my_app") {
    DeclaredState state;
    state.file.path = "services.yaml";
    state.file.services.push_back(service(std::move(policy), name));
    return state;
  }

  static DeclaredService service(ServicePolicy policy, const std::string& name = "my_app") {
    return {.service = *Service::parse(name), .policy = std::move(policy)};
  }

  Daemon& start(DeclaredState declared, DaemonOptions options = {}) {
    Daemon::Sources sources;
    sources.push_back(std::make_unique<ToldSource>(reading));
    daemon = std::make_unique<Daemon>(DaemonWorld{.fleet = *fleet.fleet,
                                                  .clock = fleet.sandbox.clock,
                                                  .wall_time = [this] { return wall_time(); },
                                                  .state = state,
                                                  .events = events,
                                                  .actions = actions,
                                                  .progress = fleet.progress,
                                                  .leads = [this] { return leads; },
                                                  .cannot_lead = [this] { return lead_trouble; },
                                                  .may_go_on = [this] { return may_go_on; },
                                                  .record = record,
                                                  .desk = &desk,
                                                  .moves = &moves},
                                      std::move(options),
                                      std::move(declared),
                                      std::move(sources));
    return *daemon;
  }

  /// So many turns, each `interval` after the one before.
  void turn(int times = 1, Duration interval = std::chrono::seconds(10)) {
    for (int i = 0; i < times; ++i) {
      daemon->tick();
      fleet.sandbox.pass(interval);
    }
  }

  /// A value that has just been measured.
  void measure(const Metric& metric, double value, const std::string& instance = {}) {
    reading.points.push_back({.metric = metric_key(metric),
                              .instance = instance,
                              .sample = {.time = wall_time(), .value = value}});
  }

  /// Somebody asks for something, and it is accepted.
  void demand(Demand demand, std::vector<std::string> alerts = {}, std::string name = "my_app") {
    desk.put({.service = std::move(name),
              .demand = std::move(demand),
              .alerts = std::move(alerts),
              .received = wall_time()},
             [](const Outcome&) { return true; });
    desk.work();
  }

  KeptServiceStatus status(const std::string& name = "my_app") const {
    for (auto& service : daemon->status().services) {
      if (service.service == name) return service;
    }
    throw std::invalid_argument("no such service is kept: " + name);
  }

  ScaleWorld fleet;
  MapStateStore state;
  DemandDesk desk{state, [] {}};
  MoveWishes moves;
  RecordedEvents events;
  ActionsAtOnce actions{fleet};
  Reading reading;
  bool leads = true;
  std::optional<Error> lead_trouble;
  bool may_go_on = true;
  ApplicationRecord* record = nullptr;
  std::unique_ptr<Daemon> daemon;

 private:
  TimePoint begun_ = fleet.sandbox.clock.now();
};

}  // namespace scale_fleet
