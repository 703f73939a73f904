#pragma once

#include <chrono>
#include <string>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// The right to change a service, against every other scaler, for as long as it takes to move an
/// instance: others get at the service in between. Used on one thread.
class ServiceRights {
 public:
  ServiceRights() = default;
  ServiceRights(const ServiceRights&) = delete;
  ServiceRights& operator=(const ServiceRights&) = delete;
  virtual ~ServiceRights() = default;

  /// Takes the service, by its display name, which isn't taken yet. Doesn't wait. Errors:
  /// precondition (somebody else works on it; later nobody may), usage, unavailable, interrupted.
  virtual Outcome take(const std::string& service) = 0;

  /// Nothing where it isn't taken.
  virtual void give_back(const std::string& service) = 0;
};

/// How long a service that was given back is left to others, who try a few times a second.
inline constexpr auto time_for_others = std::chrono::seconds(1);

}  // namespace scale_fleet
