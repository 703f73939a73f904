#pragma once

#include <filesystem>

#include "scale_fleet/daemon/state_store.hpp"
#include "scale_fleet/platform/service_lock.hpp"

namespace scale_fleet {

/// Texts in FOLDER/SHELF/NAME.json, the names percent-encoded. A text is written to a file of its
/// own and renamed once the disk has it, so that a crash leaves the old text or the new one; what
/// it may leave besides doesn't end in `.json` and is passed over. Folders are made where they are
/// missing, for their owner alone (0700, files 0600).
///
/// Files that no name was encoded to are passed over, too; a folder, a link or a device where a
/// text should be is an error, as is a text of more than max_state_bytes. Several processes may use
/// one folder: of two writes to one name the later one holds.
class FolderStateStore : public StateStore {
 public:
  explicit FolderStateStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<std::map<std::string, std::string>> read(std::string_view shelf) override;
  Outcome write(std::string_view shelf, std::string_view name, std::string_view text) override;
  Outcome remove(std::string_view shelf, std::string_view name) override;

  /// The right to keep the state of this folder, which is made if need be, for one daemon at a
  /// time. Errors: precondition (somebody holds it), usage, unavailable, refused.
  Result<ServiceLock> lock(const LockHolder& holder, const LockPatience& patience) const;

  std::string display_place() const override { return folder_.string(); }

  /// Bytes of one text.
  static constexpr std::size_t max_state_bytes = std::size_t{64} << 20;

 private:
  std::filesystem::path folder_;
};

}  // namespace scale_fleet
