#include <algorithm>

#include "daemon/action_events.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/daemon/daemon.hpp"

namespace scale_fleet {

/// Its instances now, and whether those that were launched have become well in time.
std::vector<InstanceView> Daemon::see(KeptService& service) {
  const auto snapshot = snapshot_in(look_, service.declared.service);
  auto views = see_instances(snapshot, service.memory, now_);
  service.current = static_cast<InstanceCount>(views.size());
  service.well = static_cast<InstanceCount>(
      std::ranges::count_if(views, [](const auto& view) { return view.well_since.has_value(); }));
  const auto late = await_instances(service, views, now_);
  if (late.empty()) return views;
  count_error(*service.unwell);
  world_.progress.warn(service.unwell->message);
  record({.time = now_,
          .kind = EventKind::launch,
          .service = service.name,
          .before = service.current,
          .after = service.current,
          .units = late,
          .asked_by = "file",
          .reason = "they were launched and had their time",
          .took = service.declared.timeout,
          .error = service.unwell});
  return views;
}

/// What somebody else made of the count since the last look.
void Daemon::note_change(KeptService& service) {
  auto& history = service.memory.history;
  const auto seen = after_look(history, service.declared.policy, *service.current, now_);
  if (history.last_count && history.last_count != service.current) {
    record(found_changed(service.name, *history.last_count, seen, now_));
    // Somebody wants another count than the demand that is being carried out.
    service.memory.carrying.reset();
  }
  service.must_save = service.must_save || seen != history;
  history = seen;
}

void Daemon::decide_on(KeptService& service) {
  const auto views = see(service);
  // While an action runs the count is on its way, and nobody's opinion.
  if (service.is_busy()) return;
  note_change(service);
  drop_stale(service);
  const auto& policy = service.declared.policy;
  auto& history = service.memory.history;
  const auto demands = demands_of(service.memory, service.demands);
  service.decision = decide(policy,
                            {.instances = views,
                             .samples = samples_,
                             .pause = service.pause,
                             .desired = service.desired,
                             .is_desired_unknown = service.is_desired_unknown,
                             .demands = demands},
                            history,
                            now_);
  const auto& decision = *service.decision;
  ++counters_.decisions[{service.name, std::string(to_string(decision.kind))}];
  history = remembered(std::move(history), policy, decision, *service.current, now_);
  remember_decision(service.memory, decision, *service.current, now_);
  act_on(service);
}

}  // namespace scale_fleet
