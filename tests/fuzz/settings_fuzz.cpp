#include <algorithm>
#include <array>

#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/config/settings_file.hpp"

namespace scale_fleet {

void try_input(std::string_view input) {
  constexpr std::array<std::string_view, 4> known = {"endpoint", "ca-file", "retries", "quiet"};
  const auto settings = parse_settings(input, "config.yaml", known);
  if (settings) {
    for (const auto& [name, setting] : settings->by_name) {
      must_hold(std::ranges::find(known, name) != known.end(), "only known options are taken");
      must_hold(setting.line >= 1, "a setting has its line");
    }
    return;
  }
  must_hold(settings.error().kind == ErrorKind::usage, "a file is a matter of usage");
  std::string_view rest = settings.error().message;
  must_hold(!rest.empty(), "an error says something");
  while (!rest.empty()) {
    const std::string line(take_line(rest));
    must_hold(line.starts_with("config.yaml:"), "an error names its file");
    must_hold(is_for_people(line), "an error can be shown");
  }
}

}  // namespace scale_fleet
