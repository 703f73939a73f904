#include <algorithm>

#include <fmt/format.h>

#include "daemon/kept_service.hpp"
#include "scale_fleet/commands/declared_plan.hpp"
#include "scale_fleet/core/drain_blocker.hpp"
#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/daemon/pauses.hpp"

namespace scale_fleet {
namespace {

/// How long a reading of the cluster is repeated; systemd's watchdog waits for it.
constexpr Duration shortest_patience = std::chrono::seconds(10);
constexpr Duration longest_patience = std::chrono::seconds(30);

/// What a memory that was read brings back into the samples.
void restore_samples(const ServiceMemory& memory, Samples& samples) {
  for (const auto& [metric, by_instance] : memory.samples) {
    for (const auto& [instance, series] : by_instance) {
      for (const auto& sample : series)
        samples.add(metric, instance, sample);
    }
  }
}

using SinceByUnit = std::map<std::string, WallTime>;

/// Those that have a blocker and aren't launched: somebody is moving them; since when that is seen.
SinceByUnit units_on_their_way(const std::vector<Unit>& units,
                               const SinceByUnit& before,
                               WallTime now) {
  SinceByUnit on_their_way;
  const auto begin = std::ranges::lower_bound(units, blocker_prefix, {}, &Unit::name);
  for (auto each = begin; each != units.end() && each->name.starts_with(blocker_prefix); ++each) {
    const auto blocker = read_blocker(*each);
    if (!blocker) continue;
    const auto unit = std::ranges::lower_bound(units, blocker->unit, {}, &Unit::name);
    const bool is_there = unit != units.end() && unit->name == blocker->unit;
    if (!is_there || unit->desired_state == JobState::launched) continue;
    const auto known = before.find(unit->name);
    on_their_way[unit->name] = known == before.end() ? now : known->second;
  }
  return on_their_way;
}

Error cannot_understand(std::string_view what, const StateStore& state, const Error& error) {
  return {.kind = error.kind,
          .message = fmt::format("the {} in {}: {}", what, state.display_place(), error.message)};
}

}  // namespace

void Daemon::take_readings() {
  for (const auto& [metric, horizon] : horizons_)
    ++samples_.by_metric[metric].looks_without;
  for (const auto& source : sources_) {
    const auto reading = source->take(now_);
    counters_.bad_metric_values += reading.bad_values;
    for (const auto& failure : reading.failures) {
      auto& series = samples_.by_metric[failure.metric];
      if (series.last_failure != failure.why)
        world_.progress.warn(fmt::format("{}: {}", failure.metric, failure.why));
      series.last_failure = failure.why;
    }
    for (const auto& point : reading.points) {
      if (!samples_.add(point.metric, point.instance, point.sample)) continue;
      auto& series = samples_.by_metric[point.metric];
      series.looks_without = 0;
      series.last_failure.clear();
    }
  }
  for (const auto& [metric, horizon] : horizons_)
    samples_.forget(metric, horizon, now_);
}

/// The memories of a daemon that led before are the truth; ours may be old.
Outcome Daemon::take_the_lead() {
  const bool all_remembered = std::ranges::all_of(services_, &KeptService::is_remembered);
  if (is_leader_ && all_remembered) return {};
  const auto texts = world_.state.read(services_shelf);
  if (!texts) return tl::unexpected(texts.error());
  for (const auto& service : services_) {
    // What an action of ours leaves is known when it has ended.
    if (service->is_remembered || service->is_busy()) continue;
    service->is_remembered = true;
    const auto found = texts->find(service->name);
    if (found == texts->end()) continue;
    auto memory = parse_memory(found->second);
    if (!memory) {
      world_.progress.warn(
          cannot_understand("memory of " + service->name, world_.state, memory.error()).message +
          "; it begins anew, and goes down after its longest cool-down only");
      service->memory.history.down =
          CoolDown{.until = WallTime::max(), .because = "a memory that could not be read"};
      continue;
    }
    service->memory = std::move(*memory);
    service->saved = text_key(found->second);
    restore_samples(service->memory, samples_);
  }
  if (!is_leader_ && world_.record != nullptr && !options_.dry_run)
    note_record(world_.record->take_over(declared_));
  is_leader_ = true;
  return {};
}

Outcome Daemon::look() {
  const auto limit =
      std::clamp<Duration>(declared_.file.interval, shortest_patience, longest_patience);
  world_.fleet.repeat_reads_until(world_.clock.now() + limit);
  // Of a big cluster there is no room for two.
  look_ = {};
  auto look = look_at_cluster(world_.fleet);
  if (!look) return tl::unexpected(look.error());
  look_ = std::move(*look);
  on_their_way_ = units_on_their_way(look_.units, on_their_way_, now_);
  last_good_look_ = now_;
  return {};
}

Outcome Daemon::read_wishes() {
  wish_trouble_.reset();
  auto pauses = world_.state.read(pauses_shelf);
  if (!pauses) {
    // What was read before holds on; before that nobody knows what is paused.
    if (!has_read_wishes_) return tl::unexpected(pauses.error());
    wish_trouble_ = pauses.error();
    return {};
  }
  if (pauses->empty() && has_vanished()) {
    write_again();
    return {};
  }
  for (const auto& service : services_) {
    service->wish_error.reset();
    read_pause(*service, *pauses);
  }
  has_read_wishes_ = true;
  const auto desired = world_.state.read(desired_shelf);
  if (!desired) wish_trouble_ = desired.error();
  for (const auto& service : services_) {
    if (desired) {
      read_desired(*service, *desired);
    } else {
      // The last one that could be read holds on.
      service->is_desired_unknown = !service->desired;
    }
  }
  return {};
}

/// Whether somebody has removed all of the state, pauses among it, that this daemon knows of.
bool Daemon::has_vanished() {
  const bool knows_pauses =
      std::ranges::any_of(services_, [](const auto& service) { return service->note.has_value(); });
  const bool has_saved = std::ranges::any_of(
      services_, [](const auto& service) { return service->saved_at.has_value(); });
  if (!knows_pauses || !has_saved) return false;
  const auto memories = world_.state.read(services_shelf);
  return memories && memories->empty();
}

void Daemon::write_again() {
  wish_trouble_ = Error{.kind = ErrorKind::unavailable,
                        .message = fmt::format("the state in {} has vanished; what is known of it "
                                               "is written again",
                                               world_.state.display_place())};
  for (const auto& service : services_) {
    service->saved.reset();
    service->must_save = true;
    if (!service->note || options_.dry_run || !world_.may_go_on()) continue;
    auto written = world_.state.write(pauses_shelf, service->name, pause_text(*service->note));
    if (!written) wish_trouble_ = written.error();
  }
}

void Daemon::read_pause(KeptService& service, const std::map<std::string, std::string>& texts) {
  service.pause.reset();
  service.note.reset();
  const auto found = texts.find(service.name);
  if (found == texts.end()) return;
  const auto pause = parse_pause(found->second);
  // One that can't be read was meant to pause.
  service.pause = pause ? pause_at(*pause, now_) : Pause{};
  const bool goes_down = service.decision && service.decision->direction == Direction::down;
  const bool holds_action = service.pause && (!service.pause->down_only || goes_down);
  if (service.is_busy() && holds_action) world_.actions.interrupt(service.name);
  if (pause) {
    service.note = *pause;
    return;
  }
  service.wish_error = cannot_understand("pause of " + service.name, world_.state, pause.error());
}

void Daemon::read_desired(KeptService& service,
                          const std::map<std::string, std::string>& texts) const {
  const auto found = texts.find(service.name);
  service.is_desired_unknown = false;
  if (found == texts.end()) return service.desired.reset();
  const auto count = parse_desired(found->second);
  if (count) {
    service.desired = *count;
    return;
  }
  service.wish_error =
      cannot_understand("desired count of " + service.name, world_.state, count.error());
  service.is_desired_unknown = !service.desired;
}

}  // namespace scale_fleet
