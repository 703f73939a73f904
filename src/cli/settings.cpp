#include "cli/settings.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::string variable_name(std::string_view prefix, std::string_view option) {
  std::string name(prefix);
  for (const char c : option) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

/// The variables that may set the option, the strongest first.
std::vector<std::string> variables_of(const std::string& option) {
  static const std::vector<std::string> fleetctl_has{
      "endpoint", "ca-file", "cert-file", "key-file", "request-timeout", "debug"};
  std::vector<std::string> variables{variable_name("SCALE_FLEET_", option)};
  if (std::ranges::find(fleetctl_has, option) != fleetctl_has.end()) {
    variables.push_back(variable_name("FLEETCTL_", option));
  }
  if (option == "endpoint") variables.insert(variables.end(), {"FLEET_ENDPOINT", "FLEET_HOST"});
  return variables;
}

tl::unexpected<Error> refuse(const Setting& setting, std::string_view wanted) {
  return failure(
      ErrorKind::usage,
      fmt::format("{} takes {}, not '{}'", setting.source, wanted, printable(setting.text)));
}

std::string in_seconds(Duration duration) {
  return fmt::format("{:g}", std::chrono::duration<double>(duration).count());
}

}  // namespace

std::optional<Setting> find_setting(const SettingSources& sources, const std::string& name) {
  const auto flag = "--" + name;
  if (const auto found = sources.arguments.options.find(flag);
      found != sources.arguments.options.end()) {
    return Setting{.text = found->second.front(), .source = flag};
  }
  for (const auto& variable : variables_of(name)) {
    if (const auto value = sources.environment(variable)) {
      return Setting{.text = *value, .source = variable};
    }
  }
  if (const auto found = sources.file.find(name); found != sources.file.end()) return found->second;
  return std::nullopt;
}

std::optional<Setting> flag_value(const Arguments& arguments, const std::string& flag) {
  const auto found = arguments.options.find(flag);
  if (found == arguments.options.end()) return std::nullopt;
  return Setting{.text = found->second.front(), .source = flag};
}

Result<unsigned> to_whole_number(const Setting& setting, unsigned least, unsigned most) {
  const auto& text = setting.text;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || number < least ||
      number > most) {
    return refuse(setting, fmt::format("a whole number from {} to {}", least, most));
  }
  return number;
}

Result<Duration> to_seconds(const Setting& setting, Duration least, Duration most) {
  const auto wanted = fmt::format("seconds from {} to {}", in_seconds(least), in_seconds(most));
  const auto& text = setting.text;
  const bool is_decimal =
      !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (!is_decimal || error != std::errc{} || end != text.data() + text.size()) {
    return refuse(setting, wanted);
  }
  if (seconds > std::chrono::duration<double>(most).count()) return refuse(setting, wanted);
  const auto duration =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  if (duration < least) return refuse(setting, wanted);
  return duration;
}

Result<bool> to_switch(const Setting& setting) {
  if (setting.text.empty()) return true;
  std::string text;
  for (const char c : setting.text) {
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const auto* word : {"true", "yes", "on", "1"}) {
    if (text == word) return true;
  }
  for (const auto* word : {"false", "no", "off", "0"}) {
    if (text == word) return false;
  }
  return refuse(setting, "true or false");
}

Result<std::size_t> to_choice(const Setting& setting,
                              const std::vector<std::string_view>& choices) {
  const auto found = std::ranges::find(choices, setting.text);
  if (found == choices.end()) return refuse(setting, fmt::format("{}", fmt::join(choices, ", ")));
  return static_cast<std::size_t>(found - choices.begin());
}

}  // namespace scale_fleet
