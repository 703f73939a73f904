#pragma once

#include <atomic>
#include <cstddef>

#include "program/daemon_process.hpp"

namespace scale_fleet {

/// A Fleet that can be made to break off every connection, and to answer again.
class FleetSwitch {
 public:
  explicit FleetSwitch(DaemonProcessWorld& world) {
    world.world.fleet.watch({.on_arrival =
                                 [this, &world](std::size_t) {
                                   world.wake();
                                   return is_on.load();
                                 },
                             .on_acted = [&world](std::size_t) { world.wake(); }});
  }

  std::atomic<bool> is_on = true;
};

}  // namespace scale_fleet
