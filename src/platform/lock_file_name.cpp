#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "scale_fleet/platform/service_lock.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_part = 50;

std::string readable_part(std::string_view text) {
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_';
  };
  std::string part(text.substr(0, longest_part));
  std::ranges::replace_if(
      part, [&](char c) { return !is_safe(c); }, '-');
  return part;
}

/// FNV-1a: it need not withstand an attacker, who in a folder for all could hold the lock anyway.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const char c : text) {
    value ^= static_cast<unsigned char>(c);
    value *= 0x100000001b3U;
  }
  return value;
}

}  // namespace

std::string lock_file_name(const LockedService& locked) {
  const auto both = locked.endpoint + '\0' + locked.service;
  return fmt::format("scale-fleet-{}-{}-{:016x}.lock",
                     readable_part(locked.service),
                     readable_part(locked.endpoint),
                     hash(both));
}

}  // namespace scale_fleet
