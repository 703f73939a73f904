#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "scale_fleet/core/rollout.hpp"

namespace scale_fleet {

/// The instances of a look, by what a rollout has to do with them. Points into the look.
struct RolloutSides {
  std::vector<InstanceNumber> missing;    ///< Wanted, and not there.
  std::vector<const Instance*> stale;     ///< Wanted, with another text; the unhealthy first.
  std::vector<const Instance*> renewed;   ///< Wanted, with their text.
  std::vector<const Instance*> spares;    ///< Not wanted, with the new text: there on the way.
  std::vector<const Instance*> outgoing;  ///< To go as soon as they can; the unhealthy first.
  std::size_t total = 0;
  std::size_t healthy = 0;
  InstanceNumber next_spare_number = 1;  ///< Above every other.
};

RolloutSides sides_of(const RolloutGoal& goal, const RolloutLook& look);

/// Launched, and systemd says that it runs (or, of a oneshot, has run), what Fleet has for it.
bool serves(const Instance& instance);

/// Makes those of the named units that are instances of `service` ones that serve.
void make_well(std::span<const std::string> units, ServiceSnapshot& service);

/// Makes `service` what it is when those of the steps that are about its instances have succeeded
/// and everything is well.
void carry_out(std::span<const Step> steps, ServiceSnapshot& service);

}  // namespace scale_fleet
