#include "simulation/simulated_askers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// Few enough that they come again.
constexpr int alerts_of_a_service = 3;

bool is_about(const Event& event, const KeptDemand& kept) {
  return event.service == kept.service && event.asked_by == kept.demand.asked_by;
}

}  // namespace

SimulatedAskers::SimulatedAskers(std::uint64_t seed, const DeclaredFile& declared)
    : chance_(seed), declared_(declared) {}

void SimulatedAskers::reckon_count_of(const std::string& service, InstanceCount begins_with) {
  reckoned_[service] = {.begins_with = begins_with, .downs_left = begins_with, .ups_left = 6};
}

const DeclaredService& SimulatedAskers::declared_of(const std::string& service) const {
  return *std::ranges::find(declared_.services, service, [](const DeclaredService& each) {
    return each.service.display_name();
  });
}

KeptDemand SimulatedAskers::random_alert(const std::string& service, WallTime now) {
  const auto direction = chance_.percent(50) ? Direction::up : Direction::down;
  KeptDemand kept{.service = service, .demand = {.direction = direction}, .received = now};
  if (chance_.percent(50)) kept.demand.by = static_cast<InstanceCount>(chance_.between(1, 2));
  const auto key = [&] {
    return fmt::format("{} {} {}",
                       service,
                       direction == Direction::up ? "high" : "low",
                       chance_.between(1, alerts_of_a_service));
  };
  kept.alerts = {key()};
  if (chance_.percent(20)) kept.alerts.push_back(key());
  return kept;
}

KeptDemand SimulatedAskers::random_program(const std::string& service, WallTime now) {
  KeptDemand kept{.service = service, .demand = {.asker = Asker::program}, .received = now};
  auto& demand = kept.demand;
  if (!reckoned_.contains(service) && chance_.percent(40)) {
    demand.count = static_cast<InstanceCount>(chance_.between(0, 7));
    return kept;
  }
  demand.direction = chance_.percent(50) ? Direction::up : Direction::down;
  demand.by = static_cast<InstanceCount>(chance_.between(1, 2));
  return kept;
}

/// Whether no bound can cut it off, whichever others are carried out before it.
bool SimulatedAskers::fits_reckoning(KeptDemand& kept) {
  const auto found = reckoned_.find(kept.service);
  if (found == reckoned_.end()) return true;
  auto& left =
      kept.demand.direction == Direction::up ? found->second.ups_left : found->second.downs_left;
  if (*kept.demand.by > left) return false;
  left -= *kept.demand.by;
  return true;
}

void SimulatedAskers::put(DemandDesk& desk, KeptDemand kept) {
  auto& demand = kept.demand;
  demand.id = fmt::format("d{}", asked_.size() + 1);
  demand.asked_by = (demand.asker == Asker::alert ? "alert " : "program ") + demand.id;
  asked_[demand.id] = kept;
  const auto id = demand.id;
  desk.put(std::move(kept), [this, id](const Outcome& stored) {
    if (stored) accepted_.insert(id);
    return true;
  });
}

void SimulatedAskers::ask(const std::vector<DemandDesk*>& desks, WallTime now) {
  if (desks.empty() || !chance_.percent(12)) return;
  const auto service = chance_.pick(declared_.services).service.display_name();
  if (!reckoned_.contains(service) && chance_.percent(70)) {
    const auto alert = random_alert(service, now);
    for (int i = 0; i < chance_.between(1, 3); ++i)
      put(*chance_.pick(desks), alert);
    return;
  }
  auto program = random_program(service, now);
  if (fits_reckoning(program)) put(*chance_.pick(desks), std::move(program));
}

void SimulatedAskers::on_begun(const Decision& decision) {
  for (const auto& id : decision.carried_out) {
    begun_.insert(id);
    const auto& alerts = asked_.at(id).alerts;
    begun_alerts_.insert(alerts.begin(), alerts.end());
  }
}

void SimulatedAskers::on_changed(const SimulatedDaemon::Doing& doing) {
  for (const auto& id : doing.demands)
    check_rest(asked_.at(id), doing.decided);
  for (const auto& id : doing.demands) {
    for (const auto& alert : asked_.at(id).alerts) {
      auto& last = acted_[alert];
      // What goes on acted when it began.
      if (!last.together.contains(id)) last = {.together = {}, .decided = doing.decided};
      last.together.insert(doing.demands.begin(), doing.demands.end());
    }
  }
}

void SimulatedAskers::check_rest(const KeptDemand& kept, WallTime decided) {
  if (kept.alerts.empty()) return;
  const auto& id = kept.demand.id;
  const auto rest = rest_of_alert(declared_of(kept.service).policy, kept.demand.direction);
  const bool rests = std::ranges::all_of(kept.alerts, [&](const std::string& alert) {
    const auto last = acted_.find(alert);
    return last != acted_.end() && !last->second.together.contains(id) &&
           decided - last->second.decided < rest;
  });
  if (!rests) return;
  const auto& alert = kept.alerts.front();
  const auto span = decided - acted_.at(alert).decided;
  violations_.push_back(fmt::format("{} acts as {} {} ms after it acted as another: {}",
                                    alert,
                                    id,
                                    span.count(),
                                    *acted_.at(alert).together.begin()));
}

bool SimulatedAskers::is_answered(const KeptDemand& kept, const std::vector<Event>& events) const {
  if (begun_.contains(kept.demand.id)) return true;
  const bool is_told =
      std::ranges::any_of(events, [&](const Event& event) { return is_about(event, kept); });
  if (is_told) return true;
  return !kept.alerts.empty() && std::ranges::all_of(kept.alerts, [&](const std::string& alert) {
    return begun_alerts_.contains(alert);
  });
}

void SimulatedAskers::check_count(const std::string& service,
                                  const Reckoned& reckoned,
                                  const std::vector<Event>& events,
                                  InstanceCount count) {
  auto expected = static_cast<int>(reckoned.begins_with);
  for (const auto& id : accepted_) {
    const auto& kept = asked_.at(id);
    if (kept.service != service) continue;
    const bool is_given_up = std::ranges::any_of(events, [&](const Event& event) {
      return is_about(event, kept) && event.kind == EventKind::no_op && event.error;
    });
    if (is_given_up) return;
    const auto by = static_cast<int>(*kept.demand.by);
    expected += kept.demand.direction == Direction::up ? by : -by;
  }
  if (static_cast<int>(count) == expected) return;
  violations_.push_back(fmt::format("{} has {}, and {} were asked for", service, count, expected));
}

void SimulatedAskers::check_end(const std::vector<Event>& events,
                                const std::map<std::string, std::string>& shelf,
                                const std::map<std::string, InstanceCount>& counts) {
  for (const auto& [id, text] : shelf)
    violations_.push_back(fmt::format("{} lies on the shelf: {}", id, text));
  for (const auto& id : accepted_) {
    const auto& kept = asked_.at(id);
    // What comes of an alert comes of its repetitions.
    const bool has_answered_twin = std::ranges::any_of(accepted_, [&](const std::string& other) {
      const auto& twin = asked_.at(other);
      return asked_before(kept, twin) == AskedBefore::same_alerts && is_answered(twin, events);
    });
    if (!has_answered_twin && !is_answered(kept, events))
      violations_.push_back(fmt::format("{} was accepted and lost: {}", id, demand_text(kept)));
  }
  for (const auto& [service, reckoned] : reckoned_)
    check_count(service, reckoned, events, counts.at(service));
}

}  // namespace scale_fleet
