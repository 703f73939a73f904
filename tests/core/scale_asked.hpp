#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/scale_plan.hpp"
#include "support/cluster_builder.hpp"

namespace scale_fleet {

/// `count` as it is typed: 5, +2 or -1.
inline ScaleRequest asking(const std::string& count) {
  return {.service = *Service::parse("my_app"), .count = *Count::parse(count)};
}

/// A template, and these instances of it.
inline ClusterBuilder with_running(const std::vector<InstanceNumber>& all) {
  ClusterBuilder cluster;
  cluster.with_template();
  for (const auto number : all)
    cluster.running({number});
  return cluster;
}

}  // namespace scale_fleet
