#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/run_arguments.hpp"
#include "program/action_world.hpp"
#include "program/daemon_doors.hpp"
#include "program/daemon_lead.hpp"
#include "program/daemon_notices.hpp"
#include "program/declared_state.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "program/node_threads.hpp"
#include "program/session.hpp"
#include "scale_fleet/daemon/action_threads.hpp"
#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/daemon/dynamite_record.hpp"
#include "scale_fleet/daemon/event_file.hpp"
#include "scale_fleet/daemon/event_notices.hpp"
#include "scale_fleet/platform/reload_request.hpp"

namespace scale_fleet {

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
  void open_threads();
  Outcome open_doors();
  Outcome listen();
  DaemonWorld world();
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

}  // namespace scale_fleet
