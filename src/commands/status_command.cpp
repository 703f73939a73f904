#include "scale_fleet/commands/status_command.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "commands/explain.hpp"
#include "commands/json_text.hpp"
#include "scale_fleet/core/release_plan.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t columns = 7;
using Row = std::array<std::string, columns>;

/// Bytes of one word of Fleet's in the table: all that it says itself are shorter.
constexpr std::size_t longest_cell = 64;

std::string or_dash(std::string_view text) {
  return text.empty() ? "-" : printable_start(text, longest_cell);
}

std::string or_dash(const std::optional<JobState>& state) {
  return state ? std::string(to_string(*state)) : "-";
}

Row row_of(const InstanceStatus& instance) {
  const Machine machine{.id = instance.machine_id, .primary_ip = instance.ip};
  return {instance.unit,
          or_dash(instance.desired_state),
          or_dash(instance.current_state),
          or_dash(location_of(instance.machine_id, {machine})),
          or_dash(instance.active),
          or_dash(instance.sub),
          instance.drift.value_or(false) ? "yes" : "-"};
}

std::string table_of(const std::vector<InstanceStatus>& instances) {
  std::vector<Row> rows{{"UNIT", "DESIRED", "CURRENT", "MACHINE", "ACTIVE", "SUB", "DRIFT"}};
  for (const auto& instance : instances)
    rows.push_back(row_of(instance));
  std::array<std::size_t, columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < columns; ++i)
      text += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += row.back() + "\n";
  }
  return text;
}

std::string headline_of(const ServiceStatus& status) {
  const auto active = std::ranges::count(status.instances, "active", &InstanceStatus::active);
  const auto drifted = std::ranges::count_if(status.instances, [](const InstanceStatus& instance) {
    return instance.drift.value_or(false);
  });
  auto line = fmt::format("{}: {}, {} active",
                          status.service.display_name(),
                          counted(status.instances.size(), "instance"),
                          active);
  if (drifted > 0) line += fmt::format(", {} not as the template", drifted);
  if (!status.template_exists)
    line += fmt::format(", no template {}", status.service.template_name());
  if (status.template_is_global) line += ", global: Fleet runs it on every machine";
  return line + "\n";
}

std::string release_lines_of(const ServiceStatus& status) {
  const auto name = status.service.display_name();
  std::string text;
  if (const auto& release = status.release) {
    const auto place = release->replaces ? " in place of " + release->replaces->display_name() : "";
    text +=
        fmt::format("{} of {}{} under way or broken off: the same command again goes on with it",
                    printable_start(release->command, longest_cell),
                    counted(release->count, "instance"),
                    place);
    // A restart has no other version to go back to, and a rollback is that way already.
    if (release->command == to_string(ReleaseKind::deploy) ||
        release->command == to_string(ReleaseKind::refresh)) {
      text += fmt::format(", scale-fleet rollback {} goes back", name);
    }
    text += "\n";
  }
  if (!status.former_unit.empty()) {
    text += fmt::format("former version kept as {}: scale-fleet rollback {} goes back to it\n",
                        status.former_unit,
                        name);
  }
  return text;
}

Json instance_json(const InstanceStatus& instance) {
  const auto state = [](const std::optional<JobState>& value) {
    return value ? Json(to_string(*value)) : Json(nullptr);
  };
  const auto text = [](const std::string& value) {
    return value.empty() ? Json(nullptr) : Json(value);
  };
  return {{"unit", instance.unit},
          {"number", instance.number},
          {"desired_state", state(instance.desired_state)},
          {"current_state", state(instance.current_state)},
          {"machine", text(instance.machine_id)},
          {"ip", text(instance.ip)},
          {"load", text(instance.load)},
          {"active", text(instance.active)},
          {"sub", text(instance.sub)},
          {"drift", or_null(instance.drift)}};
}

}  // namespace

Result<std::vector<ServiceStatus>> look_at_services(FleetApi& fleet,
                                                    const std::vector<Service>& services) {
  auto machines = fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  ClusterLook look{.machines = std::move(*machines)};
  const auto look_at = [&](std::string_view prefix) -> Outcome {
    auto units = fleet.units(prefix);
    if (!units) return tl::unexpected(units.error());
    auto states = fleet.states(prefix);
    if (!states) return tl::unexpected(states.error());
    look.units = std::move(*units);
    look.states = std::move(*states);
    return {};
  };
  std::vector<ServiceStatus> statuses;
  if (services.empty()) {
    if (auto looked = look_at(""); !looked) return tl::unexpected(looked.error());
    for (const auto& service : services_in(look.units))
      statuses.push_back(status_of(service, look));
  }
  for (const auto& service : services) {
    if (auto looked = look_at(service.name_prefix()); !looked)
      return tl::unexpected(looked.error());
    // The list of the service's own units doesn't hold what is kept beside it.
    for (const auto& name : {former_unit_name(service), mark_unit_name(service)}) {
      if (!check_unit_name(name)) continue;
      auto kept = fleet.unit(name);
      if (!kept) return tl::unexpected(kept.error());
      if (*kept) look.units.push_back(std::move(**kept));
    }
    statuses.push_back(status_of(service, look));
  }
  return statuses;
}

std::string status_text(const std::vector<ServiceStatus>& services) {
  std::string text;
  for (const auto& status : services) {
    if (!text.empty()) text += "\n";
    text += headline_of(status);
    if (!status.instances.empty()) text += table_of(status.instances);
    text += release_lines_of(status);
    for (const auto& unit : status.left_alone) {
      text += fmt::format("{} is not counted: it is not a numbered instance\n",
                          printable_start(unit, max_unit_name_bytes));
    }
  }
  return text;
}

std::string status_json(const std::vector<ServiceStatus>& services) {
  Json list = Json::array();
  for (const auto& status : services) {
    Json instances = Json::array();
    for (const auto& instance : status.instances)
      instances.push_back(instance_json(instance));
    Json service = {
        {"service", status.service.display_name()},
        {"template", {{"exists", status.template_exists}, {"global", status.template_is_global}}},
        {"instances", std::move(instances)}};
    if (!status.former_unit.empty()) service["former"] = status.former_unit;
    if (const auto& release = status.release)
      service["release"] = {{"command", release->command}, {"count", release->count}};
    list.push_back(std::move(service));
  }
  return document_text({{"services", std::move(list)}});
}

std::string status_error_json(const Error& error) {
  return document_text({{"services", Json::array()}, {"error", error_json(error)}});
}

}  // namespace scale_fleet
