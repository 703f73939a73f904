#include <algorithm>
#include <chrono>

#include "program/daemon_process.hpp"
#include "scale_fleet/daemon/show_events.hpp"
#include "scale_fleet/platform/system_clock.hpp"

// How the parts of a daemon come about, one from the other.

namespace scale_fleet {
namespace {

/// How long the first reading of metrics is waited for, where there is only one turn.
constexpr auto first_reading = std::chrono::seconds(10);

}  // namespace

/// Gets ready to lead, and leads from the start where nobody else does: then the metrics that lie
/// there already are this daemon's to take.
Outcome DaemonProcess::take_part() {
  if (arguments_.dry_run) return {};
  lead_ = std::make_unique<DaemonLead>(DaemonLead::Parts{.file = places_,
                                                         .command_line = invocation_.command_line,
                                                         .session = *session_,
                                                         .progress = *progress_});
  if (auto opened = lead_->open(); !opened) return opened;
  if (lead_->is_by_lease()) {
    // A request of ours has ended before another daemon may lead.
    const auto margin = std::chrono::duration_cast<Millis>(LeaseTimes{}.margin);
    action_options_.request_timeout = std::min(options_.request_timeout, margin);
  }
  leads();
  return {};
}

Result<Daemon::Sources> DaemonProcess::open_sources(const DeclaredFile& file) {
  auto places = metric_places(file, options_.tls);
  sources_consume_ = may_consume();
  places.etcd_consume = places.etcd_consume && sources_consume_;
  auto sources = make_metric_sources(used_metrics(file), places, session_->clock());
  if (!sources || !arguments_.once) return sources;
  const auto until = session_->clock().now() + first_reading;
  for (const auto& source : *sources)
    source->await_first(std::max(Duration::zero(), until - session_->clock().now()));
  return sources;
}

/// The audit, and those who are told of it.
Outcome DaemonProcess::open_events() {
  event_file_ = std::make_unique<EventFile>(event_file_place(places_));
  auto notices =
      DaemonNotices::open({.file = places_, .clock = session_->clock(), .progress = *progress_});
  if (!notices) return tl::unexpected(notices.error());
  notices_ = std::move(*notices);
  const auto cloud_of_group = [this](const std::string& name) {
    const auto found = std::ranges::find(places_.nodes, name, &DeclaredNodes::name);
    return found == places_.nodes.end() ? std::string() : cloud_of(*found);
  };
  events_ = std::make_unique<ToldEvents>(
      *event_file_, cloud_of_group, [this](Notice notice) { notices_->tell(std::move(notice)); });
  return {};
}

/// Where actions are carried out.
void DaemonProcess::open_threads() {
  actions_ = std::make_unique<ActionThreads>(ActionThreads::Parts{
      .carry_out =
          [this](const ActionOrder& order, const StopRequest& stop) {
            return carry_out(
                {.options = action_options_, .lock_place = lock_place_, .progress = *progress_},
                order,
                stop);
          },
      .clock = session_->clock(),
      .must_stop = [this] { return !may_go_on(); },
      .on_end = [this] { session_->signals().wake(); }});
  node_actions_ = std::make_unique<NodeThreads>(NodeThreads::Parts{
      .action = {.options = action_options_, .lock_place = lock_place_, .progress = *progress_},
      .environment = invocation_.environment,
      .must_stop = [this] { return !may_go_on(); },
      .on_end = [this] { session_->signals().wake(); }});
}

Outcome DaemonProcess::open_doors() {
  doors_ = std::make_unique<DaemonDoors>(DaemonDoors::Parts{
      .file = places_,
      .tls = options_.tls,
      .clock = session_->clock(),
      .board = board_,
      .progress = *progress_,
      .wake = [this] { session_->signals().wake(); },
      .reschedule =
          [this](const auto& services) {
            moves_.add(services, "POST /v1/reschedule-service");
            session_->signals().wake();
          },
      .on_bad_request = [this](const BadRequest& request) { notices_->tell(request); },
      .on_bound = [this](const BoundMet& met) { notices_->tell(met); }});
  return doors_->open_desks();
}

Outcome DaemonProcess::listen() {
  const auto& address = listening_at();
  // Beside a daemon that runs, these have nothing to tell anybody.
  const bool is_passing = arguments_.once || arguments_.dry_run;
  if (is_passing && !arguments_.listen) return {};
  if (!address || *address == "none") return {};
  return doors_->listen(*address);
}

DaemonWorld DaemonProcess::world() {
  return {.fleet = session_->world().fleet,
          .clock = session_->clock(),
          .wall_time = system_wall_time,
          .state = *state_.store,
          .events = *events_,
          .actions = *actions_,
          .progress = *progress_,
          .leads = [this] { return leads(); },
          .cannot_lead = [this] { return lead_trouble_; },
          .may_go_on = [this] { return may_go_on(); },
          .record = record_.get(),
          .desk = doors_->services(),
          .moves = &moves_,
          .nodes = node_actions_.get(),
          .nodes_desk = doors_->nodes(),
          .tell = [this](const Notice& notice) { notices_->tell(notice); },
          .notice_counts = [this] { return notices_->counts(); },
          .request_counts = [this] { return doors_->request_counts(); }};
}

Outcome DaemonProcess::open(DeclaredState declared) {
  auto session = Session::open(options_, invocation_.environment, {.warns_of_repetitions = false});
  if (!session) return tl::unexpected(session.error());
  session_ = std::move(*session);
  progress_ = std::make_unique<SharedProgress>(session_->world().progress);
  hangup_ = std::make_unique<ReloadRequest>(session_->signals());
  auto state = open_state(declared.file, options_.tls, session_->clock());
  if (!state) return tl::unexpected(state.error());
  state_ = std::move(*state);
  if (state_.keys) record_ = std::make_unique<DynamiteRecord>(*state_.keys, *progress_);
  places_ = declared.file;
  if (auto opened = take_part(); !opened) return opened;
  if (auto opened = open_events(); !opened) return opened;
  open_threads();
  auto sources = open_sources(declared.file);
  if (!sources) return tl::unexpected(sources.error());
  if (auto opened = open_doors(); !opened) return opened;
  daemon_ = std::make_unique<Daemon>(
      world(),
      DaemonOptions{
          .dry_run = arguments_.dry_run, .once = arguments_.once, .version = SCALE_FLEET_VERSION},
      std::move(declared),
      std::move(*sources));
  return listen();
}

}  // namespace scale_fleet
