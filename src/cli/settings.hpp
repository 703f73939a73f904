#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// A value as somebody wrote it, and where: `--retries`, `SCALE_FLEET_RETRIES`,
/// `/etc/scale-fleet/config.yaml:3: retries`.
struct Setting {
  std::string text;
  std::string source;
};

/// From where settings come: a flag beats a variable, a variable the settings file.
struct SettingSources {
  const Arguments& arguments;
  Environment environment;
  std::map<std::string, Setting> file;  ///< By option name without dashes.
};

/// What was set for the option of that name (without dashes), if anything. Variables are
/// SCALE_FLEET_NAME; then fleetctl's FLEETCTL_NAME, for the options that fleetctl has too; then for
/// the endpoint FLEET_ENDPOINT and FLEET_HOST.
std::optional<Setting> find_setting(const SettingSources& sources, const std::string& name);

/// What stood behind a flag that only the command line has, if it was given.
std::optional<Setting> flag_value(const Arguments& arguments, const std::string& flag);

// How texts become values. Errors are ErrorKind::usage, name the source and say what is allowed.

/// Decimal digits, within both ends.
Result<unsigned> to_whole_number(const Setting& setting, unsigned least, unsigned most);

/// Reads a flag that is a whole number into `value`, where it is given.
template <typename Value>
Outcome read_number(const Arguments& arguments,
                    const std::string& flag,
                    unsigned least,
                    unsigned most,
                    Value& value) {
  const auto setting = flag_value(arguments, flag);
  if (!setting) return {};
  const auto number = to_whole_number(*setting, least, most);
  if (!number) return tl::unexpected(number.error());
  value = *number;
  return {};
}

/// Seconds, with a decimal point or without, within both ends.
Result<Duration> to_seconds(const Setting& setting, Duration least, Duration most);
/// A switch in a variable or file: true, yes, on, 1 or false, no, off, 0. A bare flag is true.
Result<bool> to_switch(const Setting& setting);
/// The place of the text among `choices`.
Result<std::size_t> to_choice(const Setting& setting, const std::vector<std::string_view>& choices);

}  // namespace scale_fleet
