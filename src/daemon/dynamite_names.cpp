#include "daemon/dynamite_names.hpp"

#include "daemon/stored_json.hpp"

namespace scale_fleet {

std::optional<InstanceNumber> dynamite_number(std::string_view service, std::string_view unit) {
  const auto found = service_of(unit);
  if (!found || found->prefix() != service || found->suffix() != "service") return std::nullopt;
  return instance_number(*found, unit);
}

const Json& attached_list(const Json& object) {
  static const Json none = Json::array();
  for (const auto* name : {"attached_services", "attached_service"}) {
    const auto& list = field_of(object, name);
    if (list.is_array() && !list.empty()) return list;
  }
  return none;
}

}  // namespace scale_fleet
