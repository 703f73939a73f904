#include "scale_fleet/daemon/leadership.hpp"

#include <variant>

#include <fmt/format.h>

namespace scale_fleet {

bool Leadership::may_go_on() const {
  const std::scoped_lock lock(mutex_);
  return keeper_ && !keeper_->lost();
}

/// Returns the former one, to be ended where nobody waits for the mutex.
std::unique_ptr<LeaseKeeper> Leadership::put_in_place(std::unique_ptr<LeaseKeeper> keeper) {
  const std::scoped_lock lock(mutex_);
  std::swap(keeper_, keeper);
  return keeper;
}

bool Leadership::leads() {
  const auto say = [this](std::string line) {
    if (line == told_) return;
    parts_.tell(line);
    told_ = std::move(line);
  };
  trouble_.reset();
  if (may_go_on()) return true;
  if (const auto former = put_in_place(nullptr)) {
    if (const auto lost = former->lost()) say(lost->message);
  }
  const LeaseWish wish{
      .service = std::string(daemon_lease), .holder = parts_.holder, .times = parts_.times};
  stands_by_ = false;
  auto tried = try_lease(parts_.etcd, parts_.clock, wish);
  if (!tried) {
    trouble_ = tried.error();
    return false;
  }
  if (const auto* held = std::get_if<LockHeld>(&*tried)) {
    stands_by_ = true;
    say(fmt::format("standing by: {} leads", held->holder));
    return false;
  }
  say("leading: this daemon keeps the services now");
  put_in_place(std::make_unique<LeaseKeeper>(std::move(std::get<std::unique_ptr<Lease>>(*tried)),
                                             parts_.on_lost));
  return true;
}

void Leadership::resign() {
  const auto keeper = put_in_place(nullptr);
  if (!keeper) return;
  if (auto released = keeper->release(); !released) parts_.tell(released.error().message);
}

}  // namespace scale_fleet
