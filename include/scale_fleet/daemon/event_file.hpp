#pragma once

#include <cstdint>
#include <filesystem>

#include "scale_fleet/daemon/event.hpp"

namespace scale_fleet {

/// Where events are kept, and how much of them.
struct EventFilePlace {
  std::filesystem::path path;
  std::uint64_t max_bytes = 10'000'000;  ///< A file that a line would make longer is rotated.
  int keep = 5;  ///< Rotated files: PATH.1, the newest, to PATH.5. With 0 nothing is kept.

  bool operator==(const EventFilePlace&) const = default;
};

/// The path of the nth rotated file, from 1.
std::filesystem::path rotated_path(const std::filesystem::path& path, int number);

/// Events in a file, one line each, made for its owner and group (0640), its folder for its owner
/// (0700) where it is missing.
///
/// Several processes may append to one file and none waits for another: each line is one write()
/// with O_APPEND to the file opened anew, and only who gets the file's lock (flock) rotates it. A
/// line that is written while another process rotates goes to the rotated file. What a crash or a
/// full disk has torn is ended by a line feed before the next line.
class EventFile : public EventSink {
 public:
  explicit EventFile(EventFilePlace place) : place_(std::move(place)) {}

  /// Errors: unavailable (a full disk), refused (no rights, no plain file).
  Outcome record(const Event& event) override;

 private:
  EventFilePlace place_;
};

}  // namespace scale_fleet
