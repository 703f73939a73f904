#pragma once

#include <filesystem>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

// Files and folders that the daemon keeps for itself.

/// `cannot WHAT PATH: …` in the system's words. ErrorKind::unavailable where it may be better later
/// (a full disk, no memory, no descriptor left), else ErrorKind::refused: rights and kinds of files
/// stay as they are.
tl::unexpected<Error> cannot_use_file(std::string_view what,
                                      const std::filesystem::path& path,
                                      int error);

/// Makes what is missing of `folder`, for its owner alone.
Outcome make_owned_folder(const std::filesystem::path& folder);

}  // namespace scale_fleet
