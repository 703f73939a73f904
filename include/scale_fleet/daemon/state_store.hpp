#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What survives a restart: texts, each under a shelf and a name. Implemented by a folder and by
/// etcd; in tests by a map. Shelves are plain words; names are services' display names.
class StateStore {
 public:
  StateStore() = default;
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;
  virtual ~StateStore() = default;

  /// All texts on a shelf, by name; empty where there are none. One that is there and can't be read
  /// is an empty text. Errors: unavailable (try again),
  /// refused (no rights, no etcd with v2 keys).
  virtual Result<std::map<std::string, std::string>> read(std::string_view shelf) = 0;
  /// Whole or not at all, also when the machine dies meanwhile.
  virtual Outcome write(std::string_view shelf, std::string_view name, std::string_view text) = 0;
  /// Not an error where there is none.
  virtual Outcome remove(std::string_view shelf, std::string_view name) = 0;

  /// For people: `/var/lib/scale-fleet`, `http://127.0.0.1:2379/v2/keys/scale-fleet`.
  virtual std::string display_place() const = 0;
};

/// The shelves. In a folder: FOLDER/SHELF/NAME.json; in etcd: /scale-fleet/SHELF/NAME.
inline constexpr std::string_view services_shelf = "services";  ///< The daemon's own memory.
inline constexpr std::string_view pauses_shelf = "pauses";      ///< Written by pause and resume.
/// What was asked for from outside, by id, until it has been dealt with.
inline constexpr std::string_view demands_shelf = "demands";
/// The same of machines.
inline constexpr std::string_view node_demands_shelf = "node_demands";
/// What is remembered of each group of machines.
inline constexpr std::string_view nodes_shelf = "nodes";
/// A bare number each, written by people and their programs.
inline constexpr std::string_view desired_shelf = "desired";

}  // namespace scale_fleet
