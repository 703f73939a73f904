#include "simulation/daemon_simulation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "simulation/declared_policies.hpp"
#include "simulation/witness.hpp"
#include "support/cluster_builder.hpp"

namespace scale_fleet {

using namespace std::chrono_literals;

namespace {

constexpr WallTime world_begins(Millis(1'795'248'000'000));  // 2026-11-21T08:00:00Z

constexpr InstanceCount begins_with = 5;  ///< A service whose count is reckoned.

}  // namespace

DaemonSimulation::DaemonSimulation(std::uint64_t seed, Demands demands)
    : chance_(seed), askers_(seed, declared_.file), has_demands_(demands == Demands::random) {
  is_quiet_ = has_demands_ && seed % 2 == 0;
  const auto services = chance_.between(1, 3);
  for (int i = 0; i < services; ++i) {
    const auto name = fmt::format("app{}", i);
    declared_.file.services.push_back(
        {.service = *Service::parse(name), .policy = random_declared_policy(chance_)});
    sandbox_.cluster.put_unit(name + "@.service", plain_options(), JobState::inactive);
  }
  for (const auto* stranger : strangers)
    sandbox_.cluster.put_unit(stranger, plain_options(), JobState::loaded);
  if (has_demands_) let_others_ask();
  sandbox_.pass(10s);
  surroundings_.declared = declared_;
  for (const auto* name : {"alpha", "beta"})
    daemons_[name] = nullptr;
}

std::vector<std::string> DaemonSimulation::run() {
  for (int turn = 0; turn < 40; ++turn)
    troubled_turn();
  in_peace_ = true;
  for (int turn = 0; turn < 40; ++turn)
    turn_all();
  check_end();
  std::ranges::copy(askers_.violations(), std::back_inserter(violations_));
  return violations_;
}

void DaemonSimulation::let_others_ask() {
  for (auto& declared : declared_.file.services)
    declared.policy.remote = RemoteRule{.cooldown_up = declared_cooldown, .cooldown_down = 30s};
  if (!is_quiet_) return;
  auto& first = declared_.file.services.front();
  first.policy = policy_of_reckoned();
  first.policy.remote = RemoteRule{};
  for (InstanceNumber number = 1; number <= begins_with; ++number) {
    sandbox_.cluster.put_unit(
        first.service.instance_name(number), plain_options(), JobState::launched);
  }
  askers_.reckon_count_of(first.service.display_name(), begins_with);
}

void DaemonSimulation::ask() {
  if (!has_demands_ || in_peace_) return;
  std::vector<DemandDesk*> desks;
  for (const auto& [name, daemon] : daemons_) {
    if (daemon && daemon->says_it_leads() && !frozen_.contains(name))
      desks.push_back(&daemon->desk());
  }
  askers_.ask(desks, wall_time());
}

void DaemonSimulation::work_at_desk(SimulatedDaemon& daemon) {
  if (has_demands_ && chance_.percent(in_peace_ ? 100 : 40)) daemon.desk().work();
}

void DaemonSimulation::troubled_turn() {
  load_ = chance_.pick(std::vector<double>{5, 10, 50, 60, 90, 95});
  has_data_ = chance_.percent(80);
  fault_percent_ = chance_.percent(50) ? 0 : chance_.between(1, 30);
  if (is_quiet_) fault_percent_ = 0;
  if (chance_.percent(10) && !is_quiet_) meddle();
  if (chance_.percent(5) && !is_quiet_) etcd_.faults.push_back(EtcdFault::unavailable);
  if (chance_.percent(10)) kill_after_ = chance_.between(1, 12);
  if (chance_.percent(10)) freeze_after_ = chance_.between(1, 12);
  for (auto& [name, daemon] : daemons_) {
    if (!daemon || !chance_.percent(5)) continue;
    daemon->end();
    daemon.reset();
  }
  turn_all();
}

void DaemonSimulation::turn_all() {
  if (in_peace_) {
    load_ = 50;
    has_data_ = true;
    fault_percent_ = kill_after_ = freeze_after_ = 0;
  }
  for (auto& [name, daemon] : daemons_) {
    if (!daemon) begin(name);
    ask();
    work_at_desk(*daemon);
    tick(name);
    sandbox_.pass(std::chrono::seconds(chance_.between(1, 8)));
  }
}

void DaemonSimulation::begin(const std::string& name) {
  auto daemon = std::make_unique<SimulatedDaemon>(surroundings_, name);
  daemon->http().before_acting = [this, it = daemon.get()](const HttpRequest& request) {
    if (request.method != "GET" && !it->holds_lease())
      complain(it->name() + " changes " + request.target + " without the lease");
    if (request.method == "PUT" && !stored_unit(request)) creating_.insert(request.target);
  };
  daemon->http().after_acting = [this, it = daemon.get()](const HttpRequest& request) {
    const bool has_created = creating_.erase(request.target) > 0 && stored_unit(request);
    if (has_created) check_cooldown(*it);
    const bool has_destroyed = request.method == "DELETE" && !stored_unit(request);
    if ((has_created || has_destroyed) && it->doing()) askers_.on_changed(*it->doing());
    befall(*it);
  };
  daemon->http().other_fault = [this](const HttpRequest& request) -> std::optional<Fault> {
    if (!chance_.percent(fault_percent_)) return std::nullopt;
    auto fault = *parse_fault(chance_.pick(std::vector<std::string>{
        "*:*:1:status=500", "*:*:1:reset", "*:*:1:status=503", "*:*:1:close"}));
    static_cast<void>(request);
    return fault;
  };
  daemons_[name] = std::move(daemon);
}

void DaemonSimulation::tick(const std::string& name) {
  auto& daemon = daemons_[name];
  if (!daemon || ticking_.contains(name)) return;
  ticking_.insert(name);
  try {
    daemon->tick();
  } catch (const DaemonKilled&) {
    daemon.reset();
  }
  ticking_.erase(name);
}

void DaemonSimulation::befall(SimulatedDaemon& daemon) {
  ask();
  work_at_desk(daemon);
  if (kill_after_ > 0 && --kill_after_ == 0) throw DaemonKilled{};
  if (freeze_after_ == 0 || --freeze_after_ > 0) return;
  // What is on its way to Fleet gets there, whoever stands still: wait until nothing is.
  if (daemon.http().in_flight() > 0) {
    freeze_after_ = 1;
    return;
  }
  frozen_.insert(daemon.name());
  for (int i = 0; i < chance_.between(1, 12); ++i) {
    sandbox_.pass(5s);
    for (auto& [name, other] : daemons_) {
      if (other.get() != &daemon) tick(name);
    }
  }
  frozen_.erase(daemon.name());
}

void DaemonSimulation::meddle() {
  const auto& declared = chance_.pick(declared_.file.services);
  const auto unit =
      declared.service.instance_name(static_cast<InstanceNumber>(chance_.between(1, 6)));
  switch (chance_.between(0, 2)) {
    case 0:
      sandbox_.cluster.delete_unit(unit);
      return;
    case 1:
      return sandbox_.cluster.put_unit(unit, plain_options(), JobState::launched);
    default:
      sandbox_.cluster.set_desired_state(unit, JobState::loaded);
  }
}

Reading DaemonSimulation::measure(WallTime /*since*/) {
  Reading reading;
  if (!has_data_) {
    reading.failures.push_back({.metric = metric_key(declared_load), .why = "nothing there"});
    return reading;
  }
  reading.points.push_back({.metric = metric_key(declared_load),
                            .instance = {},
                            .sample = {.time = wall_time(), .value = load_}});
  return reading;
}

WallTime DaemonSimulation::wall_time() const {
  return world_begins + std::chrono::duration_cast<Millis>(sandbox_.clock.now() - begun_);
}

}  // namespace scale_fleet
