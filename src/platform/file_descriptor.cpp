#include "scale_fleet/platform/file_descriptor.hpp"

#include <unistd.h>

namespace scale_fleet {

FileDescriptor::~FileDescriptor() {
  if (is_open()) ::close(number_);
}

}  // namespace scale_fleet
