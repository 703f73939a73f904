#pragma once

#include <optional>
#include <string>

#include "scale_fleet/daemon/application_record.hpp"
#include "scale_fleet/daemon/dynamite_keys.hpp"
#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

/// The keys below /_dynamite in etcd, for a file in Dynamite's form: a Dynamite could go on from
/// them at any time, as we go on from those that it left. Of a file in our own form it does
/// nothing. Fleet alone says what is there: no unit is created or destroyed because of a key.
class DynamiteRecord : public ApplicationRecord {
 public:
  /// Both outlive it; `keys` is used on the thread that calls.
  DynamiteRecord(EtcdKeys& keys, Progress& progress) : keys_(keys), progress_(progress) {}

  /// Tells in one line what was found there, unless it is what this object wrote itself.
  Outcome take_over(const DeclaredState& declared) override;

  /// Writes and removes what differs from what stands there, the status last, at most
  /// `most_writes` keys in a call: the rest comes with the next ones. Instances are recorded once
  /// they are to be launched, as Dynamite does it. After an error all keys are read again.
  Outcome write(const DeclaredState& declared, std::span<const Unit> units) override;

  static constexpr int most_writes = 500;

 private:
  Outcome apply(const KeyChanges& changes);
  void tell(const DeclaredState& declared, const DynamiteApplication& left) const;
  Error cannot(std::string_view what, std::string_view key, const KeyFailure& failure) const;

  EtcdKeys& keys_;
  Progress& progress_;
  std::optional<DynamiteKeys> present_;  // Empty: unknown.
};

}  // namespace scale_fleet
