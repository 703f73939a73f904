#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_tree.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What is wrong with a file, collected in any order.
class Mistakes {
 public:
  /// `file` as it is shown.
  explicit Mistakes(std::string file) : file_(std::move(file)) {}

  /// `path` is where in the file's structure: `services.web.scale_up[0].above`; empty for all of
  /// it. Passwords in URLs are taken out of both, and what moves a cursor is made visible.
  void add(YamlPlace place, std::string_view path, std::string_view what);

  bool empty() const { return list_.empty(); }

  /// Whether each is about something below one of these paths.
  bool are_all_below(std::span<const std::string_view> paths) const;

  /// `FILE:LINE:COLUMN: PATH: what` for each, by line. ErrorKind::usage.
  Error error() const;

 private:
  struct Mistake {
    YamlPlace place;
    std::string path;
    std::string text;
  };

  std::string file_;
  std::vector<Mistake> list_;
};

}  // namespace scale_fleet
