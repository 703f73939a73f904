#include "scale_fleet/daemon/daemon.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "daemon/action_events.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/commands/declared_order.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/error_class.hpp"

namespace scale_fleet {
namespace {

/// How long a sample of each metric may matter to any service.
std::map<std::string, Millis> horizons_of(const DeclaredFile& file) {
  std::map<std::string, Millis> all;
  const auto add = [&](const ServicePolicy& policy) {
    for (const auto& [metric, horizon] : metric_horizons(policy)) {
      auto& longest = all[metric];
      longest = std::max(longest, horizon);
    }
  };
  for (const auto& service : file.services)
    add(service.policy);
  for (const auto& nodes : file.nodes)
    add(nodes.policy);
  return all;
}

std::unique_ptr<KeptService> kept(const DeclaredService& declared) {
  return std::make_unique<KeptService>(KeptService{.name = declared.service.display_name(),
                                                   .declared = declared,
                                                   .frame = frame_of(declared.policy)});
}

/// A service as a file declares it, and what its units are made of.
struct Declaration {
  const DeclaredService& service;
  const DeclaredTexts& texts;
};

/// Whether an action that runs is about something else than what is declared now.
bool has_changed(const Declaration& before, const Declaration& after) {
  if (before.service != after.service) return true;
  const auto is_other = [&](const std::optional<std::filesystem::path>& file) {
    return file && *before.texts.at(*file) != *after.texts.at(*file);
  };
  const auto& service = after.service;
  return is_other(service.template_file) ||
         std::ranges::any_of(service.attached, [&](const DeclaredSidekick& sidekick) {
           return is_other(sidekick.template_file);
         });
}

}  // namespace

Daemon::Daemon(DaemonWorld world, DaemonOptions options, DeclaredState declared, Sources sources)
    : world_(std::move(world)), options_(std::move(options)), started_(world_.wall_time()) {
  now_ = started_;
  if (world_.nodes != nullptr) {
    nodes_ = std::make_unique<NodeKeeper>(
        NodeKeeper::World{.clock = world_.clock,
                          .state = world_.state,
                          .actions = *world_.nodes,
                          .progress = world_.progress,
                          .record = [this](const Event& event) { record(event); },
                          .may_go_on = world_.may_go_on,
                          .desk = world_.nodes_desk,
                          .moves = world_.moves,
                          .tell = world_.tell,
                          .is_dry_run = options_.dry_run});
  }
  replace(std::move(declared), std::move(sources));
}

Daemon::~Daemon() = default;

void Daemon::replace(DeclaredState declared, Sources sources) {
  // What has come and wasn't taken may stand nowhere else any more.
  take_readings();
  // What is known now goes on, not what was saved some time ago.
  if (is_leader_) save(true);
  const auto texts_before = std::exchange(declared_, std::move(declared)).texts;
  sources_ = std::move(sources);
  horizons_ = horizons_of(declared_.file);
  file_error_.reset();
  std::vector<std::unique_ptr<KeptService>> next;
  for (const auto& each : declared_.file.services) {
    const auto name = each.service.display_name();
    const auto known =
        std::ranges::find_if(services_, [&](const auto& old) { return old && old->name == name; });
    if (known == services_.end()) {
      next.push_back(kept(each));
    } else {
      next.push_back(std::move(*known));
      const Declaration before{next.back()->declared, texts_before};
      if (next.back()->is_busy() && has_changed(before, {each, declared_.texts}))
        world_.actions.interrupt(name);
      next.back()->declared = each;
      next.back()->frame = frame_of(each.policy);
    }
  }
  for (const auto& gone : services_) {
    if (!gone) continue;
    if (gone->is_busy()) world_.actions.interrupt(gone->name);
    for (const auto& kept : gone->demands.waiting)
      put_away(kept.demand.id);
  }
  services_ = std::move(next);
  if (nodes_) nodes_->replace(declared_.file);
  in_order_.clear();
  for (const auto& wave : declared_waves(declared_.file.services)) {
    for (const auto place : wave)
      in_order_.push_back(services_[place].get());
  }
  if (is_leader_ && world_.record != nullptr && !options_.dry_run)
    note_record(world_.record->take_over(declared_));
  std::erase_if(samples_.by_metric,
                [&](const auto& known) { return !horizons_.contains(known.first); });
}

void Daemon::replace_sources(Sources sources) {
  take_readings();
  sources_ = std::move(sources);
}

void Daemon::tell_file_error(std::string error) {
  std::istringstream mistakes(error);
  for (std::string line; std::getline(mistakes, line);)
    world_.progress.warn(line);
  file_error_ = std::move(error);
}

KeptService* Daemon::find(const std::string& service) const {
  const auto found = std::ranges::find(services_, service, &KeptService::name);
  return found == services_.end() ? nullptr : found->get();
}

void Daemon::tick() {
  now_ = world_.wall_time();
  take_ended();
  const auto began = world_.clock.now();
  turn();
  ++counters_.ticks.count;
  counters_.ticks.seconds += std::chrono::duration<double>(world_.clock.now() - began).count();
}

void Daemon::turn() {
  take_readings();
  if (!world_.leads()) return stand_by();
  auto fine = take_the_lead();
  if (fine) fine = look();
  if (fine) fine = read_wishes();
  if (fine) take_demands();
  note_trouble(fine && wish_trouble_ ? tl::unexpected(*wish_trouble_) : fine);
  if (!fine) return;
  take_move_wishes();
  for (auto* service : in_order_)
    decide_on(*service);
  if (nodes_) nodes_->turn(samples_, now_);
  save(false);
  write_record();
}

/// What another daemon leads is only looked at.
void Daemon::stand_by() {
  is_leader_ = false;
  has_read_wishes_ = false;
  for (const auto& service : services_) {
    service->is_remembered = false;
    service->demands = {};
  }
  if (world_.desk != nullptr) world_.desk->let_go();
  // Whoever leads has read those that this one began with.
  if (world_.moves != nullptr) world_.moves->take();
  if (nodes_) nodes_->stand_by();
  auto looked = look();
  if (auto why = world_.cannot_lead()) looked = tl::unexpected(*std::move(why));
  note_trouble(looked);
}

void Daemon::take_ended() {
  if (nodes_) nodes_->take_ended(world_.wall_time());
  for (const auto& end : world_.actions.take_ended()) {
    const auto name = end.order.service.service.display_name();
    const auto since = std::chrono::duration_cast<Millis>(world_.clock.now() - end.ended);
    const auto ended = world_.wall_time() - since;
    for (const auto& event : events_of(end, ended)) {
      record(event);
      auto& timings = counters_.actions[{name, event_type(event)}];
      ++timings.count;
      timings.seconds += std::chrono::duration<double>(event.took).count();
    }
    running_.erase(name);
    // One that was taken out of the file and put back meanwhile has begun nothing.
    if (auto* service = find(name); service != nullptr && service->is_busy()) {
      conclude_action(*service, end, declared_.file.interval, {.ended = ended, .now = now_});
      if (!service->trouble) continue;
      count_error(*service->trouble);
      world_.progress.warn(fmt::format("{}: {}", name, service->trouble->message));
    }
  }
}

void Daemon::finish() {
  world_.actions.stop();
  now_ = world_.wall_time();
  if (nodes_) nodes_->finish(now_);
  take_ended();
  if (!is_leader_) return;
  take_move_wishes();
  save(true);
}

bool Daemon::is_busy() const {
  if (nodes_ && nodes_->is_busy()) return true;
  return std::ranges::any_of(services_, [](const auto& service) {
    return service->is_busy() || !service->awaited.empty();
  });
}

bool Daemon::is_well() const {
  return is_leader_ && !trouble_ && std::ranges::none_of(services_, [](const auto& service) {
           return service->is_waiting || trouble_of(*service).has_value();
         });
}

void Daemon::note_trouble(const Outcome& outcome) {
  if (outcome) {
    trouble_.reset();
    return;
  }
  count_error(outcome.error());
  const bool is_new = !trouble_ || trouble_->message != outcome.error().message;
  trouble_ = outcome.error();
  if (!is_new) return;
  world_.progress.warn(trouble_->message);
  record({.time = now_,
          .kind = EventKind::no_op,
          .service = {},
          .units = {},
          .asked_by = "file",
          .reason = "nothing can be decided",
          .error = trouble_});
}

void Daemon::write_record() {
  if (world_.record != nullptr && !options_.dry_run && world_.may_go_on())
    note_record(world_.record->write(declared_, look_.units));
}

/// Nothing that is kept true depends on the record, so this is no trouble of the daemon's.
void Daemon::note_record(const Outcome& outcome) {
  if (!outcome) {
    count_error(outcome.error());
    if (outcome.error().message != record_error_) world_.progress.warn(outcome.error().message);
  }
  record_error_ = outcome ? std::string() : outcome.error().message;
}

void Daemon::record(const Event& event) {
  if (options_.dry_run) return;
  if (auto recorded = world_.events.record(event); !recorded) {
    count_error(recorded.error());
    world_.progress.warn(recorded.error().message);
  }
}

void Daemon::count_error(const Error& error) {
  ++counters_.errors[std::string(error_class(error.kind))];
}

DaemonStatus Daemon::status() const {
  DaemonStatus status{.version = options_.version,
                      .file = declared_.file.path.string(),
                      .now = now_,
                      .started = started_,
                      .interval = declared_.file.interval,
                      .is_leader = is_leader_,
                      .is_dry_run = options_.dry_run,
                      .last_good_look = last_good_look_,
                      .trouble = trouble_,
                      .file_error = file_error_,
                      .services = {},
                      .counters = counters_};
  for (const auto& service : services_)
    status.services.push_back(status_of(*service));
  if (nodes_) status.nodes = nodes_->status();
  status.notices = world_.notice_counts();
  status.requests = world_.request_counts();
  return status;
}

}  // namespace scale_fleet
