#include <cstdlib>

#include <fmt/format.h>

#include "bench/decisions.hpp"

/// Prints a row of a table in Markdown; the only argument is how many rounds to take the median of.
int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  if (rounds < 1) {
    fmt::print(stderr, "usage: decide_bench [ROUNDS]\n");
    return 2;
  }
  try {
    fmt::print("{}", scale_fleet::decision_row(rounds));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "decide_bench: {}\n", error.what());
    return 1;
  }
}
