#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scale_fleet/etcd/keys.hpp"

namespace scale_fleet {

/// Which unit an application's instance is, as it registered itself:
/// REGISTRY/TYPE/UUID/service_instance_name, with or without `.service` (Dynamite's registry).
class UnitRegistry {
 public:
  UnitRegistry() = default;

  /// `keys` are all below `registry`; those of another form are passed over.
  UnitRegistry(std::string_view registry, const std::vector<StoredKey>& keys);

  /// The unit's name; empty where it isn't registered.
  std::string_view unit_of(std::string_view type, std::string_view uuid) const;

 private:
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> by_type_;
};

/// The names of a key below a folder: `/a/b/c` below `/a` is `b`, `c`. Empty where it isn't below.
std::vector<std::string_view> names_below(std::string_view folder, std::string_view key);

}  // namespace scale_fleet
