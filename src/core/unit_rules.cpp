#include "scale_fleet/core/unit_rules.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"
#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

/// What [X-Fleet] may hold, the old spellings among it (job/job.go:50-80).
constexpr std::string_view known_keys[] = {"MachineID",
                                           "MachineOf",
                                           "MachineMetadata",
                                           "Conflicts",
                                           "Replaces",
                                           "Global",
                                           "X-Conflicts",
                                           "X-ConditionMachineID",
                                           "X-ConditionMachineBootID",
                                           "X-ConditionMachineOf",
                                           "X-ConditionMachineMetadata"};

bool has_key(const UnitOptions& options, std::string_view key) {
  return !option_values(options, "X-Fleet", key).empty();
}

Outcome refuse(std::string_view rule, std::string_view advice) {
  return failure(ErrorKind::usage, fmt::format("Fleet refuses [X-Fleet]: {} ({})", rule, advice));
}

Outcome check_peers(const std::vector<std::string>& peers,
                    const std::vector<std::string>& patterns,
                    std::string_view what) {
  for (const auto& peer : peers) {
    for (const auto& pattern : patterns) {
      if (!pattern_matches(pattern, peer)) continue;
      return refuse(fmt::format(R"(unresolvable requirements: peer "{}" matches {} "{}")",
                                printable(peer),
                                what,
                                printable(pattern)),
                    "the unit that MachineOf names can't be kept away as well");
    }
  }
  return {};
}

/// Which demands exclude each other. Fleet calls MachineOf "Peers".
Outcome check_combinations(const UnitOptions& options) {
  const bool has_machine = has_key(options, "MachineID") ||
                           has_key(options, "X-ConditionMachineID") ||
                           has_key(options, "X-ConditionMachineBootID");
  const bool has_peers = !peer_names(options).empty();
  const bool has_conflicts = !conflict_patterns(options).empty();
  const bool has_replaces = has_key(options, "Replaces");
  const bool global = is_global(options);

  struct Rule {
    bool broken;
    std::string_view words;
  };

  const Rule rules[] = {
      {has_machine && has_peers, "MachineID cannot be used with Peers"},
      {has_machine && has_conflicts, "MachineID cannot be used with Conflicts"},
      {has_machine && global, "MachineID cannot be used with Global"},
      {has_machine && has_replaces, "MachineID cannot be used with Replaces"},
      {global && has_peers, "Global cannot be used with Peers"},
      {global && has_replaces, "Global cannot be used with Replaces"},
      {has_conflicts && has_replaces, "Conflicts cannot be used with Replaces"},
  };
  const auto* const broken = std::ranges::find(rules, true, &Rule::broken);
  if (broken == std::end(rules)) return {};
  return refuse(broken->words, "remove one of the two; Peers are the units that MachineOf names");
}

std::vector<std::string> unknown_key_warnings(const UnitOptions& options) {
  std::vector<std::string> warnings;
  for (const auto& option : options) {
    if (option.section != "X-Fleet") continue;
    if (std::ranges::find(known_keys, option.name) != std::end(known_keys)) continue;
    const auto nearest = nearest_word(option.name, known_keys);
    warnings.push_back(
        fmt::format("Fleet doesn't know '{}' in [X-Fleet] and will ignore it{}",
                    printable(option.name),
                    nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
  }
  return warnings;
}

std::vector<std::string> changed_option_warnings(const UnitOptions& options) {
  std::vector<std::string> warnings;
  for (const auto& option : options) {
    const auto stored = as_stored({option});
    if (!stored || *stored == UnitOptions{option}) continue;
    warnings.push_back(
        fmt::format("Fleet won't store [{}] {} as it is written: blanks at the ends are cut, a "
                    "line end or a \\ at the end makes one option two, or two one",
                    printable(option.section),
                    printable(option.name)));
  }
  return warnings;
}

/// systemd forgets the commands before an empty ExecStart=.
bool starts_something(const UnitOptions& options) {
  const auto commands = option_values(options, "Service", "ExecStart");
  return !commands.empty() && !commands.back().empty();
}

}  // namespace

Outcome check_unit_options(const UnitOptions& options) {
  if (options.empty()) {
    return failure(ErrorKind::usage,
                   "there are no options, and Fleet refuses a unit without any; it needs at "
                   "least a [Section] with a Name=value");
  }
  for (const auto& option : options) {
    if ((option.name + option.value).find('\0') == std::string::npos) continue;
    return failure(ErrorKind::usage,
                   fmt::format("[{}] {} holds a NUL byte, which systemd takes for the end",
                               printable(option.section),
                               printable(option.name)));
  }
  const auto stored = as_stored(options);
  if (!stored) return tl::unexpected(stored.error());
  if (stored->empty()) {
    return failure(ErrorKind::usage, "Fleet would read all of the options as comments");
  }
  const auto peers = peer_names(options);
  if (auto fine = check_peers(peers, conflict_patterns(options), "conflict"); !fine) return fine;
  if (auto fine = check_peers(peers, x_fleet_values(options, "Replaces"), "replace"); !fine) {
    return fine;
  }
  return check_combinations(options);
}

std::vector<std::string> unit_warnings(const UnitOptions& options, std::string_view unit_name) {
  auto warnings = unknown_key_warnings(options);
  std::ranges::move(changed_option_warnings(options), std::back_inserter(warnings));
  if (is_global(options) && unit_name.find('@') != std::string_view::npos) {
    warnings.push_back(
        fmt::format("{} says Global=true: each of its instances would run on every machine, so "
                    "it can't be scaled",
                    printable(unit_name)));
  }
  if (unit_name.ends_with(".service") && !starts_something(options)) {
    warnings.push_back(fmt::format("{} has no ExecStart in [Service], so it starts nothing",
                                   printable(unit_name)));
  }
  return warnings;
}

}  // namespace scale_fleet
