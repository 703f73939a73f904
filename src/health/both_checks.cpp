#include "health/both_checks.hpp"

namespace scale_fleet {

std::vector<CheckAnswer> BothChecks::ask(const std::vector<CheckTarget>& targets) {
  auto answers = first_->ask(targets);
  std::vector<CheckTarget> rest;
  std::vector<CheckAnswer*> open;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!answers.at(i).is_healthy) continue;
    rest.push_back(targets[i]);
    open.push_back(&answers[i]);
  }
  if (rest.empty()) return answers;
  auto second = second_->ask(rest);
  for (std::size_t i = 0; i < open.size(); ++i)
    *open[i] = std::move(second.at(i));
  return answers;
}

}  // namespace scale_fleet
