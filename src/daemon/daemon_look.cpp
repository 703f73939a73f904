#include <algorithm>

#include <fmt/format.h>

#include "daemon/kept_service.hpp"
#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/daemon/pauses.hpp"

namespace scale_fleet {
namespace {

/// What a memory that was read brings back into the samples.
void restore_samples(const ServiceMemory& memory, Samples& samples) {
  for (const auto& [metric, by_instance] : memory.samples) {
    for (const auto& [instance, series] : by_instance) {
      for (const auto& sample : series)
        samples.add(metric, instance, sample);
    }
  }
}

Error cannot_understand(std::string_view what, const StateStore& state, const Error& error) {
  return {.kind = error.kind,
          .message = fmt::format("the {} in {}: {}", what, state.display_place(), error.message)};
}

}  // namespace

void Daemon::take_readings() {
  for (const auto& source : sources_) {
    const auto reading = source->take(now_);
    counters_.bad_metric_values += reading.bad_values;
    for (const auto& failure : reading.failures) {
      auto& series = samples_.by_metric[failure.metric];
      ++series.failed_readings;
      series.last_failure = failure.why;
    }
    for (const auto& point : reading.points) {
      samples_.add(point.metric, point.instance, point.sample);
      samples_.by_metric[point.metric].failed_readings = 0;
    }
  }
  for (const auto& [metric, horizon] : horizons_)
    samples_.forget(metric, horizon, now_);
}

/// The memories of a daemon that led before are the truth; ours may be old.
Outcome Daemon::take_the_lead() {
  if (is_leader_) return {};
  const auto texts = world_.state.read(services_shelf);
  if (!texts) return tl::unexpected(texts.error());
  for (const auto& service : services_) {
    const auto found = texts->find(service->name);
    if (found == texts->end()) continue;
    auto memory = parse_memory(found->second);
    if (!memory) {
      world_.progress.warn(
          cannot_understand("memory of " + service->name, world_.state, memory.error()).message +
          "; it begins anew");
      continue;
    }
    if (service->is_busy()) continue;
    service->memory = std::move(*memory);
    service->saved = text_key(found->second);
    restore_samples(service->memory, samples_);
  }
  if (world_.record != nullptr && !options_.dry_run)
    note_record(world_.record->take_over(declared_));
  is_leader_ = true;
  return {};
}

Outcome Daemon::look() {
  const auto limit = std::max<Duration>(declared_.file.interval, std::chrono::seconds(10));
  world_.fleet.repeat_reads_until(world_.clock.now() + limit);
  // Of a big cluster there is no room for two.
  look_ = {};
  auto units = world_.fleet.units("");
  if (!units) return tl::unexpected(units.error());
  auto states = world_.fleet.states("");
  if (!states) return tl::unexpected(states.error());
  look_.units = std::move(*units);
  look_.states = std::move(*states);
  std::ranges::stable_sort(look_.units, {}, &Unit::name);
  std::ranges::stable_sort(look_.states, {}, &UnitState::unit);
  last_good_look_ = now_;
  return {};
}

Outcome Daemon::read_wishes() {
  const auto pauses = world_.state.read(pauses_shelf);
  if (!pauses) return tl::unexpected(pauses.error());
  const auto desired = world_.state.read(desired_shelf);
  if (!desired) return tl::unexpected(desired.error());
  for (const auto& service : services_) {
    service->wish_error.reset();
    service->pause.reset();
    if (const auto found = pauses->find(service->name); found != pauses->end()) {
      const auto pause = parse_pause(found->second);
      // One that can't be read was meant to pause.
      service->pause = pause ? pause_at(*pause, now_) : Pause{};
      if (!pause) {
        service->wish_error =
            cannot_understand("pause of " + service->name, world_.state, pause.error());
      }
    }
    const auto found = desired->find(service->name);
    if (found == desired->end()) {
      service->desired.reset();
    } else if (const auto count = parse_desired(found->second)) {
      service->desired = *count;
    } else {
      service->wish_error =
          cannot_understand("desired count of " + service->name, world_.state, count.error());
    }
  }
  return {};
}

}  // namespace scale_fleet
