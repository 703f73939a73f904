#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "config/yaml_value.hpp"

namespace scale_fleet {

/// A service that another one comes after, and where that is said.
struct Dependency {
  std::size_t service;
  YamlValue value;
};

/// Complains, where it is closed, of each way that leads from a service back to itself. `after` and
/// `names` are beside each other, one of each service.
void check_cycles(std::span<const std::vector<Dependency>> after,
                  std::span<const std::string> names);

}  // namespace scale_fleet
