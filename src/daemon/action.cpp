#include "scale_fleet/daemon/action.hpp"

#include "scale_fleet/commands/carry_out_declared.hpp"

namespace scale_fleet {

ScaleReport carry_out(World world, const ActionOrder& order) {
  return carry_out_declared(world,
                            order.service,
                            order.request,
                            {.no_block = !order.replaces_text, .timeout = order.service.timeout},
                            order.replaces_text);
}

}  // namespace scale_fleet
