#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// A template, or a plain unit, as a file holds it, ready to be submitted.
struct TemplateFile {
  std::string name;     ///< A name that Fleet takes, `my_app@.service`.
  UnitOptions options;  ///< As Fleet will answer them, so they can be compared with what it has.
  /// What is allowed but hardly meant, each a sentence that begins with the file's path.
  std::vector<std::string> warnings;

  bool operator==(const TemplateFile&) const = default;
};

/// Bytes that a template's file may have.
inline constexpr std::size_t max_template_file_bytes = std::size_t{1} << 20;

/// Reads a systemd unit file or a unit.json from `path`, which may be a pipe. It is JSON where the
/// path ends in `.json` or the first character that isn't blank is a `{`. The template's name is
/// `name_override`, else the JSON's own, else the file's name (without its `.json`). A desiredState
/// in the file is left out, with a warning unless it is inactive: a template itself never runs.
///
/// Errors are ErrorKind::usage, begin with the path, and say what to try: a file that can't be read
/// (in the system's words), is empty or greater than max_template_file_bytes, isn't well formed, is
/// refused by check_unit_options, or has a name that isn't a template's.
Result<TemplateFile> read_template_file(const std::string& path,
                                        const std::optional<std::string>& name_override);

/// The same of a unit without instances, whose name is `unit_name`, whatever the file is called.
Result<TemplateFile> read_plain_unit_file(const std::string& path, const std::string& unit_name);

}  // namespace scale_fleet
