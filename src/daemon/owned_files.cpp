#include "daemon/owned_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr mode_t owner_alone = 0700;

bool may_pass(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO:
    case EMFILE:
    case ENFILE:
    case EINTR:
    case ENOMEM:
      return true;
    default:
      return false;
  }
}

}  // namespace

tl::unexpected<Error> cannot_use_file(std::string_view what,
                                      const std::filesystem::path& path,
                                      int error) {
  return failure(may_pass(error) ? ErrorKind::unavailable : ErrorKind::refused,
                 fmt::format("cannot {} {}: {}",
                             what,
                             printable(path.string()),
                             std::generic_category().message(error)));
}

Result<std::optional<FileDescriptor>> open_to_read(const std::filesystem::path& path, Links links) {
  const int no_links = links == Links::refused ? O_NOFOLLOW : 0;
  FileDescriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | no_links));
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) return cannot_use_file("read", path, errno);

  struct stat status {};

  if (::fstat(file.number(), &status) != 0) return cannot_use_file("read", path, errno);
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorKind::refused,
                   fmt::format("{} is no plain file", printable(path.string())));
  }
  return file;
}

Outcome give_to_owner_of(const std::filesystem::path& folder, const std::filesystem::path& made) {
  struct stat status {};

  if (::geteuid() != 0) return {};
  const bool is_given = ::stat(folder.c_str(), &status) == 0 &&
                        ::lchown(made.c_str(), status.st_uid, status.st_gid) == 0;
  if (!is_given) return cannot_use_file("give to its folder's owner", made, errno);
  return {};
}

Outcome make_owned_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.empty() || std::filesystem::is_directory(folder, error)) return {};
  if (folder.parent_path() != folder) {
    if (auto made = make_owned_folder(folder.parent_path()); !made) return made;
  }
  if (::mkdir(folder.c_str(), owner_alone) == 0)
    return folder.has_parent_path() ? give_to_owner_of(folder.parent_path(), folder) : Outcome{};
  const int why = errno;
  if (why == EEXIST && std::filesystem::is_directory(folder, error)) return {};
  return cannot_use_file("make the folder", folder, why);
}

}  // namespace scale_fleet
