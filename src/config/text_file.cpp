#include "config/text_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot_read(std::string_view called,
                                  const fs::path& path,
                                  std::string_view why) {
  return failure(ErrorKind::usage,
                 fmt::format("cannot read {} {}: {}", called, printable(path.string()), why));
}

Result<std::string> read_text_file(const fs::path& path, const TextFileKind& kind) {
  // Opening a pipe waits for its writer, for ever where there is none. /dev/null is how one says
  // that no file is wanted.
  std::error_code unknown;
  if (fs::is_other(path, unknown) && path != "/dev/null") {
    return cannot_read(kind.called, path, "it is a pipe, a socket or a device, and not a file");
  }
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text(kind.most_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A stream ends at the end of the file; any other stop is a failure, as is a folder's.
  if (!stream && !stream.eof()) {
    return cannot_read(kind.called, path, std::generic_category().message(errno));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kind.most_bytes) {
    return cannot_read(
        kind.called,
        path,
        fmt::format("it is longer than {} KiB, so it is hardly one", kind.most_bytes / 1024));
  }
  return text;
}

}  // namespace scale_fleet
