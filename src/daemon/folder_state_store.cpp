#include "scale_fleet/daemon/folder_state_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "daemon/owned_files.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/leadership.hpp"
#include "scale_fleet/http/percent_encoding.hpp"
#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view ending = ".json";
constexpr mode_t file_of_owner = 0600;

std::filesystem::path text_file(const std::filesystem::path& shelf, std::string_view name) {
  return shelf / (percent_encoded(name) + std::string(ending));
}

std::optional<std::string> name_of_file(const std::string& file) {
  if (!file.ends_with(ending) || file.size() == ending.size()) return std::nullopt;
  return percent_decoded(std::string_view(file).substr(0, file.size() - ending.size()));
}

/// Until the disk has it, a rename may be forgotten with the machine.
Outcome sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.number()) != 0) {
    return cannot_use_file("save the folder", folder, errno);
  }
  return {};
}

Outcome write_all(const FileDescriptor& file,
                  const std::filesystem::path& path,
                  std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_use_file("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.number()) != 0) return cannot_use_file("save", path, errno);
  return {};
}

/// The text of a file, or nothing where the file has gone meanwhile.
Result<std::optional<std::string>> read_text_file(const std::filesystem::path& path) {
  const auto opened = open_to_read(path, Links::refused);
  if (!opened) return tl::unexpected(opened.error());
  if (!*opened) return std::nullopt;
  const auto& file = **opened;
  std::string text;
  std::array<char, 65'536> buffer{};
  while (text.size() <= FolderStateStore::max_state_bytes) {
    const auto length = ::read(file.number(), buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return cannot_use_file("read", path, errno);
    if (length == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(length));
  }
  return failure(ErrorKind::refused,
                 fmt::format("{} is longer than {} bytes",
                             printable(path.string()),
                             FolderStateStore::max_state_bytes));
}

}  // namespace

Result<std::map<std::string, std::string>> FolderStateStore::read(std::string_view shelf) {
  const auto folder = folder_ / shelf;
  std::map<std::string, std::string> texts;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  if (error == std::errc::no_such_file_or_directory) return texts;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const auto name = name_of_file(entry->path().filename().string());
    if (!name) continue;
    auto text = read_text_file(entry->path());
    if (!text && text.error().kind == ErrorKind::unavailable) return tl::unexpected(text.error());
    // One that can't be read is its own name's trouble: an empty text is nobody's wish, and an
    // error to whoever reads it.
    if (!text) texts[*name] = {};
    if (text && *text) texts[*name] = std::move(**text);
  }
  if (error) return cannot_use_file("read the folder", folder, error.value());
  return texts;
}

Outcome FolderStateStore::write(std::string_view shelf,
                                std::string_view name,
                                std::string_view text) {
  const auto folder = folder_ / shelf;
  if (auto made = make_owned_folder(folder); !made) return made;
  // One file for each process: a crash leaves one, however many names there are.
  const auto fresh = folder / fmt::format(".new-{}", ::getpid());
  {
    static_cast<void>(::unlink(fresh.c_str()));
    const FileDescriptor file(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file_of_owner));
    if (!file.is_open()) return cannot_use_file("make", fresh, errno);
    if (auto written = write_all(file, fresh, text); !written) {
      static_cast<void>(::unlink(fresh.c_str()));
      return written;
    }
  }
  if (auto given = give_to_owner_of(folder, fresh); !given) return given;
  const auto path = text_file(folder, name);
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const int why = errno;
    static_cast<void>(::unlink(fresh.c_str()));
    return cannot_use_file("write", path, why);
  }
  return sync_folder(folder);
}

Outcome FolderStateStore::remove(std::string_view shelf, std::string_view name) {
  const auto folder = folder_ / shelf;
  const auto path = text_file(folder, name);
  if (::unlink(path.c_str()) == 0) return sync_folder(folder);
  if (errno == ENOENT) return {};
  return cannot_use_file("remove", path, errno);
}

Result<ServiceLock> FolderStateStore::lock(const LockHolder& holder,
                                           const LockPatience& patience) const {
  if (auto made = make_owned_folder(folder_); !made) return tl::unexpected(made.error());
  return lock_service({.folder = folder_},
                      {.endpoint = {}, .service = std::string(daemon_lease)},
                      holder,
                      patience);
}

}  // namespace scale_fleet
