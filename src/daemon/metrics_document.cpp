#include <fmt/format.h>

#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/error_class.hpp"

namespace scale_fleet {
namespace {

/// A label's value as the text format has it: backslash, quote and line feed escaped.
std::string label(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

/// The lines of one metric under its HELP and TYPE.
class MetricLines {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }

  void add(std::string_view labels, double value) {
    text_ += labels.empty() ? fmt::format("{} {}\n", name_, value)
                            : fmt::format("{}{{{}}} {}\n", name_, labels, value);
  }

  /// Of a summary: its two series.
  void add(std::string_view labels, const Timings& timings) {
    const auto of = labels.empty() ? std::string() : fmt::format("{{{}}}", labels);
    text_ += fmt::format(
        "{0}_sum{1} {2}\n{0}_count{1} {3}\n", name_, of, timings.seconds, timings.count);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

using CountOf = std::optional<InstanceCount> KeptServiceStatus::*;

void add_counts(MetricLines& lines, const DaemonStatus& status, CountOf count) {
  for (const auto& service : status.services) {
    if (const auto& value = service.*count)
      lines.add(fmt::format("service=\"{}\"", label(service.service)), *value);
  }
}

void add_services(MetricLines& lines, const DaemonStatus& status) {
  lines.begin("scale_fleet_instances", "gauge", "Instances that Fleet has.");
  add_counts(lines, status, &KeptServiceStatus::current);
  lines.begin("scale_fleet_instances_well", "gauge", "Instances that are well.");
  add_counts(lines, status, &KeptServiceStatus::well);
  lines.begin("scale_fleet_instances_desired", "gauge", "Instances that the last decision wants.");
  add_counts(lines, status, &KeptServiceStatus::wanted);
  lines.begin("scale_fleet_paused", "gauge", "Whether somebody paused the service.");
  for (const auto& service : status.services) {
    const auto& pause = service.pause;
    const bool is_paused = pause && (!pause->until || *pause->until > status.now);
    lines.add(fmt::format("service=\"{}\"", label(service.service)), is_paused ? 1 : 0);
  }
}

void add_machine_counts(MetricLines& lines, const DaemonStatus& status, CountOf count) {
  for (const auto& group : status.nodes) {
    if (const auto& value = group.*count)
      lines.add(fmt::format("group=\"{}\"", label(group.service)), *value);
  }
}

/// Only where the file names machines.
void add_nodes(MetricLines& lines, const DaemonStatus& status) {
  if (status.nodes.empty()) return;
  lines.begin("scale_fleet_machines", "gauge", "Machines that the cloud was asked for.");
  add_machine_counts(lines, status, &KeptServiceStatus::current);
  lines.begin("scale_fleet_machines_in_service", "gauge", "Machines that are in service.");
  add_machine_counts(lines, status, &KeptServiceStatus::well);
  lines.begin("scale_fleet_machines_desired", "gauge", "Machines that the last decision wants.");
  add_machine_counts(lines, status, &KeptServiceStatus::wanted);
}

void add_notices(MetricLines& lines, const DaemonStatus& status) {
  if (status.notices.empty()) return;
  lines.begin("scale_fleet_notices_total", "counter", "Notices, by place and what became of them.");
  for (const auto& counts : status.notices) {
    const auto add = [&](std::string_view result, std::uint64_t count) {
      lines.add(fmt::format(R"(place="{}",result="{}")", label(counts.place), result),
                static_cast<double>(count));
    };
    add("sent", counts.sent);
    add("failed", counts.failed);
    add("dropped", counts.dropped);
  }
}

void add_requests(MetricLines& lines, const DaemonStatus& status) {
  if (status.requests.empty()) return;
  lines.begin("scale_fleet_requests_total", "counter", "Requests for changes, by their answer.");
  for (const auto& [answer, count] : status.requests) {
    lines.add(fmt::format(R"(path="{}",code="{}")", answer.first, answer.second),
              static_cast<double>(count));
  }
}

constexpr auto all_reasons = {ReasonKind::steady,
                              ReasonKind::below_min,
                              ReasonKind::above_max,
                              ReasonKind::schedule,
                              ReasonKind::desired,
                              ReasonKind::program,
                              ReasonKind::alert,
                              ReasonKind::threshold,
                              ReasonKind::target,
                              ReasonKind::no_data,
                              ReasonKind::paused};
constexpr auto all_action_types = {"LAUNCH",
                                   "LAUNCH_ERROR",
                                   "TERMINATE",
                                   "TERMINATE_ERROR",
                                   "REPLACE",
                                   "REPLACE_ERROR",
                                   "MOVE",
                                   "MOVE_ERROR"};

template <typename Map>
typename Map::mapped_type value_or_zero(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

void add_counters(MetricLines& lines, const DaemonStatus& status) {
  const auto& counters = status.counters;
  lines.begin("scale_fleet_decisions_total", "counter", "Decisions, by what decided.");
  for (const auto& service : status.services) {
    for (const auto kind : all_reasons) {
      const std::string reason(to_string(kind));
      lines.add(fmt::format(R"(service="{}",reason="{}")", label(service.service), reason),
                static_cast<double>(value_or_zero(counters.decisions, {service.service, reason})));
    }
  }
  lines.begin("scale_fleet_action_seconds", "summary", "Actions, and the time that they took.");
  for (const auto& service : status.services) {
    for (const auto* type : all_action_types) {
      lines.add(fmt::format(R"(service="{}",action="{}")", label(service.service), type),
                value_or_zero(counters.actions, {service.service, type}));
    }
  }
  lines.begin("scale_fleet_errors_total", "counter", "Errors, by class.");
  for (const auto kind : error_kinds()) {
    const std::string name(error_class(kind));
    lines.add(fmt::format("class=\"{}\"", name),
              static_cast<double>(value_or_zero(counters.errors, name)));
  }
}

void add_daemon(MetricLines& lines, const DaemonStatus& status) {
  const auto& counters = status.counters;
  lines.begin("scale_fleet_ticks_total", "counter", "Turns of the loop.");
  lines.add("", static_cast<double>(counters.ticks.count));
  lines.begin("scale_fleet_tick_seconds", "summary", "Turns of the loop, and how long they took.");
  lines.add("", counters.ticks);
  lines.begin("scale_fleet_bad_metric_values_total", "counter", "Values that were passed over.");
  lines.add("", static_cast<double>(counters.bad_metric_values));
  lines.begin("scale_fleet_leader", "gauge", "Whether this daemon acts.");
  lines.add("", status.is_leader ? 1 : 0);
  lines.begin("scale_fleet_file_error", "gauge", "Whether the file on disk is not the one kept.");
  lines.add("", status.file_error ? 1 : 0);
  if (!status.last_good_look) return;
  lines.begin("scale_fleet_last_good_reading_age_seconds",
              "gauge",
              "Since when the cluster has not been read whole.");
  lines.add("", std::chrono::duration<double>(status.now - *status.last_good_look).count());
}

}  // namespace

std::string metrics_document(const DaemonStatus& status) {
  MetricLines lines;
  add_services(lines, status);
  add_nodes(lines, status);
  add_notices(lines, status);
  add_requests(lines, status);
  add_counters(lines, status);
  add_daemon(lines, status);
  return lines.take();
}

}  // namespace scale_fleet
