#pragma once

#include <string>

#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// `FILE: fine, 3 services`
std::string config_check_text(const DeclaredFile& file);

/// `{"status": "fine"|"failed", "file": …, "services": [name…], "mistakes": [line…], "error": …}`;
/// `file` is the path as it was given.
std::string config_check_json(const std::string& file, const Result<DeclaredFile>& declared);

/// `{"status": "fine", "file": …, "form": "own"|"dynamite", "text": …, "error": null}`, with
/// show_declared_file() as text.
std::string config_show_json(const DeclaredFile& file);

}  // namespace scale_fleet
