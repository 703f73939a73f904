#include <algorithm>
#include <set>

#include "commands/declared_world.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;

namespace {

/// Thrown where the process that applies is killed.
struct ApplyKilled {};

/// A file and a cluster that has little to do with it, by chance.
class RandomApplication {
 public:
  explicit RandomApplication(std::uint64_t seed) : random_(seed) {
    std::vector<std::string> former;
    for (const std::string name : {"web", "web-b", "db", "lb.service"}) {
      declare(name, former);
      if (!name.ends_with(".service") && random_.percent(70)) stand(name);
      former.push_back(name);
    }
    if (random_.percent(50)) world.put("lb.service", version());
    for (const auto& stranger : strangers())
      world.put(stranger, "7");
    world.rest();
    watch();
    kill_at_ = random_.percent(50) ? static_cast<std::size_t>(random_.between(1, 40)) : 0;
    fault_percent_ = random_.percent(50) ? 5 : 0;
  }

  /// The same command until it isn't killed any more.
  ScaleReport apply_until_done() {
    try {
      connect();
      return world.apply();
    } catch (const ApplyKilled&) {
      kill_at_ = 0;
      if (random_.percent(50)) world.rest();
      connect();
      return world.apply();
    }
  }

  bool has_touched_strangers() const { return has_touched_strangers_; }

  /// The greatest count of a service beyond its bounds and what it had at first.
  std::size_t excess() const { return excess_; }

  DeclaredWorld world;

 private:
  static std::vector<std::string> strangers() {
    return {"web-c@1.service",
            "web@blue.service",
            "web.service",
            "db@01.service",
            "lb@1.service",
            "a-log@1.service",
            "payroll.service"};
  }

  std::string version() { return random_.percent(30) ? "0" : "1"; }

  void declare(const std::string& name, const std::vector<std::string>& former) {
    const auto min = static_cast<InstanceCount>(random_.between(0, 3));
    const auto max = min + static_cast<InstanceCount>(random_.between(0, 2));
    const bool is_single = name.ends_with(".service");
    auto service = declared(name, is_single ? std::min(min, 1U) : min, is_single ? 1 : max);
    if (!is_single && random_.percent(40)) service.numbering = {.first = 8080, .step = 2};
    if (!is_single && random_.percent(40)) service.attached = {attached(name + "-log")};
    if (random_.percent(50)) service.on_template_change = OnTemplateChange::replace;
    for (const auto& other : former) {
      if (random_.percent(30)) service.after.push_back(other);
    }
    world.file.services.push_back(std::move(service));
    world.file.form = random_.percent(50) ? DeclaredFile::Form::own : DeclaredFile::Form::dynamite;
  }

  void stand(const std::string& name) {
    for (const auto* end : {"1", "2", "8080", "8082", "9000"}) {
      const auto state = random_.percent(80) ? JobState::launched : JobState::loaded;
      if (random_.percent(40)) world.put(name + "@" + end + ".service", version(), state);
      if (random_.percent(20)) world.put(name + "-log@" + end + ".service", version());
    }
  }

  std::size_t count_of(const DeclaredService& service) const {
    const auto units = world.sandbox.cluster.units({.first = 0, .count = 1000}).items;
    return snapshot_of(service.service, units, {}).instances.size();
  }

  void watch() {
    for (const auto& service : world.file.services)
      most_.push_back(std::max<std::size_t>(service.policy.max.value_or(0), count_of(service)));
    world.sandbox.after_event = [this] {
      for (std::size_t i = 0; i < most_.size(); ++i) {
        const auto count = count_of(world.file.services[i]);
        excess_ = std::max(excess_, count > most_[i] ? count - most_[i] : 0);
      }
    };
  }

  void before(const HttpRequest& request) {
    if (request.method == "GET") return;
    for (const auto& stranger : strangers()) {
      auto target = request.target;
      if (const auto at = target.find("%40"); at != std::string::npos) target.replace(at, 3, "@");
      has_touched_strangers_ |= target.ends_with("/" + stranger);
    }
  }

  /// A new client, as another process has it.
  void connect() {
    http_ = std::make_unique<SandboxHttpClient>(world.sandbox);
    http_->before_acting = [this](const HttpRequest& request) { before(request); };
    http_->after_acting = [this](const HttpRequest&) {
      if (kill_at_ > 0 && --kill_at_ == 0) throw ApplyKilled{};
    };
    http_->other_fault = [this](const HttpRequest&) -> std::optional<Fault> {
      if (!random_.percent(fault_percent_)) return std::nullopt;
      return random_.percent(50) ? Fault{.kind = FaultKind::reset_after}
                                 : Fault{.kind = FaultKind::status, .status = 503};
    };
    world.fleet = make_http_fleet_api({.http = *http_,
                                       .clock = world.sandbox.clock,
                                       .stop = world.stop,
                                       .retry = {},
                                       .random = [] { return 0.5; },
                                       .on_retry = [](const std::string&) {}});
  }

  RandomSource random_;
  std::unique_ptr<SandboxHttpClient> http_;
  std::vector<std::size_t> most_;
  std::size_t kill_at_ = 0;
  int fault_percent_ = 0;
  std::size_t excess_ = 0;
  bool has_touched_strangers_ = false;
};

}  // namespace

TEST_CASE("Whatever the cluster, one application makes it as declared and touches nothing else") {
  std::size_t runs = 0;
  for (std::uint64_t seed = 1; seed <= 100; seed += SCALE_FLEET_SWEEP_STRIDE) {
    INFO("seed " << seed);
    RandomApplication application(seed);
    const auto report = application.apply_until_done();
    for (const auto& service : report.services)
      UNSCOPED_INFO(service.service << ": " << ending_of(service));
    CHECK(report.status <= ScaleStatus::accepted);
    const auto plan = application.world.plan();
    INFO("left to do: " << changes_in(plan));
    CHECK(plan.status == ScaleStatus::unchanged);
    CHECK_FALSE(application.has_touched_strangers());
    CHECK(application.excess() == 0);
    ++runs;
  }
  WARN(runs << " random files and clusters, half of them with a kill, half with faults");
}
