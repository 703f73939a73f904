#include "scale_fleet/config/settings_file.hpp"

#include <system_error>

#include "config/text_file.hpp"

namespace scale_fleet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = 64UL * 1024;

constexpr std::string_view settings_file_name = "the settings file";

/// "No such file", and what amounts to it: a folder on the way that is a file.
bool says_absent(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

}  // namespace

Result<SettingsValues> read_settings_file(const fs::path& path,
                                          std::span<const std::string_view> known) {
  const auto text =
      read_text_file(path, {.called = settings_file_name, .most_bytes = longest_file});
  if (!text) return tl::unexpected(text.error());
  return parse_settings(*text, path.string(), known);
}

std::vector<SettingsFileCandidate> settings_file_candidates(const EnvironmentLookup& environment) {
  const auto variable = [&](std::string_view name) -> fs::path {
    return environment(name).value_or("");
  };
  if (const auto named = variable("SCALE_FLEET_CONFIG"); !named.empty()) {
    return {{.path = named, .must_exist = true}};
  }
  std::vector<SettingsFileCandidate> candidates;
  const auto place = fs::path("scale-fleet") / "config.yaml";
  const auto xdg = variable("XDG_CONFIG_HOME");
  const auto home = variable("HOME");
  if (xdg.is_absolute()) {
    candidates.push_back({.path = xdg / place});
  } else if (home.is_absolute()) {
    candidates.push_back({.path = home / ".config" / place});
  }
  candidates.push_back({.path = fs::path("/etc") / place});
  return candidates;
}

Result<std::optional<SettingsValues>> read_first_settings_file(
    std::span<const SettingsFileCandidate> candidates, std::span<const std::string_view> known) {
  for (const auto& [path, must_exist] : candidates) {
    std::error_code error;
    const bool exists = fs::exists(path, error);
    // A folder of somebody else's (HOME kept over su) is no reason to stop, unless it was named.
    const bool is_out_of_reach =
        error == std::errc::permission_denied || error == std::errc::too_many_symbolic_link_levels;
    if (is_out_of_reach && !must_exist) continue;
    if (error && !says_absent(error)) return cannot_read(settings_file_name, path, error.message());
    if (exists) return read_settings_file(path, known);
    if (must_exist) {
      return cannot_read(
          settings_file_name, path, "it doesn't exist; create it or unset SCALE_FLEET_CONFIG");
    }
  }
  return std::nullopt;
}

}  // namespace scale_fleet
