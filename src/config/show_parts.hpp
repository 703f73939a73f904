#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/config/declared_file.hpp"

namespace scale_fleet {

/// The entries of a service or a group of machines, a line each, indented.
class EntryLines {
 public:
  void add(std::string_view key, const std::string& value);
  /// Nothing where there is no item.
  void add_list(std::string_view key, const std::vector<std::string>& items);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A path as the file would have it: relative ones are from the file's folder.
std::string shown_path(const std::filesystem::path& path, const std::filesystem::path& folder);

void add_bounds(EntryLines& lines, const ServicePolicy& policy);
/// What comes of read_policy() but the bounds.
void add_rules(EntryLines& lines, const ServicePolicy& policy);

/// Empty where all is as usual.
std::string shown_api(const ApiAccess& api, const std::filesystem::path& folder);
std::string shown_notices(const NoticePlaces& places, const std::filesystem::path& folder);
std::string shown_nodes(const DeclaredNodes& nodes, const std::filesystem::path& folder);

}  // namespace scale_fleet
