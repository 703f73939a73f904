#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// One change of one unit, as Fleet knows changes.
struct Write {
  enum class Kind {
    create,   ///< PUT options and state; a unit of that name with other options is somebody else's.
    replace,  ///< PUT options and state, whatever is there.
    set_state,  ///< PUT the state alone: options would restart a unit that has drifted.
    destroy,    ///< DELETE.
  };

  Kind kind = Kind::create;
  std::string unit;
  JobState state = JobState::launched;              ///< Not of a destroy.
  std::shared_ptr<const UnitOptions> options = {};  ///< Of create and replace.
};

struct WriteEnd {
  enum class Result { done, failed, skipped };

  std::size_t index = 0;  ///< Of the write in the list that was performed.
  Result result = Result::done;
  /// Of a failed one. A skipped one was surely not done: a signal came first.
  std::optional<Error> error = {};
};

/// What we need of Fleet. Implemented over HTTP by make_http_fleet_api(). Every call repeats what
/// failed in passing, as its retry policy says, and returns early when a signal asks to stop.
/// Errors: refused (Fleet, or what answers in its place, said no), unavailable (no usable answer
/// within the attempts), interrupted.
class FleetApi {
 public:
  FleetApi() = default;
  FleetApi(const FleetApi&) = delete;
  FleetApi& operator=(const FleetApi&) = delete;
  virtual ~FleetApi() = default;

  /// The units whose names begin with `name_prefix` (all for an empty one), each once, by name. All
  /// of them or an error: a list that could not be read to its end is never a shorter list. Asks
  /// for few pages of a long list; a unit that was there all the time is among them, but for what
  /// others move between two requests more than once.
  virtual Result<std::vector<Unit>> units(std::string_view name_prefix) = 0;
  /// The state rows of such units, one for each unit and machine, also of units just destroyed.
  virtual Result<std::vector<UnitState>> states(std::string_view name_prefix) = 0;
  virtual Result<std::vector<Machine>> machines() = 0;
  /// One unit; empty where Fleet has none of that name.
  virtual Result<std::optional<Unit>> unit(const std::string& name) = 0;

  /// From now on a read that failed isn't repeated past this moment (empty: as the policy says), so
  /// that a wait with a limit ends about then.
  virtual void repeat_reads_until(std::optional<TimePoint> moment) = 0;

  /// Carries out independent writes, up to `parallel` requests at once, and calls `on_end` exactly
  /// once for each, as they end. After an unclear answer (timeout, reset, 500) it looks at the unit
  /// before it repeats the write. On a signal: starts no more, ends those in flight.
  virtual void perform(const std::vector<Write>& writes,
                       int parallel,
                       const std::function<void(const WriteEnd&)>& on_end) = 0;

  /// Gives the machine's metadata this key with this value, or takes the key away (empty), whatever
  /// the machine says of itself; also where it is so already. Fleet asks neither whether there is
  /// such a machine nor whether the key was there. Repeated where an answer was unclear. Also
  /// refused: a Fleet that is too old to change metadata.
  virtual Outcome set_machine_metadata(const std::string& machine_id,
                                       const std::string& key,
                                       const std::optional<std::string>& value) = 0;

  /// While true, a signal that asked to stop keeps nothing from being sent: for ending what was
  /// begun, so that nothing is left half-way. At first it does.
  virtual void go_on_though_stopped(bool goes_on) = 0;

  /// Where this Fleet is, for people.
  virtual std::string display_endpoint() const = 0;
};

}  // namespace scale_fleet
