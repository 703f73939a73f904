#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/http/endpoint.hpp"

namespace scale_fleet {

/// Requests to a Fleet with nothing around them, as quick as kept-alive connections take them: what
/// a client could reach at most. Every call throws where a request fails: there are no retries.
class BareRequests {
 public:
  explicit BareRequests(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  using Seconds = std::chrono::duration<double>;

  /// PUTs each unit, over so many connections that are made anew.
  void put(const std::vector<std::string>& units,
           const UnitOptions& options,
           JobState state,
           int connections) const;
  /// One that isn't there is destroyed already.
  void destroy(const std::vector<std::string>& units, int connections) const;

  struct Walk {
    Seconds time{0};
    int requests = 0;
  };

  /// Reads the list of units, page after page, over one connection.
  Walk walk_units() const;

 private:
  Endpoint endpoint_;
};

}  // namespace scale_fleet
