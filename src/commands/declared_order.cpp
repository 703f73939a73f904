#include "scale_fleet/commands/declared_order.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace scale_fleet {
namespace {

/// For each service the places of those that come up before it.
std::vector<std::vector<std::size_t>> predecessors(const std::vector<DeclaredService>& services) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < services.size(); ++i)
    places.emplace(services[i].service.display_name(), i);
  std::vector<std::vector<std::size_t>> before(services.size());
  for (std::size_t i = 0; i < services.size(); ++i) {
    for (const auto& name : services[i].after) {
      const auto found = places.find(name);
      if (found != places.end()) before[i].push_back(found->second);
    }
  }
  return before;
}

}  // namespace

std::vector<std::vector<std::size_t>> declared_waves(const std::vector<DeclaredService>& services) {
  const auto before = predecessors(services);
  std::vector<std::vector<std::size_t>> waves;
  std::vector<bool> is_up(services.size());
  for (std::size_t placed = 0; placed < services.size(); placed += waves.back().size()) {
    std::vector<std::size_t> wave;
    for (std::size_t i = 0; i < services.size(); ++i) {
      const bool may_come =
          std::ranges::all_of(before[i], [&](std::size_t place) { return is_up[place]; });
      if (!is_up[i] && may_come) wave.push_back(i);
    }
    if (wave.empty()) throw std::invalid_argument("declared services wait for each other");
    for (const auto place : wave)
      is_up[place] = true;
    waves.push_back(std::move(wave));
  }
  return waves;
}

}  // namespace scale_fleet
