#pragma once

#include <vector>

#include "commands/change_run.hpp"

namespace scale_fleet {

/// Destroys units that keep their former options, waits until nothing of them is left, and creates
/// them with the new ones: what a Fleet before 0.13 needs where another replaces. Units that stop
/// first do so again, since Fleet has taken the replacing PUT for a change of state.
class Recreation {
 public:
  explicit Recreation(const ChangeRun& run) : run_(run) {}

  /// Ends every one of `changes`.
  void run(const std::vector<Change*>& changes);

 private:
  void stop(const std::vector<Change*>& changes);
  void destroy(const std::vector<Change*>& changes);
  void create_when_gone();
  void create(const std::vector<Change*>& changes);

  const ChangeRun& run_;
  std::vector<Change*> destroyed_;
};

}  // namespace scale_fleet
