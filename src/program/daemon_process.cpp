#include "program/daemon_process.hpp"

#include <fmt/format.h>

#include "program/daemon_run.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/pause_command.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {

/// What a standby removed the leader would never see.
bool DaemonProcess::may_consume() const {
  return !arguments_.dry_run && may_go_on();
}

bool DaemonProcess::leads() {
  lead_trouble_.reset();
  if (!lead_) return true;
  const bool leads = lead_->leads();
  lead_trouble_ = lead_->trouble();
  return leads && pause_at_first();
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

}  // namespace scale_fleet
