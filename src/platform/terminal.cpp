#include "scale_fleet/platform/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <iostream>

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

bool can_ask() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

bool answers_yes(const std::string& question, int wake) {
  std::cerr << question << " [y/N] " << std::flush;
  std::array<pollfd, 2> both{pollfd{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                             pollfd{.fd = wake, .events = POLLIN, .revents = 0}};
  while (poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  if (both[1].revents != 0 || both[0].revents == 0) {
    std::cerr << std::endl;
    return false;
  }
  std::string answer;
  std::getline(std::cin, answer);
  std::ranges::transform(
      answer, answer.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return answer == "y" || answer == "yes";
}

}  // namespace scale_fleet
