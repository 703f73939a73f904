#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace scale_fleet {

/// Chance from a seed, the same with every compiler and library: the standard fixes the numbers of
/// std::mt19937_64, but not what its distributions make of them.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : engine_(seed) {}

  /// One of 0 … `limit` - 1; `limit` isn't 0.
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }

  /// One of `first` … `last`, both included.
  int between(int first, int last) {
    return first + static_cast<int>(below(static_cast<std::uint64_t>(last - first) + 1));
  }

  /// True in so many of a hundred cases.
  bool percent(int share) { return between(0, 99) < share; }

  /// A number from [0, 1).
  double fraction() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }

  template <typename Item>
  Item pick(const std::vector<Item>& items) {
    return items[below(items.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace scale_fleet
