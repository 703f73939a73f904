#include "config/declared_cycles.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

enum class Visit { not_yet, under_way, done };

/// A walk in depth without recursion: a file may declare a chain of thousands.
class CycleSearch {
 public:
  CycleSearch(std::span<const std::vector<Dependency>> after, std::span<const std::string> names)
      : after_(after), names_(names), visits_(after.size(), Visit::not_yet) {}

  void start_at(std::size_t service) {
    if (visits_[service] == Visit::not_yet) enter(service);
    while (!way_.empty()) {
      auto& [here, next] = way_.back();
      if (next == after_[here].size()) {
        visits_[here] = Visit::done;
        way_.pop_back();
        continue;
      }
      const auto& dependency = after_[here][next++];
      const auto visit = visits_[dependency.service];
      if (visit == Visit::under_way) complain(dependency);
      if (visit == Visit::not_yet) enter(dependency.service);
    }
  }

 private:
  struct Step {
    std::size_t service;
    std::size_t next;  // Of its dependencies, the one to look at.
  };

  void enter(std::size_t service) {
    visits_[service] = Visit::under_way;
    way_.push_back({service, 0});
  }

  void complain(const Dependency& back) const {
    const auto start = std::ranges::find(way_, back.service, &Step::service);
    std::string circle;
    constexpr std::size_t most_shown = 20;
    for (auto step = start; step != way_.end(); ++step) {
      if (step - start == most_shown) {
        circle += "… -> ";
        break;
      }
      circle += names_[step->service] + " -> ";
    }
    back.value.complain(fmt::format(
        "services come up after each other in a circle: {}{}", circle, names_[back.service]));
  }

  std::span<const std::vector<Dependency>> after_;
  std::span<const std::string> names_;
  std::vector<Visit> visits_;
  std::vector<Step> way_;
};

}  // namespace

void check_cycles(std::span<const std::vector<Dependency>> after,
                  std::span<const std::string> names) {
  CycleSearch search(after, names);
  for (std::size_t i = 0; i < after.size(); ++i)
    search.start_at(i);
}

}  // namespace scale_fleet
