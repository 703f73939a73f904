#include "scale_fleet/platform/command_line.hpp"

#include <algorithm>
#include <cstring>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

std::vector<std::string> take_arguments(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto shown = without_credentials(arguments[i]);
    if (shown == arguments[i]) continue;
    // As long as it was: there is no more room, and the rest would stay.
    shown.resize(arguments[i].size(), ' ');
    std::memcpy(argv[i + 1], shown.data(), shown.size());
  }
  return arguments;
}

std::string command_to_repeat(const std::vector<std::string>& arguments) {
  std::string command = "scale-fleet";
  for (const auto& argument : arguments)
    command += ' ' + shell_word(without_credentials(argument));
  return command;
}

}  // namespace scale_fleet
