#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/unit_registry.hpp"
#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/metrics/metric_source.hpp"

namespace scale_fleet {

/// Which keys belong to which metrics: BASE/TYPE/UUID/FOLDER/TIME per instance,
/// BASE/TYPE/FOLDER/TIME else. Several metrics may look at one folder, each for its own value in
/// it.
class EtcdLayout {
 public:
  /// Metrics of other sources are passed over.
  EtcdLayout(std::string base, const std::vector<Metric>& metrics);

  /// A key that belongs to metrics. The texts stand in the key's own.
  struct Place {
    struct Wanted {
      std::string metric;  ///< metric_key()
      std::string json_path;
    };

    const std::vector<Wanted>* metrics = nullptr;  ///< At least one; stands in the layout.
    std::string_view type;
    std::string_view uuid;  ///< Empty where it isn't per instance.
    std::string_view time;
  };

  std::optional<Place> find(std::string_view key) const;

  /// Adds what a key says to `reading`: a point for each of its metrics, or a failure and a bad
  /// value where it says nothing usable. The instance is its unit, the uuid where that isn't
  /// registered.
  static void read(const Place& place,
                   const StoredKey& key,
                   const UnitRegistry& units,
                   Reading& reading);

  bool has_instances() const { return !by_instance_.empty(); }

  /// Where each metric's values are, for people, by metric_key(): `/metrics/web/UUID/cpu_user`.
  const std::map<std::string, std::string>& folders() const { return folders_; }

 private:
  using ByFolder = std::map<std::string, std::vector<Place::Wanted>, std::less<>>;

  std::string base_;
  std::map<std::string, ByFolder, std::less<>> by_instance_;  // By type.
  std::map<std::string, ByFolder, std::less<>> together_;
  std::map<std::string, std::string> folders_;
};

}  // namespace scale_fleet
