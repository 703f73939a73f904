#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "daemon/kept_policies.hpp"
#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/daemon/node_keeper.hpp"
#include "support/fake_clock.hpp"
#include "support/map_state_store.hpp"
#include "support/recording_progress.hpp"

namespace scale_fleet {

inline ServicePolicy machines_between(InstanceCount min, InstanceCount max) {
  auto policy = between(min, max);
  policy.remote = RemoteRule{.up_by = {.amount = 1},
                             .cooldown_up = std::chrono::seconds(90),
                             .cooldown_down = std::chrono::seconds(90)};
  return policy;
}

inline Demand hot(const std::string& id, Direction direction = Direction::up) {
  return {.id = id, .asked_by = "alert Hot", .direction = direction};
}

inline Demand so_many(const std::string& id, InstanceCount count) {
  return {.id = id, .asker = Asker::program, .asked_by = "program", .count = count};
}

inline Error unreachable_cloud() {
  return {.kind = ErrorKind::unavailable, .message = "the cloud is away"};
}

inline Error no_capacity() {
  return {.kind = ErrorKind::refused, .message = "no capacity"};
}

/// A group of machines at a cloud, changed at once by whoever orders it.
class CloudAtHand : public NodeActions {
 public:
  explicit CloudAtHand(const Clock& clock) : clock_(clock) { resize(2); }

  /// Whoever's wish it is.
  void resize(InstanceCount count) {
    group.desired = count;
    group.members.clear();
    for (InstanceCount i = 1; i <= count; ++i)
      group.members.push_back({.id = "i-" + std::to_string(i)});
  }

  void look(const DeclaredNodes& nodes) override {
    ++looks;
    if (is_away) return looks_.push_back({.group = nodes.name, .look = tl::unexpected(*is_away)});
    looks_.push_back({.group = nodes.name, .look = group, .machines = fleet});
  }

  void start(NodesOrder order) override {
    if (dies_before) throw std::runtime_error("killed");
    started.push_back(order);
    NodesEnd end{.order = std::move(order), .report = {}};
    end.report = carry_out(end.order);
    end.ended = clock_.now();
    ended_.push_back(std::move(end));
  }

  std::vector<NodesLook> take_looks() override {
    if (holds_looks) return {};
    return std::exchange(looks_, {});
  }

  std::vector<NodesAsked> take_asked() override { return std::exchange(asked_, {}); }

  std::vector<NodesEnd> take_ended() override {
    if (holds_ends) return {};
    return std::exchange(ended_, {});
  }

  void stop() override { holds_ends = false; }

  GroupLook group;
  std::optional<std::vector<Machine>> fleet;  ///< Its machines; empty: it doesn't answer.
  std::optional<Error> is_away;               ///< What looks say instead.
  std::optional<Error> refuses;               ///< What orders say instead of being carried out.
  /// What somebody else makes of the group while an order runs.
  std::optional<InstanceCount> left_at;
  std::optional<InstanceCount> came;  ///< So many of those asked for, when the time ran out.
  bool holds_ends = false;            ///< As of an order that lasts.
  bool holds_looks = false;           ///< As of a cloud that is slow.
  bool dies_before = false;           ///< The daemon, before an order.
  bool interrupts = false;            ///< Orders, when the cloud has been asked.
  std::vector<NodesOrder> started;
  int looks = 0;

 private:
  NodesReport carry_out(const NodesOrder& order) {
    NodesReport report{
        .group = order.nodes.name, .desired = order.decision.count, .before = group.desired};
    if (refuses) {
      report.error = refuses;
      report.status = status_of(refuses->kind);
    } else {
      if (!order.awaited) ask_for(order);
      report.status = ScaleStatus::converged;
    }
    if (interrupts) {
      report.error = Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
      report.status = ScaleStatus::interrupted;
    }
    if (came) {
      for (InstanceCount i = 0; i < *came; ++i)
        report.machines.push_back({.id = "i-new", .result = StepResult::done});
      report.error = Error{.kind = ErrorKind::timed_out, .message = "1 is missing"};
      report.status = ScaleStatus::timed_out;
    }
    if (left_at) {
      resize(*left_at);
      report.status = ScaleStatus::overridden;
    }
    report.after = group.desired;
    return report;
  }

  void ask_for(const NodesOrder& order) {
    resize(order.decision.count);
    if (order.decision.direction == Direction::up)
      asked_.push_back({.group = order.nodes.name, .count = order.decision.count});
  }

  const Clock& clock_;
  std::vector<NodesAsked> asked_;
  std::vector<NodesLook> looks_;
  std::vector<NodesEnd> ended_;
};

/// A keeper of the group `workers`, of two machines at first. Time passes with its turns.
class KeptNodesWorld {
 public:
  explicit KeptNodesWorld(ServicePolicy policy, bool is_dry_run = false) : is_dry_run_(is_dry_run) {
    file.interval = std::chrono::seconds(10);
    file.nodes.push_back({.name = "workers", .group = AwsGroup{.name = "web"}});
    file.nodes.front().policy = std::move(policy);
    begin();
  }

  WallTime now() const {
    constexpr WallTime begin(Millis(1'795'248'000'000));
    return begin + std::chrono::duration_cast<Millis>(clock.now() - begun_);
  }

  /// The daemon dies, and another begins with what was saved.
  void begin() {
    desk.let_go();
    cloud.holds_ends = cloud.dies_before = false;
    cloud.take_asked();
    cloud.take_ended();
    cloud.take_looks();
    keeper = std::make_unique<NodeKeeper>(NodeKeeper::World{
        .clock = clock,
        .state = state,
        .actions = cloud,
        .progress = progress,
        .record = [this](const Event& event) { static_cast<void>(events.record(event)); },
        .may_go_on = [this] { return may_go_on; },
        .desk = &desk,
        .moves = &moves,
        .tell = [this](const Notice& notice) { notices.push_back(notice); },
        .is_dry_run = is_dry_run_});
    keeper->replace(file);
  }

  /// So many turns of the loop. Each third finds what the two before have begun: looked at, then
  /// changed.
  void turn(int times = 3, Duration interval = std::chrono::seconds(10)) {
    for (int i = 0; i < times; ++i) {
      keeper->take_ended(now());
      keeper->turn(samples, now());
      clock.advance(interval);
    }
  }

  void turn_at(double load_now, int times) {
    for (int i = 0; i < times; ++i) {
      samples.add(metric_key(load), "", {.time = now(), .value = load_now});
      turn(1);
    }
  }

  void demand(Demand demand, std::vector<std::string> alerts = {}, std::string group = "workers") {
    desk.put({.service = std::move(group),
              .demand = std::move(demand),
              .alerts = std::move(alerts),
              .received = now()},
             [](const Outcome&) { return true; });
    desk.work();
  }

  std::size_t on_shelf() {
    desk.work();
    return state.shelves[std::string(node_demands_shelf)].size();
  }

  KeptServiceStatus status() const { return keeper->status().at(0); }

  InstanceCount machines() const { return cloud.group.desired; }

  FakeClock clock;
  CloudAtHand cloud{clock};
  MapStateStore state;
  DemandDesk desk{state, [] {}, node_demands_shelf};
  MoveWishes moves;
  std::vector<Notice> notices;
  RecordingProgress progress;
  RecordedEvents events;
  Samples samples;
  DeclaredFile file;
  bool may_go_on = true;
  std::unique_ptr<NodeKeeper> keeper;

 private:
  bool is_dry_run_;
  TimePoint begun_ = clock.now();
};

}  // namespace scale_fleet
