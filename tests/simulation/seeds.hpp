#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace scale_fleet {

/// Which random worlds a test plays, both ends included.
struct Seeds {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// `17`, or `0-9999`, both ends included; a test that is told nonsense fails.
inline Seeds parse_seeds(std::string_view text) {
  Seeds seeds;
  const auto* end = text.data() + text.size();
  auto parsed = std::from_chars(text.data(), end, seeds.first);
  seeds.last = seeds.first;
  if (parsed.ec == std::errc{} && parsed.ptr != end && *parsed.ptr == '-')
    parsed = std::from_chars(parsed.ptr + 1, end, seeds.last);
  if (parsed.ec != std::errc{} || parsed.ptr != end || seeds.last < seeds.first)
    throw std::invalid_argument("SCALE_FLEET_SIMULATION_SEEDS is neither N nor FROM-TO");
  return seeds;
}

/// Those of SCALE_FLEET_SIMULATION_SEEDS, where it is set.
inline Seeds seeds_to_run(Seeds unless_told) {
  const char* told = std::getenv("SCALE_FLEET_SIMULATION_SEEDS");
  return told == nullptr || *told == '\0' ? unless_told : parse_seeds(told);
}

}  // namespace scale_fleet
