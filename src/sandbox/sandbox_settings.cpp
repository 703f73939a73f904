#include "scale_fleet/sandbox/sandbox_settings.hpp"

#include <fmt/format.h>

namespace scale_fleet {

std::vector<Machine> sandbox_machines(std::size_t count) {
  std::vector<Machine> machines;
  for (std::size_t number = 1; number <= count; ++number) {
    machines.push_back({.id = fmt::format("{:08x}{:024x}", number, 0),
                        .primary_ip = fmt::format("10.0.{}.{}", number / 256, number % 256),
                        .metadata = {{"role", "worker"}}});
  }
  return machines;
}

}  // namespace scale_fleet
