#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

// The keys below /_dynamite, by which a Dynamite finds its application again after a restart
// (github.com/icclab/dynamite, v0.0.2: ETCDCTL.py, FleetService.py): written as it writes them, and
// read as it should have. Pure; the keys come and go through EtcdKeys (etcd/keys.hpp).

/// Values by whole key: `/_dynamite/run/service/webserver/webserver@8080.service`.
using DynamiteKeys = std::map<std::string, std::string>;

inline constexpr std::string_view dynamite_folder = "/_dynamite";

/// A unit file that the configuration names.
struct DynamiteUnitFile {
  std::string path;  ///< Where it was read from, absolute.
  UnitOptions options;

  bool operator==(const DynamiteUnitFile&) const = default;
};

/// By the name that the configuration says, `webserver@.service`.
using DynamiteUnitFiles = std::map<std::string, DynamiteUnitFile>;

/// The keys that Dynamite has when it runs and `units` are those of its instances: status Running,
/// the configuration, a template for each service that isn't attached, and each instance with the
/// attached units that are there, under the state that is desired of it; byte for byte those of a
/// recorded session. Units of others are passed over.
///
/// `configuration` is the whole YAML as JSON, root key `Dynamite`; it is written as it is given.
/// Services are read from there and not from a DeclaredFile, because the templates hold all that
/// stands there, types and dependencies too. Errors are ErrorKind::usage: not such a text, a unit
/// file or attached service that isn't there, more than a million ports.
Result<DynamiteKeys> dynamite_keys(std::string_view configuration,
                                   const DynamiteUnitFiles& files,
                                   std::span<const Unit> units);

/// A unit as Dynamite left it.
struct DynamiteUnit {
  std::string name;
  std::string state;  ///< `launched`; empty where none was left.

  bool operator==(const DynamiteUnit&) const = default;
};

/// An instance and the units that come and go with it.
struct DynamiteInstance {
  DynamiteUnit unit;
  std::vector<DynamiteUnit> attached;

  bool operator==(const DynamiteInstance&) const = default;
};

struct DynamiteService {
  std::string name;
  std::vector<DynamiteInstance> instances;  ///< By number.
  std::vector<InstanceNumber> used_ports;   ///< Ascending.

  bool operator==(const DynamiteService&) const = default;
};

/// What a Dynamite left behind.
struct DynamiteApplication {
  std::string status;         ///< `Running`, `Recovering`, …; empty where it left none.
  std::string configuration;  ///< Empty, or JSON as dynamite_keys() takes it.
  std::vector<DynamiteService> services;  ///< By name.
  /// What couldn't be read, each a sentence that begins with its key. An instance whose value can't
  /// be read still is one, by its key.
  std::vector<std::string> problems;

  bool operator==(const DynamiteApplication&) const = default;
};

/// Reads the keys of any Dynamite: `attached_service` and `attached_services`, fields that are
/// missing or null, a status without value. Attached units are those that the instance names and
/// those of its number that the template names: Dynamite itself forgets the former after a restart.
DynamiteApplication read_dynamite_keys(const DynamiteKeys& keys);

/// What makes `wanted` of `present`: only what differs is written.
struct KeyChanges {
  DynamiteKeys put;
  std::vector<std::string> remove;

  bool operator==(const KeyChanges&) const = default;
};

KeyChanges key_changes(const DynamiteKeys& present, const DynamiteKeys& wanted);

}  // namespace scale_fleet
