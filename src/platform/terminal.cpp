#include "scale_fleet/platform/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace scale_fleet {

Environment system_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

bool is_capable_terminal(int descriptor, const Environment& environment) {
  return isatty(descriptor) == 1 && environment("TERM").value_or("dumb") != "dumb";
}

bool wants_colour(bool no_color_option, const Environment& environment) {
  return !no_color_option && !environment("NO_COLOR");
}

std::size_t terminal_width(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace scale_fleet
