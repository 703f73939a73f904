#include <cstdio>

#include "bench/timed_process.hpp"

/// Runs a program and prints the most memory that it had resident, in kilobytes. A process of its
/// own, and a small one: the kernel counts what the parent held when it started the child.
int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto ended = scale_fleet::run_timed({argv + 1, argv + argc});
  std::fprintf(stderr, "%ld\n", ended.peak_kilobytes);
  return ended.exit_code == 0 ? 0 : 1;
}
