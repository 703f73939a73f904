#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "config/declared_cycles.hpp"
#include "config/declared_places.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// The value of a key of a service or a group; else that itself.
YamlValue value_of(const YamlValue& value, std::string_view key) {
  return value.find(key).value_or(value);
}

void check_bounds(const ServicePolicy& policy, const YamlValue& place) {
  const bool is_crossed = policy.max && policy.min > *policy.max;
  if (is_crossed) {
    place.complain(fmt::format("min {} is above max {}", policy.min, *policy.max));
  }
  for (std::size_t i = 0; i < policy.schedule.size() && !is_crossed; ++i) {
    const auto& window = policy.schedule[i];
    const auto min = window.min.value_or(policy.min);
    const auto max = window.max ? window.max : policy.max;
    if (max && min > *max) {
      value_of(place, "schedule")
          .complain(fmt::format("in '{}' min {} is above max {}", window.cron.text(), min, *max));
    }
  }
}

void check_single(const DeclaredService& service, const ServicePlaces& places) {
  if (!service.service.is_single()) return;
  const auto highest = std::max(service.policy.min, service.policy.max.value_or(0));
  if (highest > 1) {
    places.value.complain(fmt::format("{} is a single unit: there is one of it, or none",
                                      service.service.display_name()));
  }
}

/// What is read once in an interval must be fresh for longer than one.
void check_staleness(const ServicePolicy& policy, const YamlValue& place, Millis interval) {
  const auto check = [&](const auto& rules, std::string_view key) {
    for (const auto& rule : rules) {
      const bool is_pushed = std::holds_alternative<EtcdMetric>(rule.metric.source);
      if (is_pushed || rule.staleness > interval) continue;
      value_of(place, key)
          .complain(fmt::format(
              "{}: its staleness, {}, has to be longer than the interval, {}: else every "
              "value is stale before the next one comes",
              rule.path,
              format_duration(rule.staleness),
              format_duration(interval)));
    }
  };
  check(policy.scale_up, "scale_up");
  check(policy.scale_down, "scale_down");
  check(policy.target, "target");
}

void check_doubles(const ReadFile& read) {
  std::map<std::string, std::string> owners;
  const auto claim = [&](const Service& service, const YamlValue& value) {
    const auto [first, is_new] =
        owners.try_emplace(service.instance_name(max_instance_number), value.path());
    if (!is_new) {
      value.complain(
          fmt::format("{} is declared twice; first as {}", service.display_name(), first->second));
    }
  };
  for (std::size_t i = 0; i < read.places.size(); ++i)
    claim(read.file.services[i].service, read.places[i].value);
  for (std::size_t i = 0; i < read.places.size(); ++i) {
    const auto& attached = read.file.services[i].attached;
    for (std::size_t k = 0; k < attached.size(); ++k)
      claim(attached[k].service, read.places[i].attached[k]);
  }
}

/// The numbers, as ports, that the instances of a service may have.
struct PortRange {
  std::size_t service;
  std::uint64_t first;
  std::uint64_t last;
  bool is_open;
};

PortRange port_range(const DeclaredService& service, std::size_t place) {
  auto most = service.policy.max;
  for (const auto& window : service.policy.schedule) {
    if (most && window.max) most = std::max(*most, *window.max);
  }
  const std::uint64_t first = service.numbering.first;
  const std::uint64_t width = std::uint64_t{service.numbering.step} * most.value_or(max_count);
  return {place, first, first + std::max<std::uint64_t>(width, 1) - 1, !most};
}

std::string shown_range(const PortRange& range) {
  return range.is_open ? fmt::format("{} and up, for it has no max", range.first)
                       : fmt::format("{} to {}", range.first, range.last);
}

void check_ports(const ReadFile& read) {
  std::vector<PortRange> ranges;
  for (std::size_t i = 0; i < read.places.size(); ++i) {
    if (!read.places[i].has_ports) continue;
    const auto range = port_range(read.file.services[i], i);
    if (!range.is_open && range.last > max_instance_number) {
      value_of(read.places[i].value, "instances")
          .complain(fmt::format(
              "its instances' numbers would reach {}; {} is the greatest that is counted",
              range.last,
              max_instance_number));
    }
    ranges.push_back(range);
  }
  std::ranges::stable_sort(ranges, {}, &PortRange::first);
  const PortRange* widest = nullptr;
  for (const auto& range : ranges) {
    if (widest != nullptr && range.first <= widest->last) {
      // The one that stands later in the file is told.
      const auto& [later, earlier] =
          range.service > widest->service ? std::pair(range, *widest) : std::pair(*widest, range);
      value_of(read.places[later.service].value, "instances")
          .complain(fmt::format("its numbers, {}, overlap those of {}, {}",
                                shown_range(later),
                                read.places[earlier.service].value.path(),
                                shown_range(earlier)));
    }
    if (widest == nullptr || range.last > widest->last) widest = &range;
  }
}

/// The service that a word in `after` means: by its key, or by its name however it is written.
std::optional<std::size_t> find_declared(const ReadFile& read, const std::string& word) {
  for (std::size_t i = 0; i < read.places.size(); ++i) {
    if (read.places[i].key == word) return i;
  }
  const auto service = Service::parse(word);
  for (std::size_t i = 0; i < read.places.size(); ++i) {
    const auto& declared = read.file.services[i].service;
    if (declared.display_name() == word || (service && *service == declared)) return i;
  }
  return std::nullopt;
}

/// Which services each one comes after, as places in the file; names become display names.
std::vector<std::vector<Dependency>> resolve_after(ReadFile& read) {
  std::vector<std::string_view> known(read.keys.begin(), read.keys.end());
  std::vector<std::vector<Dependency>> all(read.places.size());
  for (std::size_t i = 0; i < read.places.size(); ++i) {
    auto& after = read.file.services[i].after;
    for (std::size_t k = 0; k < after.size(); ++k) {
      const auto& value = read.places[i].after[k];
      if (const auto found = find_declared(read, after[k])) {
        after[k] = read.file.services[*found].service.display_name();
        all[i].push_back({*found, value});
      } else if (std::ranges::find(known, after[k]) == known.end()) {
        const auto near = nearest_word(shortened(after[k], longest_shown_word), known);
        value.complain(fmt::format("no service '{}' is declared here{}",
                                   printable_start(after[k], longest_shown_word),
                                   near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
      }
    }
  }
  return all;
}

}  // namespace

void check_declared(ReadFile& read) {
  for (std::size_t i = 0; i < read.places.size(); ++i) {
    const auto& service = read.file.services[i];
    check_bounds(service.policy, read.places[i].value);
    check_single(service, read.places[i]);
    if (read.file.form == DeclaredFile::Form::own)
      check_staleness(service.policy, read.places[i].value, read.file.interval);
  }
  for (std::size_t i = 0; i < read.node_places.size(); ++i) {
    check_bounds(read.file.nodes[i].policy, read.node_places[i]);
    check_staleness(read.file.nodes[i].policy, read.node_places[i], read.file.interval);
  }
  check_doubles(read);
  check_ports(read);
  const auto after = resolve_after(read);
  std::vector<std::string> names;
  for (const auto& service : read.file.services)
    names.push_back(service.service.display_name());
  check_cycles(after, names);
}

}  // namespace scale_fleet
