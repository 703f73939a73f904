#include "program/make_node_group.hpp"

#include <fmt/format.h>

namespace scale_fleet {

Result<std::unique_ptr<NodeGroup>> make_node_group(const DeclaredNodes& declared,
                                                   const Environment& environment,
                                                   Session& session) {
  static_cast<void>(environment);
  static_cast<void>(session);
  return failure(ErrorKind::refused,
                 fmt::format("groups of machines ({}) are not built yet", declared.name));
}

std::string lock_name_of(const DeclaredNodes& declared) {
  return "_nodes." + declared.name;
}

}  // namespace scale_fleet
