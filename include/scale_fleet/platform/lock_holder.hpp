#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace scale_fleet {

/// Who holds a lock: what a holder leaves for those who wait. A field that isn't known is empty.
struct LockHolder {
  std::string pid = {};
  std::string user = {};
  std::string host = {};
  std::string since = {};    ///< `2026-11-21T01:18:55Z`
  std::string token = {};    ///< Random; tells one's own lease from another's. Empty in lock files.
  std::string command = {};  ///< For people, from command_line_without_secrets().

  bool operator==(const LockHolder&) const = default;
};

/// This process, under the user and host that the machine names (numbers where it names none).
/// `since` is when the lock was wished for.
LockHolder this_process_as_holder(std::string command, std::chrono::sys_seconds since);

/// The words of the command line in one line of at most 200 bytes. User and password inside a URL
/// become `***`; control characters become visible.
std::string command_line_without_secrets(std::span<const char* const> arguments);

/// One line with its line feed: `pid=… user=… host=… since=… token=… command=…`. The same holder
/// gives the same text.
std::string write_lock_holder(const LockHolder& holder);

/// What can be made out of a text that was perhaps torn, emptied or written by a stranger: a word
/// without a blank or line feed behind it was cut off and doesn't count, unknown words are passed
/// over, fields are at most 256 bytes and hold no control characters.
LockHolder read_lock_holder(std::string_view text);

/// `pid 812 of alice on build-7 since 2026-11-21T01:18:55Z (scale-fleet my_app 5)`, without what
/// isn't known; `a process that left no name` where nothing is. Never shows the token.
std::string describe(const LockHolder& holder);

}  // namespace scale_fleet
