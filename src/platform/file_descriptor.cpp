#include "scale_fleet/platform/file_descriptor.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace scale_fleet {

FileDescriptor::~FileDescriptor() {
  if (is_open()) ::close(number_);
}

bool leads_to(const std::filesystem::path& path, const FileDescriptor& file) {
  struct stat opened {};

  struct stat found {};

  return ::fstat(file.number(), &opened) == 0 && ::lstat(path.c_str(), &found) == 0 &&
         opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

}  // namespace scale_fleet
