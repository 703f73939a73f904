#pragma once

#include <string>

#include "daemon/kept_policies.hpp"
#include "support/kept_world.hpp"

namespace scale_fleet {

inline ServicePolicy remote_between(InstanceCount min, InstanceCount max) {
  auto policy = between(min, max);
  policy.remote = RemoteRule{.up_by = {.amount = 2},
                             .cooldown_up = std::chrono::seconds(90),
                             .cooldown_down = std::chrono::seconds(90)};
  return policy;
}

inline Demand alert(const std::string& id, Direction direction = Direction::up) {
  return {.id = id, .asked_by = "alert " + id, .direction = direction};
}

inline Demand program(const std::string& id, InstanceCount count) {
  return {.id = id, .asker = Asker::program, .asked_by = "program", .count = count};
}

/// Two instances between 1 and 9, looked at once.
inline KeptWorld& start_two(KeptWorld& world) {
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(remote_between(1, 9)));
  world.turn();
  return world;
}

/// The daemon dies, and another begins with what was saved.
inline void begin_anew(KeptWorld& world) {
  world.daemon.reset();
  world.desk.let_go();
  world.actions.is_holding = false;
  world.actions.take_ended();
  world.start(KeptWorld::declared(remote_between(1, 9)));
}

inline std::size_t on_shelf(KeptWorld& world) {
  world.desk.work();
  return world.state.shelves["demands"].size();
}

}  // namespace scale_fleet
