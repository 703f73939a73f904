#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/settings.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/retry_delay.hpp"
#include "scale_fleet/http/curl_http_client.hpp"

namespace scale_fleet {

/// The options that every command has, understood and checked.
struct ProgramOptions {
  Endpoint endpoint;
  TlsFiles tls;
  std::chrono::milliseconds request_timeout = std::chrono::seconds(10);
  int retries = RetryPolicy{}.retries;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool debug = false;
  bool no_color = false;
  std::vector<Endpoint> lock_etcd;  ///< The members of one etcd; empty: no lease.
  Duration lock_timeout = std::chrono::seconds(60);
  std::vector<std::string> warnings;
};

/// What the machine has, as far as options depend on it.
struct MachineFacts {
  /// Whether fleetd's default socket is there: then it is the default endpoint.
  bool has_fleet_socket = false;
  std::function<bool(const std::string&)> can_read_file;
};

/// Errors are ErrorKind::usage, in one sentence; nothing has been sent by then.
Result<ProgramOptions> read_program_options(const SettingSources& sources,
                                            const MachineFacts& machine);

}  // namespace scale_fleet
