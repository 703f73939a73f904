#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {

/// Lets a sandbox's cluster gain and lose machines, as a cloud would. Beside Fleet's API, which has
/// no such thing:
///
///     GET    /sandbox/machines       how many there are, then a line `ID IP` for each
///     POST   /sandbox/machines       one more, which has joined when the reply comes: 201, its
///     line DELETE /sandbox/machines/ID    it falls silent, and Fleet forgets it a while later: 204
///
/// Everything else is 404, other methods 405. What GET answers is what `look` of a program for
/// machines prints.
class SandboxCloud {
 public:
  /// `cluster` must outlive it.
  explicit SandboxCloud(SandboxCluster& cluster)
      : cluster_(cluster), made_(cluster.machines().size()) {}

  /// Whether a request is for it, and not for Fleet's API.
  static bool is_asked(const HttpRequest& request);

  HttpReply handle(const HttpRequest& request, TimePoint now);

 private:
  std::vector<Machine> machines() const;
  HttpReply launch();
  HttpReply end(const std::string& id);

  SandboxCluster& cluster_;
  std::size_t made_ = 0;        ///< Ever; no id comes twice.
  std::set<std::string> gone_;  ///< Ids, of those, too, that Fleet still lists.
};

}  // namespace scale_fleet
