#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/action_events.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/daemon.hpp"

namespace scale_fleet {
namespace {

/// Each has a thread and connections of its own, here and at Fleet. One that lasts longer than
/// this counts no more, so that slow services delay no other.
constexpr int most_young_actions = 32;
constexpr Millis young = std::chrono::seconds(10);

/// Of an instance to leave its machine; measured on fleetd: seconds.
constexpr Millis longest_way = std::chrono::minutes(1);

/// Where the count is right and units aren't: why something is done all the same.
void explain_repair(const Drift& drift, bool replaces_text, Decision& decision) {
  if (decision.direction != Direction::none) return;
  decision.asked_by = "file";
  decision.reasons.clear();
  if (!drift.steps.empty()) {
    const auto& step = drift.steps.front();
    decision.reasons.push_back(
        fmt::format("{} {}: {}", to_string(step.action), step.unit, step.reason));
  }
  if (drift.steps.size() > 1)
    decision.reasons.push_back(fmt::format("and {} more", drift.steps.size() - 1));
  if (replaces_text) {
    decision.reasons.push_back(
        fmt::format("another text than the template's: {}", fmt::join(drift.other_text, ", ")));
  }
}

std::string transition(const KeptService& service) {
  return fmt::format("{} -> {} for {}",
                     service.current.value_or(0),
                     service.decision->count,
                     service.decision->asked_by);
}

}  // namespace

ScaleRequest Daemon::request_for(const KeptService& service) const {
  const auto& decision = *service.decision;
  auto request =
      declared_request(service.declared, decision.count, declared_.texts, declared_.file.form);
  request.goes_first = decision.victims;
  // What somebody else made of it meanwhile isn't what this decision is about.
  request.current = *service.current;
  request.go_on = "run " + shell_word(declared_.file.path.string());
  return request;
}

/// What has to be done can't be known; each reason once.
void Daemon::tell_no_drift(KeptService& service, const Error& error) {
  const bool is_new = !service.trouble || service.trouble->message != error.message;
  service.trouble = error;
  if (!is_new) return;
  count_error(error);
  world_.progress.warn(error.message);
  auto event = no_op(service.name, *service.current, *service.decision, now_);
  event.error = error;
  record(event);
}

void Daemon::act_on(KeptService& service) {
  const auto& decision = *service.decision;
  service.is_waiting = false;
  const bool is_left_alone = decision.kind == ReasonKind::paused && !service.pause->down_only;
  if (is_left_alone) {
    settle(service);
    return tell_nothing_done(service);
  }
  if (const auto why = not_yet(service)) {
    service.decision->limits.push_back(*why);
    return tell_nothing_done(service);
  }
  auto request = request_for(service);
  const auto drift = drift_of(request, service.declared, look_);
  if (!drift) return tell_no_drift(service, drift.error());
  const bool replaces_text = service.declared.on_template_change == OnTemplateChange::replace &&
                             !drift->other_text.empty();
  if (drift->steps.empty() && !replaces_text) {
    service.trouble.reset();
    settle(service);
    if (!service.memory.move_asked_by.empty()) return start_move(service);
    return tell_nothing_done(service);
  }
  const auto begun_lately = std::ranges::count_if(services_, [&](const auto& each) {
    return each->is_busy() && each->busy_since > now_ - young;
  });
  if (begun_lately >= most_young_actions) {
    service.decision->limits.push_back(fmt::format(
        "{} actions have begun already, and it has its turn after them", most_young_actions));
    return tell_nothing_done(service);
  }
  explain_repair(*drift, replaces_text, *service.decision);
  begin(service);
  start(service,
        {.service = service.declared,
         .request = std::move(request),
         .decision = decision,
         .before = *service.current,
         .replaces_text = replaces_text});
}

/// Why nothing is begun now, though something may have to be.
std::optional<std::string> Daemon::not_yet(KeptService& service) const {
  if (running_.contains(service.name)) return "an action from before it was declared anew runs";
  if (options_.once && service.has_acted) return "it has had its turn";
  if (const auto unit = unit_on_its_way(service))
    return fmt::format("{} is on its way to another machine", *unit);
  // One that lies further ahead than any was ever set: the clock was set back.
  const bool is_to_wait = service.next_try && *service.next_try > now_ &&
                          *service.next_try - now_ <= longest_pause_after_failure;
  if (is_to_wait) {
    return fmt::format("it failed {} in a row and is tried again in {}",
                       service.failures == 1 ? "once" : fmt::format("{} times", service.failures),
                       format_duration(*service.next_try - now_));
  }
  // Order is for coming up; one that runs isn't taken down because another one is unwell.
  if (service.current != InstanceCount{0}) return std::nullopt;
  for (const auto& name : service.declared.after) {
    const auto parsed = Service::parse(name);
    const auto* other = find(parsed ? parsed->display_name() : name);
    if (other == nullptr || other->is_as_wanted()) continue;
    service.is_waiting = service.decision->count > 0;
    return fmt::format("it comes up after {}, which isn't well yet", name);
  }
  return std::nullopt;
}

/// An instance that isn't launched since somebody moves it: launching it here could bring it back.
/// Whoever died over that is waited for no longer.
std::optional<std::string> Daemon::unit_on_its_way(const KeptService& service) const {
  const auto& prefix = service.declared.service.name_prefix();
  for (auto each = on_their_way_.lower_bound(prefix);
       each != on_their_way_.end() && each->first.starts_with(prefix);
       ++each) {
    const auto age = now_ - each->second;
    if (age >= Millis(0) && age < longest_way) return each->first;
  }
  return std::nullopt;
}

void Daemon::start(KeptService& service, ActionOrder order) {
  // What somebody asked for once must be known to whoever takes over before anything is done, or
  // it would be done twice.
  const bool is_saved = options_.dry_run || save_begun(service);
  if (!is_saved && service.memory.carrying) {
    service.decision->limits.emplace_back("what is begun can't be saved");
    return tell_nothing_done(service);
  }
  service.has_acted = true;
  auto line = fmt::format("{}: {} -> {}, because {}",
                          service.name,
                          *service.current,
                          order.decision.count,
                          fmt::join(order.decision.reasons, "; "));
  // A dry run decides the same again and again.
  if (!options_.dry_run || line != service.told) world_.progress.tell(line);
  if (options_.dry_run) {
    service.told = std::move(line);
    return;
  }
  service.under_way = order.reschedules ? "moving instances" : transition(service);
  service.busy_since = now_;
  running_.insert(service.name);
  world_.actions.start(std::move(order));
}

void Daemon::take_move_wishes() {
  if (world_.moves == nullptr) return;
  for (const auto& [name, asked_by] : world_.moves->take()) {
    auto* service = find(name);
    if (service == nullptr || !service->declared.reschedule) continue;
    service->memory.move_asked_by = asked_by;
    service->must_save = true;
  }
}

/// Once the count is right and nothing else has to be done.
void Daemon::start_move(KeptService& service) {
  auto decision = *service.decision;
  decision.asked_by = service.memory.move_asked_by;
  decision.reasons = {"its instances are spread anew over the machines"};
  decision.limits.clear();
  start(service,
        {.service = service.declared,
         .request = {.service = service.declared.service, .count = {}},
         .decision = std::move(decision),
         .before = *service.current,
         .reschedules = true});
}

void Daemon::tell_nothing_done(KeptService& service) {
  const auto& decision = *service.decision;
  const bool is_held = decision.recommended && *decision.recommended != *service.current;
  auto what = fmt::format("{} {} {}",
                          to_string(decision.kind),
                          decision.count,
                          is_held ? *decision.recommended : decision.count);
  if (what == service.told) return;
  const bool is_first = service.told.empty() && !service.has_acted;
  service.told = std::move(what);
  if (!is_held && !is_first) return;
  const auto event = no_op(service.name, *service.current, decision, now_);
  world_.progress.detail(fmt::format("{}: {}", service.name, event.reason));
  record(event);
}

}  // namespace scale_fleet
