#pragma once

#include <memory>
#include <string>

#include "program/session.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/nodes/node_group.hpp"

namespace scale_fleet {

/// The group of machines that the file declares, at its cloud. `session` outlives it.
Result<std::unique_ptr<NodeGroup>> make_node_group(const DeclaredNodes& declared,
                                                   const Environment& environment,
                                                   Session& session);

/// What is locked for the group, beside the names of services: none of them begins so.
std::string lock_name_of(const DeclaredNodes& declared);

}  // namespace scale_fleet
