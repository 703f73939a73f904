#include "sandbox/cluster_view.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

/// The part of `list` within `range`, through `convert`.
template <typename Item, typename List, typename Convert>
Slice<Item> cut_out(const List& list, SliceRange range, Convert convert) {
  Slice<Item> slice{.items = {}, .total = list.size()};
  const auto first = std::min(range.first, list.size());
  const auto last = first + std::min(range.count, list.size() - first);
  for (auto i = first; i < last; ++i)
    slice.items.push_back(convert(*list[i]));
  return slice;
}

const std::vector<const UnitRecord*>& listed_units(ClusterTables& tables) {
  if (tables.listed_units) return *tables.listed_units;
  auto& list = tables.listed_units.emplace();
  for (const auto& [name, record] : tables.units) {
    if (!record.broken && !is_hidden(name)) list.push_back(&record);
  }
  return list;
}

const std::vector<const UnitRun*>& listed_runs(ClusterTables& tables) {
  if (tables.listed_runs) return *tables.listed_runs;
  auto& list = tables.listed_runs.emplace();
  for (const auto& [key, run] : tables.runs) {
    if (!run.unpublished) list.push_back(&run);
  }
  return list;
}

std::vector<const UnitRun*> runs_of_unit(const ClusterTables& tables, const std::string& unit) {
  std::vector<const UnitRun*> list;
  for (auto run = tables.runs.lower_bound({unit, {}});
       run != tables.runs.end() && run->first.first == unit;
       ++run) {
    if (!run->second.unpublished) list.push_back(&run->second);
  }
  return list;
}

}  // namespace

Unit show_unit(const ClusterTables& tables, const UnitRecord& record) {
  // registry/job_state.go:27-48.
  auto current = JobState::inactive;
  const auto run = tables.runs.find({record.name, record.target});
  if (run != tables.runs.end() && !run->second.unpublished) {
    current = record.launched ? JobState::launched : JobState::loaded;
  }
  return {.name = record.name,
          .options = record.options,
          .desired_state = record.desired_state,
          .current_state = current,
          .machine_id = record.target};
}

Slice<Unit> show_units(ClusterTables& tables, SliceRange range) {
  return cut_out<Unit>(listed_units(tables), range, [&](const UnitRecord& record) {
    return show_unit(tables, record);
  });
}

Slice<UnitState> show_states(ClusterTables& tables, const StateFilter& filter, SliceRange range) {
  const auto row = [](const UnitRun& run) { return run.row; };
  if (filter.unit.empty() && filter.machine_id.empty()) {
    return cut_out<UnitState>(listed_runs(tables), range, row);
  }
  auto runs = filter.unit.empty() ? listed_runs(tables) : runs_of_unit(tables, filter.unit);
  std::erase_if(runs, [&](const UnitRun* run) {
    return !filter.machine_id.empty() && run->row.machine_id != filter.machine_id;
  });
  return cut_out<UnitState>(runs, range, row);
}

}  // namespace scale_fleet
