#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "program/declared_world.hpp"
#include "scale_fleet/api/api.hpp"
#include "scale_fleet/daemon/demand_desk.hpp"
#include "scale_fleet/daemon/status_board.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

/// Where others reach a daemon: the server, and the desks at which demands are handed over.
class DaemonDoors {
 public:
  /// What is outside; all of it outlives the doors.
  struct Parts {
    const DeclaredFile& file;
    const TlsFiles& tls;
    const Clock& clock;
    const StatusBoard& board;
    Progress& progress;  ///< A line at a time, on any thread.
    std::function<void()> wake;
    std::function<void(const std::vector<std::string>&)> reschedule;
    std::function<void(const BadRequest&)> on_bad_request;
    std::function<void(const BoundMet&)> on_bound;
  };

  explicit DaemonDoors(Parts parts) : parts_(std::move(parts)) {}

  /// Opens the desks, where the file lets anybody ask for anything. Errors (usage): a URL that
  /// can't be used.
  Outcome open_desks();
  /// Serves at `address`. Errors (usage): a token or TLS file, an address; that the network could
  /// change counts without being let in.
  Outcome listen(const std::string& address);

  /// Null where nobody may ask.
  DemandDesk* services() { return services_ ? &*services_ : nullptr; }

  DemandDesk* nodes() { return nodes_ ? &*nodes_ : nullptr; }

  /// Of requests for changes.
  CountsByAnswer request_counts() const { return counts_.latest(); }

 private:
  Result<LaterHttpHandler> make_handler();

  Parts parts_;
  RequestCounts counts_;
  std::mutex random_mutex_;
  std::mt19937 random_{std::random_device{}()};
  OpenedState services_state_;  // The clerks' own.
  OpenedState nodes_state_;
  std::optional<DemandDesk> services_;
  std::optional<DemandDesk> nodes_;
  // Behind what their threads use, so that they end first: the server hands in no more, then the
  // clerks answer what was handed in.
  std::unique_ptr<DemandClerk> services_clerk_;
  std::unique_ptr<DemandClerk> nodes_clerk_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace scale_fleet
