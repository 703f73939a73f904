#include "simulation/scenario.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/random_source.hpp"

namespace scale_fleet {
namespace {

using namespace std::chrono_literals;

/// Of a hundred services so many are of each kind.
UnitKind random_kind(RandomSource& random) {
  const auto chance = random.between(0, 99);
  if (chance < 50) return UnitKind::plain;
  if (chance < 58) return UnitKind::slow;
  if (chance < 80) return UnitKind::with_stop;
  if (chance < 86) return UnitKind::oneshot;
  if (chance < 90) return UnitKind::failing;
  if (chance < 96) return UnitKind::conflicting;
  return chance < 98 ? UnitKind::demanding : UnitKind::global;
}

bool can_run(UnitKind kind) {
  return kind != UnitKind::failing && kind != UnitKind::conflicting &&
         kind != UnitKind::demanding && kind != UnitKind::global;
}

UnitOptions drifted(UnitOptions options) {
  options.front().value = "of an earlier template";
  return options;
}

SandboxSettings random_cluster(RandomSource& random) {
  SandboxSettings cluster;
  cluster.machines = sandbox_machines(static_cast<std::size_t>(random.between(1, 4)));
  cluster.page_size = random.pick<std::uint16_t>({2, 8, 9, 12, 100, 100, 100, 100});
  const Duration pace = random.pick<Duration>({20ms, 50ms, 100ms, 100ms, 300ms, 1s});
  cluster.engine_delay = pace;
  cluster.agent_delay = pace;
  cluster.start_delay = pace;
  cluster.stop_delay = random.percent(10) ? Duration(7s) : pace;
  return cluster;
}

/// The template and some instances, with gaps in their numbers and not all of them launched.
void store_service(RandomSource& random, Scenario& scenario, const Service& service) {
  const auto kind = random_kind(random);
  const auto options = options_of(kind);
  if (!can_run(kind)) scenario.is_able = false;
  if (random.percent(95)) {
    scenario.stored.push_back(
        {.name = service.template_name(), .options = options, .state = JobState::inactive});
  }
  const auto count = random.between(0, 5);
  InstanceNumber number = 0;
  for (int i = 0; i < count; ++i) {
    number += static_cast<InstanceNumber>(random.percent(80) ? 1 : random.between(2, 8));
    const auto state = random.percent(85)   ? JobState::launched
                       : random.percent(50) ? JobState::loaded
                                            : JobState::inactive;
    scenario.stored.push_back({.name = service.instance_name(number),
                               .options = random.percent(90) ? options : drifted(options),
                               .state = state});
  }
}

void store_strangers(RandomSource& random, Scenario& scenario) {
  for (const auto* name : {"my_app@01.service",
                           "my_app@blue.service",
                           "my_app@1.timer",
                           "my_app_v2@1.service",
                           "my_app_v2@.service",
                           "my_ap@7.service",
                           "zebra.service"}) {
    if (!random.percent(35)) continue;
    scenario.stored.push_back(
        {.name = name,
         .options = options_of(UnitKind::plain),
         .state = random.percent(70) ? JobState::launched : JobState::inactive});
  }
}

ScaleRequest random_wish(RandomSource& random, const Service& service) {
  ScaleRequest wish{.service = service};
  wish.count = {.kind = Count::Kind::absolute,
                .number = static_cast<InstanceCount>(random.between(0, 8))};
  if (random.percent(30)) {
    wish.count = {.kind = random.percent(50) ? Count::Kind::more : Count::Kind::fewer,
                  .number = static_cast<InstanceCount>(random.between(0, 4))};
  }
  if (random.percent(10)) wish.bounds.min = static_cast<InstanceCount>(random.between(0, 2));
  if (random.percent(10)) wish.bounds.max = static_cast<InstanceCount>(random.between(2, 6));
  if (random.percent(7)) wish.current = static_cast<InstanceCount>(random.between(0, 5));
  wish.stop_first =
      random.percent(60)
          ? StopFirst::automatic
          : random.pick<StopFirst>({StopFirst::always, StopFirst::always, StopFirst::never});
  if (random.percent(30)) wish.scale_down_order = ScaleDownOrder::highest_first;
  if (random.percent(20)) wish.template_to_submit = options_of(UnitKind::plain);
  return wish;
}

ScaleOptions random_options(RandomSource& random, bool is_able) {
  ScaleOptions options;
  options.dry_run = random.percent(3);
  options.no_block = random.percent(15);
  // What never gets well is waited for to the end: not long, or most of the work would be that.
  options.timeout = random.pick<Duration>(is_able ? std::vector<Duration>{3s, 15s, 60s, 300s}
                                                  : std::vector<Duration>{1s, 1s, 3s, 15s});
  options.parallel = random.pick<int>({1, 2, 4, 16, 16, 16});
  if (random.percent(20)) options.batch = static_cast<std::size_t>(random.between(1, 3));
  return options;
}

Meddling random_meddling(RandomSource& random, const Service& service) {
  using Kind = Meddling::Kind;
  Meddling meddling;
  meddling.after = std::chrono::milliseconds(random.between(0, random.percent(50) ? 10 : 3000));
  meddling.kind = random.pick<Kind>(
      {Kind::destroy, Kind::destroy, Kind::put, Kind::put, Kind::set_loaded, Kind::forget_state});
  if (random.percent(5)) meddling.kind = Kind::break_record;
  meddling.unit = service.instance_name(static_cast<InstanceNumber>(random.between(1, 9)));
  if (random.percent(5)) meddling.unit = service.template_name();
  meddling.options = options_of(UnitKind::plain);
  if (random.percent(50)) meddling.options = drifted(meddling.options);
  return meddling;
}

}  // namespace

UnitOptions options_of(UnitKind kind) {
  UnitOptions options{{.section = "Unit", .name = "Description", .value = "my app %i"}};
  const auto add = [&](const char* section, const char* name, const char* value) {
    options.push_back({.section = section, .name = name, .value = value});
  };
  if (kind == UnitKind::oneshot) add("Service", "Type", "oneshot");
  if (kind == UnitKind::slow) add("Service", "ExecStartPre", "/bin/sleep 3");
  const bool ends = kind == UnitKind::oneshot;
  const bool fails = kind == UnitKind::failing;
  add("Service", "ExecStart", fails ? "/bin/false" : ends ? "/bin/true" : "/bin/sleep 100000");
  if (kind == UnitKind::with_stop) add("Service", "ExecStop", "/bin/true");
  if (kind == UnitKind::conflicting) add("X-Fleet", "Conflicts", "%p@*.service");
  if (kind == UnitKind::demanding) add("X-Fleet", "MachineMetadata", "role=nowhere");
  if (kind == UnitKind::global) add("X-Fleet", "Global", "true");
  return options;
}

Scenario scenario_of(std::uint64_t seed) {
  RandomSource random(seed);
  Scenario scenario{.seed = seed};
  scenario.cluster = random_cluster(random);
  std::vector<Service> services{*Service::parse("my_app")};
  if (random.percent(15)) services.push_back(*Service::parse("worker"));
  for (const auto& service : services) {
    store_service(random, scenario, service);
    scenario.wishes.push_back(random_wish(random, service));
  }
  // A template file goes with a single service; the command line refuses it with several.
  if (services.size() > 1) {
    for (auto& wish : scenario.wishes)
      wish.template_to_submit.reset();
  }
  store_strangers(random, scenario);
  scenario.at_rest = random.percent(85);
  scenario.options = random_options(random, scenario.is_able);
  scenario.fault_percent = random.pick<int>({0, 0, 2, 5, 10, 20, 50});
  if (random.percent(20)) {
    // Between the pages of one list others may act, and no single moment is what it shows.
    scenario.cluster.page_size = 100;
    for (int i = random.between(1, 3); i > 0; --i)
      scenario.meddling.push_back(random_meddling(random, random.pick(services)));
    std::ranges::stable_sort(scenario.meddling, {}, &Meddling::after);
  }
  if (random.percent(15)) {
    scenario.signal_after =
        std::chrono::milliseconds(random.between(0, random.percent(50) ? 20 : 4000));
  }
  if (random.percent(5) && scenario.cluster.machines.size() > 1) {
    scenario.machine_loss_after = std::chrono::milliseconds(random.between(0, 3000));
  }
  return scenario;
}

Fault random_fault(std::uint64_t chance) {
  static const std::vector<const char*> specs{"*:*:*:refused",
                                              "*:*:*:reset",
                                              "*:*:*:reset-after",
                                              "*:*:*:close",
                                              "*:*:*:close-after",
                                              "*:*:*:status=500",
                                              "*:*:*:status=503",
                                              "*:*:*:delay=60000",
                                              "*:*:*:delay=700",
                                              "*:*:*:cut",
                                              "*:*:*:garbage",
                                              "*:*:*:status=502,html"};
  // What nothing recovers from is rare, or no run would get far.
  static const std::vector<const char*> lasting{
      "*:*:*:redirect", "*:*:*:status=200,html", "*:*:*:status=404,html", "*:*:*:status=409,no"};
  const auto rest = chance / 50;
  const auto& from = chance % 50 == 0 ? lasting : specs;
  return *parse_fault(from[rest % from.size()]);
}

std::string describe(const Scenario& scenario) {
  const auto seconds = [](Duration duration) {
    return std::chrono::duration<double>(duration).count();
  };
  const auto& options = scenario.options;
  auto text = fmt::format("seed {}: {} machines, pages of {}{}\n",
                          scenario.seed,
                          scenario.cluster.machines.size(),
                          scenario.cluster.page_size,
                          scenario.at_rest ? "" : ", not at rest");
  for (const auto& unit : scenario.stored) {
    text += fmt::format("  has {} {}", unit.name, to_string(unit.state));
    for (std::size_t i = 0; i < unit.options.size(); ++i)
      text += fmt::format(" {}={}", unit.options[i].name, unit.options[i].value);
    text += "\n";
  }
  for (const auto& wish : scenario.wishes) {
    const auto* sign = wish.count.kind == Count::Kind::more    ? "+"
                       : wish.count.kind == Count::Kind::fewer ? "-"
                                                               : "";
    text += fmt::format(
        "  wish {} {}{}{}{}{}{}, stop-first {}, {}\n",
        wish.service.display_name(),
        sign,
        wish.count.number,
        wish.bounds.min ? fmt::format(" min {}", *wish.bounds.min) : "",
        wish.bounds.max ? fmt::format(" max {}", *wish.bounds.max) : "",
        wish.current ? fmt::format(" current {}", *wish.current) : "",
        wish.template_to_submit ? " with a template file" : "",
        static_cast<int>(wish.stop_first),
        wish.scale_down_order == ScaleDownOrder::idle_first ? "idle first" : "highest first");
  }
  text += fmt::format("  options:{}{} timeout {} s, parallel {}, batch {}\n",
                      options.dry_run ? " dry run" : "",
                      options.no_block ? " no block" : "",
                      seconds(options.timeout),
                      options.parallel,
                      options.batch.value_or(0));
  text += fmt::format("  faults at {} %\n", scenario.fault_percent);
  for (const auto& meddling : scenario.meddling) {
    text += fmt::format("  after {} s somebody does {} to {}\n",
                        seconds(meddling.after),
                        static_cast<int>(meddling.kind),
                        meddling.unit);
  }
  if (scenario.signal_after)
    text += fmt::format("  a signal after {} s\n", seconds(*scenario.signal_after));
  if (scenario.machine_loss_after)
    text += fmt::format("  a machine is lost after {} s\n", seconds(*scenario.machine_loss_after));
  return text;
}

}  // namespace scale_fleet
