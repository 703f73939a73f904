#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/daemon/event_file.hpp"
#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {

/// Reads the lines of a file of events as they come, those of its rotated files first, the oldest
/// before the others, and goes on over rotations: each line once, unless a file goes away unread.
class EventTail {
 public:
  /// Gets each line that isn't empty, without its line feed.
  using TakeLine = std::function<void(std::string_view line)>;

  explicit EventTail(EventFilePlace place) : place_(std::move(place)) {}

  /// What has come since the last call, as far as lines have their end. A file that isn't there
  /// (yet) has no lines. Errors: refused (no rights, no plain file), unavailable.
  Outcome read(const TakeLine& take);

  /// The last line where it has no end, as a crash may leave it.
  void read_torn(const TakeLine& take);

  /// Lines are held up to so many bytes; a longer one is cut there, and so will not be understood.
  static constexpr std::size_t longest_line = std::size_t{1} << 20;

 private:
  struct OpenFile {
    FileDescriptor file;
    off_t offset = 0;
    std::string partial = {};
  };

  Result<std::optional<OpenFile>> open(const std::filesystem::path& path) const;
  Outcome drain(OpenFile& file, const TakeLine& take) const;
  int rotations_of(const FileDescriptor& file) const;
  Result<std::optional<OpenFile>> open_oldest(int rotations) const;
  void forget_former(const TakeLine& take);

  EventFilePlace place_;
  std::optional<OpenFile> former_;  // Rotated: a line may still have been on its way to it.
  std::optional<OpenFile> current_;
};

}  // namespace scale_fleet
