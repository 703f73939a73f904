#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <span>
#include <string>

#include "fuzz/fuzz_target.hpp"

namespace {

namespace fs = std::filesystem;

/// The files at `path` or below it, in an order that doesn't depend on the disk.
std::set<fs::path> files_at(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.insert(entry.path());
  }
  return files;
}

void replay(const fs::path& file) {
  std::cout << file.string() << std::endl;  // Before it is tried: the last one named is at fault.
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot be read");
  const std::string input{std::istreambuf_iterator<char>(stream), {}};
  scale_fleet::try_input(input);
}

}  // namespace

/// Gives the target every file that is named, and every file of the folders that are. Finding none
/// is a failure.
int main(int count, char** words) {
  try {
    int tried = 0;
    for (const char* word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
      for (const auto& file : files_at(word)) {
        replay(file);
        ++tried;
      }
    }
    if (tried == 0) std::cerr << "there is no input to try\n";
    return tried == 0 ? 1 : 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
