#include "scale_fleet/platform/service_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr auto poll_interval = std::chrono::milliseconds(200);
/// Each further turn means that somebody made or removed the file in between.
constexpr int most_turns = 100;
/// A link, a FIFO or a device that a stranger put there is neither followed nor waited for.
constexpr int careful = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
constexpr mode_t for_everybody = 0666;

tl::unexpected<Error> cannot_use(const std::filesystem::path& path, std::string_view why) {
  return failure(
      ErrorKind::usage,
      fmt::format("cannot use the lock file {}: {}; remove it, or name another folder in "
                  "SCALE_FLEET_LOCK_DIR",
                  path.string(),
                  why));
}

tl::unexpected<Error> cannot_use(const std::filesystem::path& path, int error) {
  if (error == ELOOP) return cannot_use(path, "it is a symbolic link");  // O_NOFOLLOW says so.
  return cannot_use(path, std::generic_category().message(error));
}

/// Opens the file, or makes it. First without O_CREAT, which the kernel forbids for another's file
/// in a sticky folder (fs.protected_regular) even to those who may write to it. No file and no
/// error: it came or went meanwhile.
Result<FileDescriptor> open_or_make(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | careful));
  if (!file.is_open() && (errno == EACCES || errno == EROFS)) {
    file = FileDescriptor(::open(path.c_str(), O_RDONLY | careful));  // Enough for flock().
  } else if (!file.is_open() && errno == ENOENT) {
    file = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | careful, for_everybody));
    if (!file.is_open() && errno == EEXIST) return FileDescriptor();
    if (!file.is_open()) return cannot_use(path, errno);
  }
  if (!file.is_open() && errno == ENOENT) return FileDescriptor();
  if (!file.is_open()) return cannot_use(path, errno);
  return file;
}

/// A hard link could lead to a file that isn't ours to empty.
Outcome check_plain(const std::filesystem::path& path, const FileDescriptor& file) {
  struct stat status {};

  if (::fstat(file.number(), &status) != 0) return cannot_use(path, errno);
  if (!S_ISREG(status.st_mode)) return cannot_use(path, "it is not a plain file");
  if (status.st_nlink > 1) return cannot_use(path, "it has a second name (hard link)");
  return {};
}

std::string read_text(const FileDescriptor& file) {
  std::array<char, 2048> buffer{};
  const auto length = ::pread(file.number(), buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

/// The lock holds with or without the name in the file, so a full disk doesn't matter here.
void leave_name(const FileDescriptor& file, const LockHolder& holder) {
  const auto text = write_lock_holder(holder);
  if (::ftruncate(file.number(), 0) != 0) return;
  [[maybe_unused]] const auto written = ::pwrite(file.number(), text.data(), text.size(), 0);
}

}  // namespace

LockPlace choose_lock_place(const std::optional<std::string>& configured) {
  if (configured && !configured->empty()) return {.folder = *configured};
  constexpr auto shared = "/run/lock";

  struct stat status {};

  const bool open_to_all = ::stat(shared, &status) == 0 && S_ISDIR(status.st_mode) &&
                           (status.st_mode & S_IWOTH) != 0 && ::access(shared, W_OK | X_OK) == 0;
  return {.folder = open_to_all ? shared : "/tmp"};
}

ServiceLock::ServiceLock(FileDescriptor locked_file, std::filesystem::path path)
    : file_(std::move(locked_file)), path_(std::move(path)) {}

ServiceLock::~ServiceLock() {
  if (!file_.is_open()) return;
  [[maybe_unused]] const auto emptied = ::ftruncate(file_.number(), 0);
}

Result<LockAttempt<ServiceLock>> try_lock_service(const LockPlace& place,
                                                  const LockedService& locked,
                                                  const LockHolder& holder) {
  const auto path = place.folder / lock_file_name(locked);
  for (int turn = 0; turn < most_turns; ++turn) {
    auto file = open_or_make(path);
    if (!file) return tl::unexpected(file.error());
    if (!file->is_open()) continue;
    if (const auto plain = check_plain(path, *file); !plain) return tl::unexpected(plain.error());
    // The umask took rights away from the maker; only the owner can give them back.
    [[maybe_unused]] const auto shared = ::fchmod(file->number(), for_everybody);

    if (::flock(file->number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return cannot_use(path, errno);
      return LockHeld{.holder = describe(read_lock_holder(read_text(*file)))};
    }
    if (!leads_to(path, *file)) continue;  // Locked a file that somebody removed: worth nothing.
    leave_name(*file, holder);
    return ServiceLock(std::move(*file), path);
  }
  return cannot_use(path, "it is made and removed again and again");
}

Result<ServiceLock> lock_service(const LockPlace& place,
                                 const LockedService& locked,
                                 const LockHolder& holder,
                                 const LockPatience& patience) {
  return wait_for_lock<ServiceLock>(
      fmt::format("the lock of {} on this machine", locked.service), patience, poll_interval, [&] {
        return try_lock_service(place, locked, holder);
      });
}

}  // namespace scale_fleet
