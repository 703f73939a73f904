#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

struct FileSetting {
  std::string value;     ///< As written: `010` stays `010`, `yes` stays `yes`. May be empty.
  std::size_t line = 0;  ///< From 1.

  bool operator==(const FileSetting&) const = default;
};

/// What a settings file says, by the option's name without dashes in front.
struct SettingsValues {
  std::string file;  ///< As displayed; to say where a value comes from.
  std::map<std::string, FileSetting, std::less<>> by_name;

  bool operator==(const SettingsValues&) const = default;
};

/// Reads a YAML text of lines `option: value`; an empty one has no settings. `known` are the
/// options that may stand there. The error (ErrorKind::usage) has one line `NAME:LINE:COLUMN: what`
/// for each mistake: unknown option (with the nearest known one), an option twice, no value, a list
/// or mapping as value, another shape, a second document; or the first place that isn't YAML.
/// Values are never in a message: they may be secrets.
Result<SettingsValues> parse_settings(std::string_view text,
                                      std::string_view display_name,
                                      std::span<const std::string_view> known);

/// parse_settings() on a file's text. ErrorKind::usage as well: it can't be read, is longer than
/// 64 KiB, or is no file (a pipe could keep the program waiting for ever); /dev/null is an empty
/// one.
Result<SettingsValues> read_settings_file(const std::filesystem::path& path,
                                          std::span<const std::string_view> known);

/// The value of an environment variable, if it is set.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

struct SettingsFileCandidate {
  std::filesystem::path path;
  bool must_exist = false;

  bool operator==(const SettingsFileCandidate&) const = default;
};

/// Where the settings file may be, the first that exists counts: SCALE_FLEET_CONFIG, and then
/// nothing else; otherwise scale-fleet/config.yaml in $XDG_CONFIG_HOME (~/.config where it is unset
/// or relative, as the XDG Base Directory Specification wants it) and in /etc. Empty variables
/// count as unset.
std::vector<SettingsFileCandidate> settings_file_candidates(const EnvironmentLookup& environment);

/// Reads the first candidate that exists; nothing where none does. Errors (ErrorKind::usage): a
/// file that must exist doesn't, it can't be told whether one exists, and those of
/// read_settings_file().
Result<std::optional<SettingsValues>> read_first_settings_file(
    std::span<const SettingsFileCandidate> candidates, std::span<const std::string_view> known);

}  // namespace scale_fleet
