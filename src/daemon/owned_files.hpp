#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {

// Files and folders that the daemon keeps for itself.

/// `cannot WHAT PATH: …` in the system's words. ErrorKind::unavailable where it may be better later
/// (a full disk, no memory, no descriptor left), else ErrorKind::refused: rights and kinds of files
/// stay as they are.
tl::unexpected<Error> cannot_use_file(std::string_view what,
                                      const std::filesystem::path& path,
                                      int error);

enum class Links { followed, refused };

/// Opens a plain file for reading, without waiting for anybody where it is a pipe; empty where
/// there is none. Errors as above.
Result<std::optional<FileDescriptor>> open_to_read(const std::filesystem::path& path, Links links);

/// Gives what root has made in `folder` to that folder's owner: the daemon may be another user, who
/// has to read what root left for it. For anybody else it does nothing. Errors as above.
Outcome give_to_owner_of(const std::filesystem::path& folder, const std::filesystem::path& made);

/// Makes what is missing of `folder`, for its owner alone; what root makes belongs to the owner of
/// the folder above.
Outcome make_owned_folder(const std::filesystem::path& folder);

}  // namespace scale_fleet
