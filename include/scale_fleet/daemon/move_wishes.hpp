#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace scale_fleet {

/// Services whose instances somebody wants to be spread anew, until the loop takes them and keeps
/// them in their memory. One that dies, or leads no longer, in between forgets the wish, which can
/// be repeated: nothing depends on it. Callable on any thread.
class MoveWishes {
 public:
  /// By display name; `asked_by` is for the audit.
  void add(const std::vector<std::string>& services, const std::string& asked_by) {
    const std::scoped_lock lock(mutex_);
    for (const auto& service : services)
      wishes_.insert_or_assign(service, asked_by);
  }

  /// Who asked, by service.
  std::map<std::string, std::string> take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(wishes_, {});
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> wishes_;
};

}  // namespace scale_fleet
