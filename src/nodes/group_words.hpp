#pragma once

#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/nodes/node_group.hpp"

namespace scale_fleet {

/// What a program answers to `look` (command_node_group.hpp). An id is at most 255 visible ASCII
/// characters without a blank, and doesn't begin with `-`: it is an argument later. Empty lines at
/// the end, and a carriage return before a line feed, don't matter. Errors are ErrorKind::refused
/// and name the line.
Result<GroupLook> read_group_words(std::string_view text);

}  // namespace scale_fleet
