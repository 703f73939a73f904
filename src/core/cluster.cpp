#include "scale_fleet/core/cluster.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

bool has_option(const UnitOptions& options, std::string_view section, std::string_view name) {
  return std::ranges::any_of(options, [&](const UnitOption& option) {
    return option.section == section && option.name == name;
  });
}

}  // namespace

std::string_view to_string(JobState state) {
  switch (state) {
    case JobState::inactive:
      return "inactive";
    case JobState::loaded:
      return "loaded";
    case JobState::launched:
      return "launched";
  }
  return "";
}

std::optional<JobState> parse_job_state(std::string_view text) {
  for (const auto state : {JobState::inactive, JobState::loaded, JobState::launched}) {
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

std::vector<std::string_view> option_values(const UnitOptions& options,
                                            std::string_view section,
                                            std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& option : options) {
    if (option.section == section && option.name == name) values.emplace_back(option.value);
  }
  return values;
}

bool is_global(const UnitOptions& options) {
  const auto values = x_fleet_values(options, "Global");
  constexpr std::array truths{"true", "yes", "1", "on", "t"};
  return !values.empty() && std::ranges::any_of(truths, [&](std::string_view truth) {
    return equal_ignoring_case(values.back(), truth);
  });
}

bool is_oneshot(const UnitOptions& options) {
  const auto values = option_values(options, "Service", "Type");
  return !values.empty() && values.back() == "oneshot";
}

bool has_stop_actions(const UnitOptions& options) {
  return has_option(options, "Service", "ExecStop") ||
         has_option(options, "Service", "ExecStopPost") ||
         has_option(options, "Service", "KillSignal");
}

std::vector<std::string> placement_demands(const UnitOptions& options) {
  constexpr std::array names{"Conflicts", "MachineMetadata", "MachineOf", "MachineID"};
  std::vector<std::string> demands;
  for (const auto& option : options) {
    if (option.section == "X-Fleet" && std::ranges::find(names, option.name) != names.end()) {
      demands.push_back(option.name + "=" + option.value);
    }
  }
  return demands;
}

}  // namespace scale_fleet
