#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/service_status.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// How the named services stand, or every service where none is named. One look.
Result<std::vector<ServiceStatus>> look_at_services(FleetApi& fleet,
                                                    const std::vector<Service>& services);

/// A table for each service, under a line that sums it up.
std::string status_text(const std::vector<ServiceStatus>& services);

/// `{"services": [...]}` in the form that the contract gives.
std::string status_json(const std::vector<ServiceStatus>& services);

/// The document where there is no status to show.
std::string status_error_json(const Error& error);

}  // namespace scale_fleet
