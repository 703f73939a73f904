#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scale_fleet/daemon/dynamite_keys.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

// A session that a real Dynamite had: its keys at the end, and what they say of its files.

using SessionJson = nlohmann::ordered_json;

inline void flatten(const SessionJson& node, DynamiteKeys& keys) {
  if (node.contains("value")) keys[node["key"]] = node["value"];
  if (!node.contains("nodes")) return;
  for (const auto& below : node["nodes"])
    flatten(below, keys);
}

/// All keys at the end of a session that a real Dynamite had.
inline const DynamiteKeys& session_keys() {
  static const auto keys = [] {
    DynamiteKeys read;
    const auto text =
        TemporaryFolder::read(std::string(SCALE_FLEET_TEST_DATA) + "/dynamite-keys.json");
    flatten(SessionJson::parse(text)["node"], read);
    return read;
  }();
  return keys;
}

inline const std::string& session_configuration() {
  return session_keys().at("/_dynamite/init/application_configuration");
}

inline void add_unit_file(const SessionJson& object, DynamiteUnitFiles& files) {
  auto& file = files[object["service_config_details"]["name_of_unit_file"]];
  file.path = object["path_on_filesystem"];
  for (const auto& option : object["unit_file_details_json_dict"]["options"]) {
    file.options.push_back(
        {.section = option["section"], .name = option["name"], .value = option["value"]});
  }
  for (const auto& attached : object["attached_services"])
    add_unit_file(attached, files);
}

/// The unit files that the session's templates hold.
inline DynamiteUnitFiles session_files() {
  DynamiteUnitFiles files;
  for (const auto& [key, value] : session_keys()) {
    if (key.ends_with("/fleet_service_template")) add_unit_file(SessionJson::parse(value), files);
  }
  return files;
}

/// Those that ran when the session ended.
inline std::vector<std::string> session_units() {
  std::vector<std::string> names{"loadbalancer.service"};
  for (const auto* service : {"webserver", "webserver_announcer", "webserver_logger"}) {
    for (const auto* number : {"8080", "8082", "8084"})
      names.push_back(std::string(service) + "@" + number + ".service");
  }
  return names;
}

}  // namespace scale_fleet
