#include "scale_fleet/config/settings_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = 64UL * 1024;

tl::unexpected<Error> cannot_read(const fs::path& path, std::string_view why) {
  return failure(
      ErrorKind::usage,
      fmt::format("cannot read the settings file {}: {}", printable(path.string()), why));
}

/// "No such file", and what amounts to it: a folder on the way that is a file.
bool says_absent(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

}  // namespace

Result<SettingsValues> read_settings_file(const fs::path& path,
                                          std::span<const std::string_view> known) {
  // Opening a pipe waits for its writer, for ever where there is none. /dev/null is how one says
  // that no file is wanted.
  std::error_code unknown;
  if (fs::is_other(path, unknown) && path != "/dev/null") {
    return cannot_read(path, "it is a pipe, a socket or a device, and not a file");
  }
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text(longest_file + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A stream ends at the end of the file; any other stop is a failure, as is a folder's.
  if (!stream && !stream.eof()) return cannot_read(path, std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > longest_file) {
    return cannot_read(path, "it is longer than 64 KiB, so it is hardly one");
  }
  return parse_settings(text, path.string(), known);
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
    if (error && !says_absent(error)) return cannot_read(path, error.message());
    if (exists) return read_settings_file(path, known);
    if (must_exist) {
      return cannot_read(path, "it doesn't exist; create it or unset SCALE_FLEET_CONFIG");
    }
  }
  return std::nullopt;
}

}  // namespace scale_fleet
