#pragma once

#include <filesystem>
#include <vector>

#include "config/declared_places.hpp"
#include "config/dynamite_policies.hpp"

namespace scale_fleet {

/// What Dynamite's services need to know of the file around them.
struct DynamiteAround {
  std::vector<std::filesystem::path> folders;  ///< Of unit files.
  FileExists exists;
  DynamitePolicies policies = {};
};

/// From the value of Service. Attached services become sidekicks of those that name them, and no
/// services of their own.
void read_dynamite_services(const YamlValue& value, const DynamiteAround& around, ReadFile& into);

}  // namespace scale_fleet
