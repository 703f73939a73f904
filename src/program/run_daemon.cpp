#include <malloc.h>

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "cli/run_arguments.hpp"
#include "program/action_world.hpp"
#include "program/console.hpp"
#include "program/daemon_doors.hpp"
#include "program/daemon_lead.hpp"
#include "program/daemon_notices.hpp"
#include "program/daemon_run.hpp"
#include "program/declared_state.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "program/node_threads.hpp"
#include "program/session.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/action_threads.hpp"
#include "scale_fleet/daemon/dynamite_record.hpp"
#include "scale_fleet/daemon/event_file.hpp"
#include "scale_fleet/daemon/node_actions.hpp"
#include "scale_fleet/daemon/pause_command.hpp"
#include "scale_fleet/daemon/show_events.hpp"
#include "scale_fleet/platform/reload_request.hpp"

namespace scale_fleet {
namespace {

/// How long the first reading of metrics is waited for, where there is only one turn.
constexpr auto first_reading = std::chrono::seconds(10);

/// glibc gives threads a heap of their own and seldom takes it back. Actions wait for Fleet, not
/// for memory: one heap serves all, and keeps the daemon of a big cluster smaller by a quarter.
void share_one_heap() {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

/// The parts of one daemon, in the order in which they need each other.
class DaemonProcess {
 public:
  DaemonProcess(const Invocation& invocation, RunArguments arguments)
      : invocation_(invocation),
        arguments_(std::move(arguments)),
        options_(invocation.options),
        action_options_(invocation.options),
        lock_place_(choose_lock_place(invocation.environment("SCALE_FLEET_LOCK_DIR"))) {}

  Result<int> run();

 private:
  Outcome open(DeclaredState declared);
  Outcome take_part();
  Outcome open_events();
  Outcome open_doors();
  Outcome listen();
  bool pause_at_first();
  Result<Daemon::Sources> open_sources(const DeclaredFile& file);

  const std::optional<std::string>& listening_at() const {
    return arguments_.listen ? arguments_.listen : places_.listen;
  }

  bool may_go_on() const { return !lead_ || lead_->may_go_on(); }

  bool may_consume() const;
  void begin_turn();
  void follow_leadership();
  void reload();
  bool leads();

  const Invocation& invocation_;
  RunArguments arguments_;
  const ProgramOptions& options_;
  ProgramOptions action_options_;
  DeclaredFile places_;  // As the file had them when the daemon began; its interval as it is now.
  bool sources_consume_ = false;
  std::unique_ptr<Session> session_;
  std::unique_ptr<ReloadRequest> hangup_;
  std::unique_ptr<SharedProgress> progress_;
  OpenedState state_;
  std::unique_ptr<DaemonLead> lead_;  // Null: nothing is done that others could do, too.
  LockPlace lock_place_;
  std::optional<Error> lead_trouble_;
  std::unique_ptr<DynamiteRecord> record_;
  std::unique_ptr<EventFile> event_file_;
  std::unique_ptr<DaemonNotices> notices_;
  std::unique_ptr<ToldEvents> events_;
  StatusBoard board_;
  MoveWishes moves_;
  std::unique_ptr<ActionThreads> actions_;
  std::unique_ptr<NodeThreads> node_actions_;
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<DaemonDoors> doors_;
};

/// What a standby removed the leader would never see.
bool DaemonProcess::may_consume() const {
  return !arguments_.dry_run && may_go_on();
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

bool DaemonProcess::leads() {
  lead_trouble_.reset();
  if (!lead_) return true;
  const bool leads = lead_->leads();
  lead_trouble_ = lead_->trouble();
  return leads && pause_at_first();
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

/// With --pause, before anything is decided: a pause of every service that has none. Whether that
/// is done.
bool DaemonProcess::pause_at_first() {
  if (!arguments_.pause) return true;
  auto paused = pause_all(*state_.store, places_, "scale-fleet run --pause", system_wall_time());
  if (!paused) {
    lead_trouble_ = paused.error();
    return false;
  }
  arguments_.pause = false;
  return true;
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
  auto sources = open_sources(declared.file);
  if (!sources) return tl::unexpected(sources.error());
  if (auto opened = open_doors(); !opened) return opened;
  daemon_ = std::make_unique<Daemon>(
      DaemonWorld{.fleet = session_->world().fleet,
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
                  .request_counts = [this] { return doors_->request_counts(); }},
      DaemonOptions{
          .dry_run = arguments_.dry_run, .once = arguments_.once, .version = SCALE_FLEET_VERSION},
      std::move(declared),
      std::move(*sources));
  return listen();
}

void DaemonProcess::begin_turn() {
  if (hangup_->take()) reload();
  if (places_.etcd.consume && sources_consume_ != may_consume()) follow_leadership();
}

/// One that leads now reads what lies there once more, and removes it.
void DaemonProcess::follow_leadership() {
  auto sources = open_sources(daemon_->declared().file);
  if (!sources) return progress_->warn(sources.error().message);
  daemon_->replace_sources(std::move(*sources));
}

void DaemonProcess::reload() {
  auto declared = understand_declared(read_declared_file(arguments_.file), arguments_);
  if (!declared) return daemon_->tell_file_error(declared.error().message);
  if (!has_same_places(declared->file, places_)) {
    return daemon_->tell_file_error(
        fmt::format("{}: fleet, etcd, state, listen, api, notifications and events are read when "
                    "the daemon starts; restart it, the file as it was is kept until then",
                    arguments_.file.string()));
  }
  const auto& address = listening_at();
  if (places_.api.is_on && address && lets_strangers_in(declared->file, *address)) {
    return daemon_->tell_file_error(
        fmt::format("{}: whoever reaches {} could change counts; the file as it was is kept",
                    arguments_.file.string(),
                    *address));
  }
  auto sources = open_sources(declared->file);
  if (!sources) return daemon_->tell_file_error(sources.error().message);
  const auto count = declared->file.services.size();
  places_.interval = declared->file.interval;
  places_.nodes = declared->file.nodes;
  daemon_->replace(std::move(*declared), std::move(*sources));
  progress_->tell(fmt::format(
      "read {} again: it names {}", arguments_.file.string(), counted(count, "service")));
}

Result<int> DaemonProcess::run() {
  auto declared = understand_declared(invocation_.declared.value(), arguments_);
  if (!declared) return tl::unexpected(declared.error());
  if (auto opened = open(std::move(*declared)); !opened) return tl::unexpected(opened.error());
  const auto& environment = invocation_.environment;
  const ServiceManager manager(environment("NOTIFY_SOCKET"), environment("WATCHDOG_USEC"));
  const DaemonRun turning{.daemon = *daemon_,
                          .clock = session_->clock(),
                          .stop = session_->stop(),
                          .board = board_,
                          .manager = manager,
                          .interval = places_.interval,
                          .begin_turn = [this] { begin_turn(); }};
  arguments_.once ? run_once(turning) : run_until_stopped(turning);
  daemon_->finish();
  if (lead_) lead_->resign();
  if (!arguments_.once) return 0;
  if (lead_ && lead_->stands_by()) return static_cast<int>(ExitCode::precondition);
  if (const auto signal = session_->stop().signal()) return exit_code_of_signal(*signal);
  return static_cast<int>(daemon_->is_well() ? ExitCode::as_asked : ExitCode::not_as_asked);
}

}  // namespace

Result<int> run_daemon(const Invocation& invocation) {
  auto arguments = read_run_arguments(invocation.arguments);
  if (!arguments) return tl::unexpected(arguments.error());
  share_one_heap();
  return DaemonProcess(invocation, std::move(*arguments)).run();
}

}  // namespace scale_fleet
