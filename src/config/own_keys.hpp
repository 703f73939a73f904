#pragma once

#include <array>
#include <string_view>

namespace scale_fleet::own_keys {

// The keys of each mapping of our own form; schema/services.schema.json has the same, which a test
// holds.

using Word = std::string_view;

inline constexpr std::array<Word, 12> file{"services",
                                           "nodes",
                                           "fleet",
                                           "etcd",
                                           "prometheus",
                                           "metrics_file",
                                           "state",
                                           "interval",
                                           "listen",
                                           "api",
                                           "events",
                                           "notifications"};
inline constexpr std::array<Word, 1> fleet{"endpoint"};
inline constexpr std::array<Word, 4> etcd{"endpoints", "metrics", "registry", "consume"};
inline constexpr std::array<Word, 1> prometheus{"url"};
inline constexpr std::array<Word, 3> events{"file", "max_size", "keep"};
inline constexpr std::array<Word, 4> api{"token_file", "tls", "prefix", "anyone"};
inline constexpr std::array<Word, 3> tls{"certificate", "key", "client_ca"};
inline constexpr std::array<Word, 9> notifications{"slack",
                                                   "slack_file",
                                                   "alertmanager",
                                                   "timeout",
                                                   "alert_lasts",
                                                   "at_min",
                                                   "at_max",
                                                   "nodes_at_min",
                                                   "nodes_at_max"};
inline constexpr std::array<Word, 15> nodes{"aws",
                                            "command",
                                            "count",
                                            "min",
                                            "max",
                                            "remote",
                                            "scale_up",
                                            "scale_down",
                                            "target",
                                            "limits",
                                            "schedule",
                                            "manual_cooldown",
                                            "match",
                                            "victims",
                                            "timeout"};
inline constexpr std::array<Word, 2> aws{"group", "region"};
inline constexpr std::array<Word, 3> remote{"up_by", "down_by", "cooldown"};
inline constexpr std::array<Word, 1> reschedule{"min_healthy"};
inline constexpr std::array<Word, 20> service{"count",
                                              "min",
                                              "max",
                                              "unit",
                                              "template_file",
                                              "instances",
                                              "attached",
                                              "after",
                                              "on_template_change",
                                              "scale_up",
                                              "scale_down",
                                              "target",
                                              "limits",
                                              "schedule",
                                              "warm_up",
                                              "victims",
                                              "manual_cooldown",
                                              "timeout",
                                              "remote",
                                              "reschedule"};
inline constexpr std::array<Word, 2> instances{"first", "step"};
inline constexpr std::array<Word, 2> attached{"service", "template_file"};
inline constexpr std::array<Word, 13> rule{"name",
                                           "metric",
                                           "above",
                                           "below",
                                           "for",
                                           "points",
                                           "staleness",
                                           "cooldown",
                                           "step",
                                           "to",
                                           "steps",
                                           "aggregate",
                                           "without_data"};
inline constexpr std::array<Word, 3> step{"from", "step", "to"};
inline constexpr std::array<Word, 10> target{"name",
                                             "metric",
                                             "per_instance",
                                             "value",
                                             "tolerance",
                                             "staleness",
                                             "cooldown",
                                             "scale_down",
                                             "aggregate",
                                             "without_data"};
inline constexpr std::array<Word, 2> cooldown{"up", "down"};
inline constexpr std::array<Word, 2> without_data{"count", "after"};
inline constexpr std::array<Word, 6> metric{"etcd", "prometheus", "file", "type", "per", "label"};
inline constexpr std::array<Word, 4> limits{"up", "down", "settle_up", "settle_down"};
inline constexpr std::array<Word, 2> limit{"by", "per"};
inline constexpr std::array<Word, 5> schedule{"cron", "for", "min", "max", "count"};

// Words that stand for values, each in the order of its enum.

inline constexpr std::array<Word, 2> template_changes{"keep", "replace"};
inline constexpr std::array<Word, 5> victims{
    "idle_first", "lowest_metric", "newest", "oldest", "highest"};
inline constexpr std::array<Word, 2> machine_victims{"fewest_instances", "oldest"};
inline constexpr std::array<Word, 3> without_data_words{"hold", "up", "ignore"};
/// Before them at_least N stands apart, behind them pN.
inline constexpr std::array<Word, 6> aggregations{"any", "all", "avg", "max", "min", "sum"};

}  // namespace scale_fleet::own_keys
