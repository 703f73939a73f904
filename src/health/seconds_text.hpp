#pragma once

#include <chrono>
#include <string>

#include <fmt/format.h>

#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// `5 s`, `0.25 s`.
inline std::string seconds_text(Duration duration) {
  return fmt::format("{:g} s", std::chrono::duration<double>(duration).count());
}

}  // namespace scale_fleet
