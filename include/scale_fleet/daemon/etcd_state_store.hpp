#pragma once

#include "scale_fleet/daemon/state_store.hpp"
#include "scale_fleet/etcd/keys.hpp"

namespace scale_fleet {

/// Texts in etcd's v2 keys, /scale-fleet/SHELF/NAME, the name as people write it: so they can be
/// read and written with etcdctl. Names that begin with `_`, which no service's does, can't be read
/// back: etcd hides them. Keys in folders below a shelf are passed over.
class EtcdStateStore : public StateStore {
 public:
  /// `keys` must outlive it.
  explicit EtcdStateStore(EtcdKeys& keys) : keys_(keys) {}

  Result<std::map<std::string, std::string>> read(std::string_view shelf) override;
  /// Whole or not at all, as with the folder. Unavailable also where nobody knows whether etcd has
  /// done it: writing the same once more is safe.
  Outcome write(std::string_view shelf, std::string_view name, std::string_view text) override;
  Outcome remove(std::string_view shelf, std::string_view name) override;

  std::string display_place() const override;

 private:
  Error cannot(std::string_view what, const std::string& key, const KeyFailure& failure) const;

  EtcdKeys& keys_;
};

}  // namespace scale_fleet
