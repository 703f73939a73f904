#pragma once

#include <memory>
#include <mutex>
#include <random>

#include "scale_fleet/api/api.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/daemon/event_notices.hpp"
#include "scale_fleet/notify/notifier.hpp"
#include "scale_fleet/notify/rare_notices.hpp"
#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

/// Who is told what a daemon did, as its file says. Callable on any thread.
class DaemonNotices {
 public:
  /// What is outside; all of it outlives the notices.
  struct Parts {
    const DeclaredFile& file;
    const Clock& clock;
    Progress& progress;  ///< Told what couldn't be sent; a line at a time, on any thread.
  };

  /// Errors (usage): a URL or a file with one that can't be used.
  static Result<std::unique_ptr<DaemonNotices>> open(Parts parts);

  /// Gives the notice its time and its id, and lets it go.
  void tell(Notice notice);
  /// Of these, one in a minute: anybody may send them, and two Alertmanagers of a pair send the
  /// same.
  void tell(const BadRequest& request);
  void tell(const BoundMet& met);

  std::vector<NoticeCounts> counts() const { return notifier_->counts(); }

 private:
  explicit DaemonNotices(const Parts& parts) : file_(parts.file), progress_(parts.progress) {}

  std::optional<std::size_t> let_through(const std::string& kind);

  const DeclaredFile& file_;
  Progress& progress_;
  std::mutex mutex_;  // Guards these two.
  RareNotices rare_{std::chrono::minutes(1)};
  std::mt19937 random_{std::random_device{}()};
  std::unique_ptr<Notifier> notifier_;
};

}  // namespace scale_fleet
