#include <cstddef>
#include <cstdint>

#include "fuzz/fuzz_target.hpp"

/// libFuzzer's name for it.
extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,  // NOLINT(readability-identifier-naming)
    std::size_t size) {
  scale_fleet::try_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
