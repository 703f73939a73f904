#pragma once

#include <string>
#include <vector>

#include "bench/bare_requests.hpp"

namespace scale_fleet {

struct BenchmarkSettings {
  std::string program;      ///< scale-fleet.
  std::string one_by_one;   ///< The script that is its yardstick.
  std::string self;         ///< The program that this is part of.
  std::string peak_memory;  ///< The program of that name beside it.
  std::string endpoint;     ///< Of the Fleet that is measured.
  std::string place;        ///< What the table calls it.
  int rounds = 5;
};

/// Measures scale-fleet and its yardsticks on one Fleet, in turns within each round, so that what
/// slows the machine down slows all alike. Its units are called `bench-…`: none that was there
/// before is changed, and none is left. Throws where a request or a program fails.
class Benchmark {
 public:
  explicit Benchmark(BenchmarkSettings settings);
  Benchmark(const Benchmark&) = delete;
  Benchmark& operator=(const Benchmark&) = delete;
  ~Benchmark();

  /// Puts so many units of other services there, one half before ours in the list's order.
  void fill(int units);

  // Each gives rows of a table in Markdown: where, what, figure, ratio.

  /// Ninety instances, by this program, by the script, and by bare PUTs: each a process of its own,
  /// timed from its start to its end.
  std::string launch_rows();
  /// Five instances in a full cluster: a walk over all pages, and what this program does.
  std::string find_rows();
  /// The most memory that a scale had resident, and the time of a start.
  std::string memory_rows();

 private:
  /// In seconds; `arguments` are scale-fleet's.
  double run_program(std::vector<std::string> arguments);
  int requests_of(std::vector<std::string> arguments);
  double launch(const std::string& how);
  std::vector<std::string> with_endpoint(std::vector<std::string> arguments) const;

  BenchmarkSettings settings_;
  BareRequests bare_;
  std::vector<std::string> instances_;
  std::vector<std::string> others_;
};

/// The ninety instances' PUTs and nothing else.
void put_instances(const std::string& endpoint, int connections);

}  // namespace scale_fleet
