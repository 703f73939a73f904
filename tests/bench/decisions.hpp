#pragma once

#include <chrono>
#include <string>

namespace scale_fleet {

/// A cluster as a decision sees it: so many services of so many instances, each instance with a
/// series of its own.
struct DecisionLoad {
  int services = 1'000;
  int instances = 10;
  int samples = 30;  ///< Of each series, ten seconds apart.
};

struct DecisionTimes {
  std::chrono::duration<double> median{0};
  std::chrono::duration<double> longest{0};
};

/// One round is a decision on each service, by two policies: up where any instance is over a
/// threshold, down where their average is below one. Throws where a round decides otherwise than
/// was prepared: for one up in ten, and one down in ten.
DecisionTimes measure_decisions(const DecisionLoad& load, int rounds);

/// A row of a table in Markdown, as the benchmark's others.
std::string decision_row(int rounds);

}  // namespace scale_fleet
