#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/listen_address.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What tells a file from another that took its name.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  bool operator==(const FileIdentity&) const = default;
};

/// The file of a unix socket that we made: removed at the end, unless another has taken its place.
class UnixSocketFile {
 public:
  explicit UnixSocketFile(std::string path);
  UnixSocketFile(const UnixSocketFile&) = delete;
  UnixSocketFile& operator=(const UnixSocketFile&) = delete;
  ~UnixSocketFile();

 private:
  std::string path_;
  std::optional<FileIdentity> made_;
};

/// A socket that listens. Whoever takes it closes `descriptor`.
struct ListeningSocket {
  int descriptor = -1;
  int family = 0;                        ///< AF_INET, AF_INET6 or AF_UNIX.
  ListenAddress address;                 ///< With the port that was picked.
  std::unique_ptr<UnixSocketFile> file;  ///< Keep it as long as you listen; null for TCP.
};

/// Binds and listens. A unix socket's old file is replaced when nobody answers on it; one that is
/// in use, or isn't a socket, is left alone and is an error. Errors name the address and what the
/// system said.
Result<ListeningSocket> open_listening_socket(const ListenAddress& address);

}  // namespace scale_fleet
