#include "scale_fleet/daemon/event_tail.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "daemon/owned_files.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

off_t size_of(const FileDescriptor& file) {
  struct stat status {};

  return ::fstat(file.number(), &status) == 0 ? status.st_size : 0;
}

/// Gives whole lines to `take`; what is left is the beginning of the next one.
void take_lines(std::string& partial, std::string_view bytes, const EventTail::TakeLine& take) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto piece = bytes.substr(0, end);
    partial += piece.substr(
        0, EventTail::longest_line - std::min(EventTail::longest_line, partial.size()));
    if (end == std::string_view::npos) return;
    if (!partial.empty()) take(partial);
    partial.clear();
    bytes.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::optional<EventTail::OpenFile>> EventTail::open(
    const std::filesystem::path& path) const {
  auto file = open_to_read(path, Links::followed);
  if (!file) return tl::unexpected(file.error());
  if (!*file) return std::nullopt;
  return OpenFile{.file = std::move(**file)};
}

Outcome EventTail::drain(OpenFile& file, const TakeLine& take) const {
  // Emptied by somebody who rotates by copying: it begins again.
  if (size_of(file.file) < file.offset) {
    file.offset = 0;
    file.partial.clear();
  }
  std::array<char, 65'536> buffer{};
  for (;;) {
    const auto length = ::pread(file.file.number(), buffer.data(), buffer.size(), file.offset);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return cannot_use_file("read", place_.path, errno);
    if (length == 0) return {};
    file.offset += length;
    take_lines(file.partial, {buffer.data(), static_cast<std::size_t>(length)}, take);
  }
}

/// How often the file was rotated: 0 where it still has its first name; one more than are kept
/// where it has none any more.
int EventTail::rotations_of(const FileDescriptor& file) const {
  if (leads_to(place_.path, file)) return 0;
  for (int number = 1; number <= place_.keep; ++number) {
    if (leads_to(rotated_path(place_.path, number), file)) return number;
  }
  return place_.keep + 1;
}

/// The oldest file that there is, of those rotated at most so often.
Result<std::optional<EventTail::OpenFile>> EventTail::open_oldest(int rotations) const {
  for (int number = rotations; number >= 0; --number) {
    auto opened = open(number == 0 ? place_.path : rotated_path(place_.path, number));
    if (!opened || *opened) return opened;
  }
  return std::nullopt;
}

void EventTail::forget_former(const TakeLine& take) {
  if (former_ && !former_->partial.empty()) take(former_->partial);
  former_.reset();
}

Outcome EventTail::read(const TakeLine& take) {
  if (former_) {
    if (auto drained = drain(*former_, take); !drained) return drained;
    forget_former(take);
  }
  while (true) {
    // Asked before its lines are read: those that came before a rotation then are among them.
    const int rotations = current_ ? rotations_of(current_->file) : place_.keep + 1;
    if (current_) {
      if (auto drained = drain(*current_, take); !drained) return drained;
    }
    if (rotations == 0) return {};
    auto next = open_oldest(rotations - 1);
    if (!next) return tl::unexpected(next.error());
    if (!*next) return {};
    if (current_ && rotations_of(current_->file) != rotations) continue;  // Rotated once more.
    forget_former(take);
    former_ = std::move(current_);
    current_ = std::move(**next);
  }
}

void EventTail::read_torn(const TakeLine& take) {
  forget_former(take);
  if (!current_ || current_->partial.empty()) return;
  take(current_->partial);
  current_->partial.clear();
}

}  // namespace scale_fleet
