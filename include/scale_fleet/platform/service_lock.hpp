#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/platform/file_descriptor.hpp"
#include "scale_fleet/platform/lock_holder.hpp"
#include "scale_fleet/platform/lock_wait.hpp"

namespace scale_fleet {

/// The folder of the lock files. All users of the machine must come to the same one, else they
/// don't see each other's locks.
struct LockPlace {
  std::filesystem::path folder;
};

/// `configured` (the value of SCALE_FLEET_LOCK_DIR) unless it is empty; else /run/lock where
/// everybody may write to it; else /tmp. That one user alone may write to /run/lock isn't enough:
/// the others would lock elsewhere.
LockPlace choose_lock_place(const std::optional<std::string>& configured);

/// What only one scaler at a time may change. Compared as text: give the endpoint in one spelling.
struct LockedService {
  std::string endpoint;  ///< Without credentials.
  std::string service;   ///< The display name.
};

/// The name of the lock file: readable, at most 150 bytes of letters, digits and `._-`, different
/// for different pairs.
std::string lock_file_name(const LockedService& locked);

/// Held as long as the object lives, and never longer than the process: the kernel lets go of a
/// dead holder's lock. The file stays, emptied: who removes it would let two in, one with the old
/// file and one with the new. A child made with fork() shares the lock until it ends or execs.
class ServiceLock {
 public:
  ServiceLock(FileDescriptor locked_file, std::filesystem::path path);
  ServiceLock(ServiceLock&&) noexcept = default;
  ServiceLock& operator=(ServiceLock&&) noexcept = default;
  ServiceLock(const ServiceLock&) = delete;
  ServiceLock& operator=(const ServiceLock&) = delete;
  ~ServiceLock();

  const std::filesystem::path& path() const { return path_; }

  /// Whether the file is still what its path leads to: else somebody has removed it, and others
  /// lock another one.
  bool is_in_place() const { return leads_to(path_, file_); }

 private:
  FileDescriptor file_;
  std::filesystem::path path_;
};

/// Takes the lock, or says who has it. Doesn't wait. Errors (ErrorKind::usage, for nothing was
/// sent): the file can't be made or opened, or is no plain file; the message says what to do. A
/// file that we may only read is locked as well, without leaving our name in it.
Result<LockAttempt<ServiceLock>> try_lock_service(const LockPlace& place,
                                                  const LockedService& locked,
                                                  const LockHolder& holder);

/// The same, trying again every 200 ms; errors as in wait_for_lock().
Result<ServiceLock> lock_service(const LockPlace& place,
                                 const LockedService& locked,
                                 const LockHolder& holder,
                                 const LockPatience& patience);

}  // namespace scale_fleet
