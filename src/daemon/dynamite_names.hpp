#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/json_text.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

// How Dynamite names keys, units and fields.

inline constexpr std::string_view dynamite_status_key = "/_dynamite/state/application_status";
inline constexpr std::string_view dynamite_configuration_key =
    "/_dynamite/init/application_configuration";
inline constexpr std::string_view dynamite_services_folder = "/_dynamite/run/service/";
inline constexpr std::string_view dynamite_template_name = "fleet_service_template";

/// The number of an instance of the service, whose units are called by its key in the
/// configuration: `webserver@8080.service`.
std::optional<InstanceNumber> dynamite_number(std::string_view service, std::string_view unit);

/// The list under either of Dynamite's two spellings; an empty one where neither is a list.
const Json& attached_list(const Json& object);

}  // namespace scale_fleet
