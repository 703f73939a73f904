#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/etcd/key_answer.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// Grows by one with every change in the whole of etcd.
using KeyIndex = std::uint64_t;

/// A key with a value, as it was read.
struct StoredKey {
  std::string key;  ///< Whole, from the slash on, not encoded: `/services/webserver/4b1…/name`.
  std::string value;
  KeyIndex modified = 0;

  bool operator==(const StoredKey&) const = default;
};

/// Everything below a folder, at one moment.
struct KeyFolder {
  std::vector<StoredKey> keys;  ///< Flat, in etcd's order (by name within each folder).
  KeyIndex index = 0;           ///< etcd's own at that moment (X-Etcd-Index).

  bool operator==(const KeyFolder&) const = default;
};

/// On what condition a key is written. Both empty: on none.
struct KeyCondition {
  std::optional<bool> exists;        ///< prevExist
  std::optional<KeyIndex> modified;  ///< prevIndex: nobody has changed it since.
};

/// The v2 keys of an etcd: read and written one request at a time. Keys are paths, `/a/b c`, whose
/// names may hold any byte but a slash; a key with a name `.` or `..`, which etcd would take for a
/// folder, is `refused`, and so is an empty one. Measured on etcd 3.4.23 with --enable-v2.
class EtcdKeys {
 public:
  /// `servers` and `clock` must outlive it. A request ends after `patience` (`unclear`), and at
  /// once when `stop` is requested.
  EtcdKeys(EtcdServers& servers,
           const Clock& clock,
           Duration patience = std::chrono::seconds(5),
           std::stop_token stop = {})
      : servers_(servers), clock_(clock), patience_(patience), stop_(std::move(stop)) {}

  /// All keys below a folder, whose own names don't begin with `_` (etcd hides those below the
  /// folder that is asked for, not that folder itself), as the majority of the cluster has them. A
  /// key that is no folder yields itself.
  KeyResult<KeyFolder> read_folder(std::string_view folder);
  /// One key, as the majority has it. A folder is `refused`.
  KeyResult<StoredKey> read(std::string_view key);
  /// Writes a key, with its folders; gives its new index. `differs` where the condition isn't met;
  /// with `exists = true`, or an index, `missing` where there is none.
  KeyResult<KeyIndex> put(std::string_view key, std::string_view value, KeyCondition when = {});
  /// Removes a key; with an index only if nobody has changed it since (else `differs`).
  KeyResult<void> remove(std::string_view key, std::optional<KeyIndex> modified = std::nullopt);

  /// For people: `http://127.0.0.1:2379/v2/keys/metrics`, all members where there are several.
  std::string display_place(std::string_view key) const;

 private:
  HttpResult ask(const HttpRequest& request);

  EtcdServers& servers_;
  const Clock& clock_;
  Duration patience_;
  std::stop_token stop_;
};

}  // namespace scale_fleet
