#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

// What a release remembers, kept in Fleet itself so that any machine can go on with it or go back:
// templates that never run, with a section of ours before their lines. Fleet and systemd pass over
// sections that begin with `X-`.

/// A service whose instances come and go with those of the same numbers of another.
struct ReleaseSidekick {
  Service sidekick;
  Service main;

  bool operator==(const ReleaseSidekick&) const = default;
};

/// `my_app.former@.service`: the version before the last release.
struct FormerVersion {
  Service service;  ///< Whose version it is: another service's where that one was replaced.
  UnitOptions text;

  bool operator==(const FormerVersion&) const = default;
};

/// `my_app.release@.service`: a release has begun, and has not ended.
struct ReleaseMark {
  std::string command;  ///< deploy, restart, refresh or rollback.
  InstanceCount count = 0;
  InstanceCount former_count = 0;
  InstanceCount surge = 0;
  InstanceCount unavailable = 0;
  std::optional<Service> replaces;
  UnitOptions text;  ///< What the instances become; empty of a restart.
  /// Those of the service at the end, ascending: one that was destroyed, to be created again, comes
  /// back with its own.
  std::vector<InstanceNumber> numbers = {};
  std::vector<ReleaseSidekick> sidekicks = {};

  bool operator==(const ReleaseMark&) const = default;
};

std::string former_unit_name(const Service& service);
std::string mark_unit_name(const Service& service);

UnitOptions write_former(const FormerVersion& former);
UnitOptions write_mark(const ReleaseMark& mark);

/// Reads what those wrote. Errors are ErrorKind::refused: a unit of that name that isn't ours.
Result<FormerVersion> read_former(const Unit& unit);
Result<ReleaseMark> read_mark(const Unit& unit);

/// Whether a text has a section like those that tell what is kept.
bool has_our_section(const UnitOptions& text);

/// The service that a unit of such a name is kept for, and so no service of its own.
std::optional<Service> kept_for(std::string_view unit_name);

/// The same of a unit that a release wrote: another of such a name is somebody's own template.
std::optional<Service> kept_for(const Unit& unit);

}  // namespace scale_fleet
