#pragma once

#include <string>

#include "config/yaml_tree.hpp"

namespace scale_fleet {

/// The tree as JSON on one line, keys in its order: scalars without quotes as the numbers and truth
/// values that this part reads them as (yaml_scalars.hpp), nothing and `null` as null, all others
/// as texts. Bytes are those of the tree, which is UTF-8.
std::string json_of(const YamlNode& node);

}  // namespace scale_fleet
