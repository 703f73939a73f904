#pragma once

#include <filesystem>
#include <utility>

namespace scale_fleet {

/// Owns an open descriptor and closes it; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;

  explicit FileDescriptor(int number) : number_(number) {}

  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  bool is_open() const { return number_ >= 0; }

  int number() const { return number_; }

 private:
  int number_ = -1;
};

/// Whether the path still leads to the open file: nobody has removed, renamed or replaced it.
bool leads_to(const std::filesystem::path& path, const FileDescriptor& file);

}  // namespace scale_fleet
