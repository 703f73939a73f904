#include "fuzz/fuzz_target.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

void must_hold(bool holds, std::string_view property) {
  if (holds) return;
  std::cerr << "does not hold: " << property << std::endl;
  std::abort();
}

std::string_view take_line(std::string_view& rest) {
  const auto line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

bool is_for_people(const std::string& message) {
  return !message.empty() && printable(message) == message;
}

}  // namespace scale_fleet
