#include "scale_fleet/core/drain_blocker.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// systemd and Fleet leave sections alone whose name begins with X-.
constexpr const char* own_section = "X-Scale-Fleet";

/// FNV-1a, 64 bits.
std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

/// The pattern that covers this unit alone: of what patterns mean, names can hold a backslash.
std::string exact_pattern(std::string_view unit) {
  std::string pattern;
  for (const char c : unit) {
    if (c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

std::string only_value(const UnitOptions& options, std::string_view name) {
  const auto values = option_values(options, own_section, name);
  return values.size() == 1 ? std::string(values.front()) : std::string();
}

}  // namespace

std::string blocker_name(const Blocker& blocker) {
  const auto hash = fingerprint(blocker.machine_id + "/" + blocker.unit);
  return fmt::format("{}{:016x}.service", blocker_prefix, hash);
}

UnitOptions blocker_options(const Blocker& blocker) {
  UnitOptions options{
      {"Unit",
       "Description",
       fmt::format("keeps {} away while its machine is emptied", blocker.unit)},
      {"Service", "Type", "oneshot"},
      {"Service", "RemainAfterExit", "yes"},
      {"Service", "ExecStart", "/bin/true"},
      {"X-Fleet", "MachineMetadata", fmt::format("{}={}", drain_metadata_key, blocker.machine_id)},
      {"X-Fleet", "Conflicts", exact_pattern(blocker.unit)},
      {own_section, "Machine", blocker.machine_id},
      {own_section, "Unit", blocker.unit},
      {own_section, "State", std::string(to_string(blocker.state))}};
  if (!blocker.group.empty()) options.push_back({own_section, "Group", blocker.group});
  return options;
}

std::optional<Blocker> read_blocker(const Unit& unit) {
  if (!unit.name.starts_with(blocker_prefix)) return std::nullopt;
  const auto state = parse_job_state(only_value(unit.options, "State"));
  Blocker blocker{.machine_id = only_value(unit.options, "Machine"),
                  .unit = only_value(unit.options, "Unit"),
                  .state = state.value_or(JobState::inactive),
                  .group = only_value(unit.options, "Group")};
  if (!state || blocker_name(blocker) != unit.name) return std::nullopt;
  return blocker;
}

}  // namespace scale_fleet
