#include <nlohmann/json.hpp>

#include "scale_fleet/fleet/fleet_json.hpp"

namespace scale_fleet {
namespace {

using nlohmann::json;

/// Fleet omits every empty field.
void put(json& object, const char* key, std::string_view value) {
  if (!value.empty()) object[key] = value;
}

/// Unit texts may hold any bytes; what isn't UTF-8 is replaced, as Go does, instead of failing.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json options_to_json(const UnitOptions& options) {
  json list = json::array();
  for (const auto& option : options) {
    json entry = json::object();
    put(entry, "section", option.section);
    put(entry, "name", option.name);
    put(entry, "value", option.value);
    list.push_back(std::move(entry));
  }
  return list;
}

json to_json(const Unit& unit) {
  json object = json::object();
  put(object, "name", unit.name);
  if (!unit.options.empty()) object["options"] = options_to_json(unit.options);
  if (unit.desired_state) object["desiredState"] = to_string(*unit.desired_state);
  if (unit.current_state) object["currentState"] = to_string(*unit.current_state);
  put(object, "machineID", unit.machine_id);
  return object;
}

json to_json(const UnitState& state) {
  json object = json::object();
  put(object, "name", state.unit);
  put(object, "hash", state.hash);
  put(object, "machineID", state.machine_id);
  put(object, "systemdLoadState", state.load);
  put(object, "systemdActiveState", state.active);
  put(object, "systemdSubState", state.sub);
  return object;
}

json to_json(const Machine& machine) {
  json object = json::object();
  put(object, "id", machine.id);
  put(object, "primaryIP", machine.primary_ip);
  if (!machine.metadata.empty()) object["metadata"] = machine.metadata;
  return object;
}

template <typename Item>
std::string write_page(const char* key, const Page<Item>& page) {
  json object = json::object();
  for (const auto& item : page.items)
    object[key].push_back(to_json(item));
  if (page.next_token) object["nextPageToken"] = *page.next_token;
  return dump(object);
}

}  // namespace

std::string write_unit_page(const Page<Unit>& page) {
  return write_page("units", page);
}

std::string write_state_page(const Page<UnitState>& page) {
  return write_page("states", page);
}

std::string write_machine_page(const Page<Machine>& page) {
  return write_page("machines", page);
}

std::string write_unit(const Unit& unit) {
  return dump(to_json(unit));
}

std::string write_state(const UnitState& state) {
  return dump(to_json(state));
}

std::string write_error(int code, std::string_view message) {
  return dump({{"error", {{"code", code}, {"message", message}}}});
}

std::string write_put_body(JobState desired_state, const UnitOptions* options) {
  json object = {{"desiredState", to_string(desired_state)}};
  if (options != nullptr) object["options"] = options_to_json(*options);
  return dump(object);
}

std::string write_metadata_patch(const MetadataChange& change) {
  json operation = {{"op", change.value ? "add" : "remove"},
                    {"path", "/" + change.machine_id + "/metadata/" + change.key}};
  if (change.value) operation["value"] = {{"value", *change.value}};
  return dump(json::array({std::move(operation)}));
}

}  // namespace scale_fleet
