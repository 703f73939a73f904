#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// Tells systemd how a service of Type=notify fares, over the socket that it names (sd_notify(3)).
/// Does nothing where nobody asked.
class ServiceManager {
 public:
  /// From NOTIFY_SOCKET and WATCHDOG_USEC as they are in the environment; a leading `@` is an
  /// abstract socket.
  ServiceManager(std::optional<std::string> notify_socket,
                 const std::optional<std::string>& watchdog_usec);

  /// Lines as sd_notify(3) has them: `READY=1`, `STATUS=…`, `STOPPING=1`. What can't be said is
  /// nobody's loss but systemd's: the error is for --debug.
  Outcome notify(std::string_view lines) const;

  /// How often `WATCHDOG=1` is to be said: twice in the time that systemd allows; empty where it
  /// doesn't watch.
  std::optional<Duration> watchdog_interval() const { return watchdog_interval_; }

 private:
  std::optional<std::string> socket_;
  std::optional<Duration> watchdog_interval_;
};

}  // namespace scale_fleet
