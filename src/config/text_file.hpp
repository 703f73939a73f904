#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What is to be read, in messages' words, and how much of it at most.
struct TextFileKind {
  std::string_view called;  ///< `the settings file`
  std::size_t most_bytes = 0;
};

/// The error for a file that can't be read: `cannot read CALLED PATH: why`, ErrorKind::usage.
tl::unexpected<Error> cannot_read(std::string_view called,
                                  const std::filesystem::path& path,
                                  std::string_view why);

/// The whole text of a file. ErrorKind::usage: it can't be read, is longer, or is no file (a pipe
/// could keep the program waiting for ever); /dev/null is an empty one.
Result<std::string> read_text_file(const std::filesystem::path& path, const TextFileKind& kind);

}  // namespace scale_fleet
