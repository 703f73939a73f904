#include "scale_fleet/daemon/event_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "daemon/owned_files.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {
namespace {

constexpr mode_t for_owner_and_group = 0640;
/// Each further turn means that somebody rotated the file in between.
constexpr int most_rotations_seen = 100;

Result<FileDescriptor> open_events(const std::filesystem::path& path) {
  // Read as well: to see whether the last line has its end.
  constexpr int flags =
      O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  FileDescriptor file(::open(path.c_str(), flags, for_owner_and_group));
  if (!file.is_open()) return cannot_use_file("write", path, errno);
  return file;
}

Result<struct stat> look_at_file(const FileDescriptor& file, const std::filesystem::path& path) {
  struct stat status {};

  if (::fstat(file.number(), &status) != 0) return cannot_use_file("write", path, errno);
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorKind::refused,
                   fmt::format("{} is no plain file", printable(path.string())));
  }
  return status;
}

bool is_there(const std::filesystem::path& path) {
  struct stat status {};

  return ::lstat(path.c_str(), &status) == 0;
}

/// Who has the lock of the file at `path` moves it and those before it on by one.
Outcome rotate(const EventFilePlace& place) {
  if (place.keep <= 0) {
    static_cast<void>(::unlink(place.path.c_str()));
    return {};
  }
  int free_number = 1;
  while (free_number < place.keep && is_there(rotated_path(place.path, free_number)))
    ++free_number;
  for (int number = free_number; number >= 1; --number) {
    const auto from = number == 1 ? place.path : rotated_path(place.path, number - 1);
    const auto to = rotated_path(place.path, number);
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
      return cannot_use_file("rotate", from, errno);
    }
  }
  return {};
}

bool has_torn_line(const FileDescriptor& file, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(file.number(), &last, 1, size - 1) == 1 && last != '\n';
}

Outcome append(const FileDescriptor& file,
               const std::filesystem::path& path,
               const std::string& line) {
  ssize_t written = -1;
  do {
    written = ::write(file.number(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) return {};
  return cannot_use_file("write", path, written < 0 ? errno : ENOSPC);
}

}  // namespace

std::filesystem::path rotated_path(const std::filesystem::path& path, int number) {
  return path.string() + fmt::format(".{}", number);
}

Outcome EventFile::record(const Event& event) {
  const auto line = event_line(event);
  if (auto made = make_owned_folder(place_.path.parent_path()); !made) return made;
  for (int turn = 0; turn < most_rotations_seen; ++turn) {
    const auto file = open_events(place_.path);
    if (!file) return tl::unexpected(file.error());
    const auto status = look_at_file(*file, place_.path);
    if (!status) return tl::unexpected(status.error());
    const auto size = static_cast<std::uint64_t>(status->st_size);
    const bool is_full = size > 0 && size + line.size() > place_.max_bytes;
    // Another process that holds the lock is about to rotate: this line goes into its file.
    if (!is_full || ::flock(file->number(), LOCK_EX | LOCK_NB) != 0) {
      const std::string end_of_torn = has_torn_line(*file, status->st_size) ? "\n" : "";
      return append(*file, place_.path, end_of_torn + line);
    }
    if (!leads_to(place_.path, *file)) continue;  // It was rotated meanwhile.
    if (auto rotated = rotate(place_); !rotated) return rotated;
  }
  return failure(ErrorKind::unavailable,
                 fmt::format("{} is rotated again and again", printable(place_.path.string())));
}

}  // namespace scale_fleet
