#pragma once

#include <string_view>

#include "scale_fleet/config/declared_file.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// What a file without a mistake says.
inline DeclaredFile understood(std::string_view text) {
  const auto file = parse_declared_file(text, "conf/fleet.yaml");
  INFO((file ? "" : file.error().message));
  REQUIRE(file);
  return *file;
}

}  // namespace scale_fleet
