#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/daemon/kept_demand.hpp"
#include "scale_fleet/daemon/state_store.hpp"

namespace scale_fleet {

/// So many are stored at once, and so many whose writing failed: beyond it the store can't follow,
/// or the loop can't.
inline constexpr std::size_t most_demands_in_hand = 2000;

/// Where demands from outside are handed over to the loop: each is on a shelf of the state before
/// it counts as accepted, and until the loop has remembered what came of it. So a daemon that dies
/// in between loses none, and the next one finds it there. Callable on any thread.
class DemandDesk {
 public:
  /// Told once what came of it: accepted, or why not. Whether whoever asked still waited for that;
  /// if not, they were told to try again, and the demand is taken back.
  using Stored = std::function<bool(const Outcome&)>;

  /// `store` is used by work() alone, and outlives the desk; `wake` tells the loop that something
  /// waits for it.
  DemandDesk(StateStore& store, std::function<void()> wake, std::string_view shelf = demands_shelf)
      : store_(store), wake_(std::move(wake)), shelf_(shelf) {}

  const std::string& shelf() const { return shelf_; }

  /// Hands a demand in; work() puts it on the shelf, and then calls `stored`. Where
  /// `most_demands_in_hand` are there already, `stored` hears at once that it isn't accepted.
  void put(KeptDemand demand, Stored stored);
  /// Those accepted since the last call. Of the loop alone, at the beginning of a turn: by then the
  /// status tells what came of those that the turn before has finished.
  std::vector<KeptDemand> take();
  /// The loop has dealt with these, and remembers it.
  void finish(const std::vector<std::string>& ids);
  /// Another daemon leads: what is on the shelf is that one's.
  void let_go();

  /// What it finds among those that were accepted and aren't dealt with yet, as far as the status
  /// tells: until the take() after their finish().
  AskedBefore in_hand(const KeptDemand& kept) const;
  /// Whether nobody was told yet that this one is accepted, or somebody that it isn't: whatever the
  /// shelf says, it doesn't count. Of the loop, for what it read from the shelf after take().
  bool is_in_doubt(const std::string& id) const;

  /// Does what was asked for meanwhile. Whether it could: what couldn't be removed from the shelf
  /// is tried again by a later call.
  bool work();
  /// Waits until there is something to do, or until stop() (then false); for `rest` only until
  /// something is handed in.
  bool wait_for_work(Duration rest);
  void stop();

 private:
  struct Handed {
    KeptDemand demand;
    Stored stored;
  };

  void conclude(Handed handed, const Outcome& written);
  bool remove(std::set<std::string> ids);

  StateStore& store_;
  std::function<void()> wake_;
  std::string shelf_;
  mutable std::mutex mutex_;  // Guards all that follows.
  std::condition_variable has_work_;
  bool stops_ = false;
  std::deque<Handed> handed_;
  std::set<std::string> in_doubt_;       // Handed in, or to be taken back.
  std::vector<std::string> taken_back_;  // Of those, no longer on the shelf.
  std::set<std::string> finished_;       // To be removed from the shelf.
  std::vector<std::string> dealt_with_;  // To be no longer in hand.
  std::vector<KeptDemand> accepted_;
  std::map<std::string, KeptDemand> in_hand_;
};

/// Works at a desk on a thread of its own, as long as it lives.
class DemandClerk {
 public:
  /// `desk` outlives it.
  explicit DemandClerk(DemandDesk& desk);
  DemandClerk(const DemandClerk&) = delete;
  DemandClerk& operator=(const DemandClerk&) = delete;
  ~DemandClerk();

 private:
  DemandDesk& desk_;
  std::thread thread_;
};

}  // namespace scale_fleet
