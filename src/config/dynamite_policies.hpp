#pragma once

#include <map>
#include <string>

#include "config/declared_places.hpp"

namespace scale_fleet {

/// Dynamite's rules by their names; those that weren't understood are there as well, as far as they
/// were.
using DynamitePolicies = std::map<std::string, ThresholdRule, std::less<>>;

/// From the value of ScalingPolicy, which may be empty.
DynamitePolicies read_dynamite_policies(const YamlValue& value);

/// A value of Dynamite's form with these keys; a key without a value is none.
YamlMap dynamite_map(const YamlValue& value, std::span<const std::string_view> known);

/// A word or a name: Dynamite takes any scalar for one.
std::optional<std::string> read_dynamite_word(const YamlValue& value);

}  // namespace scale_fleet
