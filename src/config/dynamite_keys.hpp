#pragma once

#include <array>
#include <string_view>

namespace scale_fleet::dynamite_keys {

// The keys of Dynamite's form (INIT/DynamiteConfig.py).

using Word = std::string_view;

inline constexpr std::array<Word, 5> root{
    "ServiceFiles", "FleetAPIEndpoint", "ETCD", "Service", "ScalingPolicy"};
inline constexpr std::array<Word, 1> files{"PathList"};
inline constexpr std::array<Word, 2> fleet{"ip", "port"};
inline constexpr std::array<Word, 2> etcd{"application_base_path", "metrics_base_path"};
inline constexpr std::array<Word, 10> service{"name_of_unit_file",
                                              "type",
                                              "min_instance",
                                              "max_instance",
                                              "base_instance_prefix_number",
                                              "ports_per_instance",
                                              "attached_service",
                                              "service_dependency",
                                              "scale_up_policy",
                                              "scale_down_policy"};
inline constexpr std::array<Word, 1> policy_of_service{"ScalingPolicy"};
inline constexpr std::array<Word, 10> policy{"service_type",
                                             "metric",
                                             "metric_aggregated",
                                             "comparative_operator",
                                             "threshold",
                                             "threshold_unit",
                                             "period",
                                             "period_unit",
                                             "cooldown_period",
                                             "cooldown_period_unit"};
inline constexpr std::array<Word, 2> operators{"lt", "gt"};
inline constexpr std::array<Word, 6> time_units{
    "second", "minute", "hour", "seconds", "minutes", "hours"};
inline constexpr Word attached_type = "attached_service";

}  // namespace scale_fleet::dynamite_keys
