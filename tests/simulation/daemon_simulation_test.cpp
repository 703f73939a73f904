#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "simulation/seeds.hpp"
#include "simulation/simulated_askers.hpp"
#include "simulation/simulated_daemon.hpp"
#include "simulation/witness.hpp"
#include "support/catch.hpp"
#include "support/cluster_builder.hpp"
#include "support/map_state_store.hpp"
#include "support/random_source.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr WallTime world_begins(Millis(1'795'248'000'000));  // 2026-11-21T08:00:00Z

// Longer than a lease: whoever takes over has to know of it.
constexpr Millis cooldown = 90s;

const Metric load{.source = FileMetric{.name = "load"}};

ThresholdRule rule(const std::string& path, Comparison comparison, double threshold) {
  return {.path = path,
          .metric = load,
          .comparison = comparison,
          .threshold = threshold,
          .cooldown = cooldown};
}

ServicePolicy random_policy(RandomSource& chance) {
  ServicePolicy policy{.min = static_cast<InstanceCount>(chance.between(0, 3))};
  policy.max = policy.min + static_cast<InstanceCount>(chance.between(0, 4));
  if (chance.percent(70)) policy.scale_up.push_back(rule("scale_up[0]", Comparison::above, 80));
  if (chance.percent(70)) policy.scale_down.push_back(rule("scale_down[0]", Comparison::below, 20));
  if (chance.percent(30))
    policy.target.push_back({.path = "target[0]", .metric = load, .target = 20});
  if (chance.percent(30)) policy.settle_down = 1min;
  policy.manual_cooldown = 20s;
  return policy;
}

/// Events, kept as a file keeps them: whatever dies.
class KeptEvents : public EventSink {
 public:
  Outcome record(const Event& event) override {
    events.push_back(event);
    return {};
  }

  std::vector<Event> events;
};

/// Whose count is reckoned: no rule, and no bound that a few steps reach.
constexpr InstanceCount begins_with = 5;

ServicePolicy policy_of_reckoned() {
  ServicePolicy policy{.min = 0, .max = 100};
  policy.manual_cooldown = 20s;
  return policy;
}

/// Whether others ask for counts, too.
enum class Demands { none, random };

/// A cluster with declared services, two daemons that keep them, and everything that befalls them.
class DaemonSimulation {
 public:
  DaemonSimulation(std::uint64_t seed, Demands demands)
      : chance_(seed), askers_(seed, declared_.file), has_demands_(demands == Demands::random) {
    is_quiet_ = has_demands_ && seed % 2 == 0;
    const auto services = chance_.between(1, 3);
    for (int i = 0; i < services; ++i) {
      const auto name = fmt::format("app{}", i);
      declared_.file.services.push_back(
          {.service = *Service::parse(name), .policy = random_policy(chance_)});
      sandbox_.cluster.put_unit(name + "@.service", plain_options(), JobState::inactive);
    }
    for (const auto* stranger : {"app0@blue.service", "app0_v2@1.service", "other.service"})
      sandbox_.cluster.put_unit(stranger, plain_options(), JobState::loaded);
    if (has_demands_) let_others_ask();
    sandbox_.pass(10s);
    surroundings_.declared = declared_;
    for (const auto* name : {"alpha", "beta"})
      daemons_[name] = nullptr;
  }

  /// Trouble for a while, then peace; what is wrong at the end.
  std::vector<std::string> run() {
    for (int turn = 0; turn < 40; ++turn)
      troubled_turn();
    in_peace_ = true;
    for (int turn = 0; turn < 40; ++turn)
      turn_all();
    check_end();
    std::ranges::copy(askers_.violations(), std::back_inserter(violations_));
    return violations_;
  }

  const SimulatedAskers& askers() const { return askers_; }

 private:
  /// Where nobody meddles and nothing fails, whoever dies, the first service's count is reckoned.
  void let_others_ask() {
    for (auto& declared : declared_.file.services)
      declared.policy.remote = RemoteRule{.cooldown_up = cooldown, .cooldown_down = 30s};
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

  /// At the desks of those that say that they lead, as the API has it, except of one who is frozen.
  void ask() {
    if (!has_demands_ || in_peace_) return;
    std::vector<DemandDesk*> desks;
    for (const auto& [name, daemon] : daemons_) {
      if (daemon && daemon->says_it_leads() && !frozen_.contains(name))
        desks.push_back(&daemon->desk());
    }
    askers_.ask(desks, wall_time());
  }

  /// What the clerk does meanwhile, or doesn't get to.
  void work_at_desk(SimulatedDaemon& daemon) {
    if (has_demands_ && chance_.percent(in_peace_ ? 100 : 40)) daemon.desk().work();
  }

  void troubled_turn() {
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

  void turn_all() {
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

  void begin(const std::string& name) {
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

  void tick(const std::string& name) {
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

  /// Between two requests of a daemon: it may die here, or stand still while the other one goes on.
  void befall(SimulatedDaemon& daemon) {
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

  void meddle() {
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

  Reading measure(WallTime /*since*/) {
    Reading reading;
    if (!has_data_) {
      reading.failures.push_back({.metric = metric_key(load), .why = "nothing there"});
      return reading;
    }
    reading.points.push_back({.metric = metric_key(load),
                              .instance = {},
                              .sample = {.time = wall_time(), .value = load_}});
    return reading;
  }

  WallTime wall_time() const {
    return world_begins + std::chrono::duration_cast<Millis>(sandbox_.clock.now() - begun_);
  }

  void complain(const std::string& what) { violations_.push_back(what); }

  void check_end() {
    const auto units = sandbox_.cluster.units({.first = 0, .count = 1'000}).items;
    const auto states = sandbox_.cluster.states({}, {.first = 0, .count = 1'000}).items;
    std::map<std::string, InstanceCount> counts;
    for (const auto& declared : declared_.file.services) {
      const auto look = snapshot_of(declared.service, units, states);
      const auto count = static_cast<InstanceCount>(look.instances.size());
      counts[declared.service.display_name()] = count;
      const auto& policy = declared.policy;
      if (count < policy.min || count > *policy.max) {
        complain(fmt::format("{} has {}, and shall have {} to {}",
                             declared.service.display_name(),
                             count,
                             policy.min,
                             *policy.max));
      }
      for (const auto& instance : look.instances) {
        if (!instance.state || instance.state->active != "active")
          complain(instance.unit.name + " is not active");
      }
    }
    for (const auto* stranger : {"app0@blue.service", "app0_v2@1.service", "other.service"}) {
      const auto unit = sandbox_.cluster.unit(stranger);
      if (!unit || unit->desired_state != JobState::loaded)
        complain(fmt::format("{} was touched", stranger));
    }
    askers_.check_end(events_.events, state_.shelves[std::string(demands_shelf)], counts);
  }

  std::optional<Unit> stored_unit(const HttpRequest& request) const {
    return sandbox_.cluster.unit(unit_of(request));
  }

  /// An instance has just been created: an action that the rule caused created none for a cool-down
  /// before, whoever carried it out and whatever became of him.
  void check_cooldown(const SimulatedDaemon& daemon) {
    const auto& doing = daemon.doing();
    if (!doing || doing->asked_by != "scale_up[0]") return;
    const auto last = last_up_.find(doing->service);
    const bool is_another = last != last_up_.end() && last->second != doing->since;
    if (is_another && doing->since < last->second + cooldown) {
      complain(
          fmt::format("{} went up {} ms after it began to",
                      doing->service,
                      std::chrono::duration_cast<Millis>(doing->since - last->second).count()));
    }
    last_up_[doing->service] = doing->since;
  }

  RandomSource chance_;
  SandboxWorld sandbox_;
  TimePoint begun_ = sandbox_.clock.now();
  FakeEtcd etcd_{sandbox_.clock};
  MapStateStore state_;
  KeptEvents events_;
  DeclaredState declared_;
  SimulatedAskers askers_;
  bool has_demands_ = false;
  bool is_quiet_ = false;  ///< Daemons die and stand still; nothing else befalls them.
  std::set<std::string> frozen_;
  double load_ = 50;
  bool has_data_ = true;
  bool in_peace_ = false;
  int fault_percent_ = 0;
  int kill_after_ = 0;
  int freeze_after_ = 0;
  std::vector<std::string> violations_;
  std::set<std::string> creating_;            ///< Targets of PUTs under way.
  std::map<std::string, TimePoint> last_up_;  ///< When the last action of a scale_up began.
  DaemonSurroundings surroundings_{
      .sandbox = sandbox_,
      .etcd = etcd_,
      .state = state_,
      .events = events_,
      .measure = [this](WallTime since) { return measure(since); },
      .wall_time = [this] { return wall_time(); },
      .declared = {},
      .on_begun = [this](const Decision& decision) { askers_.on_begun(decision); }};
  std::set<std::string> ticking_;
  std::map<std::string, std::unique_ptr<SimulatedDaemon>> daemons_;
};

struct Played {
  bool holds = true;
  std::size_t accepted = 0;  ///< Demands.
  std::size_t begun = 0;
};

/// Plays a seed, and shows what it broke.
Played play(std::uint64_t seed, Demands demands) {
  DaemonSimulation simulation(seed, demands);
  const auto violations = simulation.run();
  const auto& askers = simulation.askers();
  const Played played{violations.empty(), askers.accepted(), askers.begun()};
  if (played.holds) return played;
  fmt::print(
      "daemons{}, seed {}:\n  BROKEN: {}\n  replay: SCALE_FLEET_SIMULATION_SEEDS={} {} "
      "'[daemon-seeds]'\n",
      demands == Demands::random ? " with demands" : "",
      seed,
      fmt::join(violations, "\n  BROKEN: "),
      seed,
      SCALE_FLEET_SIMULATION_PROGRAM);
  return played;
}

bool holds_all_promises(std::uint64_t seed) {
  return play(seed, Demands::none).holds;
}

}  // namespace

TEST_CASE("Whatever befalls two daemons, one at a time acts, and in the end all is as declared") {
  for (std::uint64_t seed = 0; seed < 34; seed += sweep_stride)
    CHECK(holds_all_promises(seed));
}

TEST_CASE("What two daemons once got wrong they do right") {
  // 258: an end that was seen late was dated late. 601, 1013: what nobody could count at the end
  // of an action, though Fleet had acknowledged it, began no cool-down.
  for (const std::uint64_t seed : {258U, 601U, 1013U})
    CHECK(holds_all_promises(seed));
}

TEST_CASE("Many seeds of two daemons", "[.daemon-seeds]") {
  const auto seeds = seeds_to_run({.first = 0, .last = 499});
  for (auto seed = seeds.first; seed <= seeds.last; ++seed)
    REQUIRE(holds_all_promises(seed));
}

TEST_CASE("Whatever is demanded of two daemons is done once, or answered") {
  std::size_t accepted = 0;
  std::size_t begun = 0;
  for (std::uint64_t seed = 0; seed < 24; seed += sweep_stride) {
    const auto played = play(seed, Demands::random);
    CHECK(played.holds);
    accepted += played.accepted;
    begun += played.begun;
  }
  CHECK(accepted > 0);
  CHECK(begun > 0);
}

TEST_CASE("What two daemons once lost of what was demanded they find") {
  // 635: one stood still before it put on the shelf what it had been asked, and another one led.
  CHECK(play(635, Demands::random).holds);
}

TEST_CASE("Many seeds of two daemons of whom others demand counts", "[.daemon-seeds]") {
  const auto seeds = seeds_to_run({.first = 0, .last = 499});
  std::size_t accepted = 0;
  std::size_t begun = 0;
  for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
    const auto played = play(seed, Demands::random);
    CHECK(played.holds);
    accepted += played.accepted;
    begun += played.begun;
  }
  fmt::print("seeds {} to {}: {} demands accepted, {} carried out\n",
             seeds.first,
             seeds.last,
             accepted,
             begun);
}
