#include "program/passing_locks.hpp"

#include <utility>

namespace scale_fleet {

std::vector<std::string> lock_names_of(const DeclaredService& declared) {
  std::vector<std::string> names{declared.service.display_name()};
  for (const auto& sidekick : declared.attached)
    names.push_back(sidekick.service.display_name());
  return names;
}

PassingLocks::PassingLocks(ServiceLocks::Parts parts,
                           const std::vector<DeclaredService>& services,
                           std::string command)
    : parts_(std::move(parts)), command_(std::move(command)) {
  for (const auto& declared : services)
    names_[declared.service.display_name()] = lock_names_of(declared);
}

Outcome PassingLocks::take(const std::string& service) {
  const auto declared = names_.find(service);
  const auto names =
      declared == names_.end() ? std::vector<std::string>{service} : declared->second;
  auto locks = std::make_unique<ServiceLocks>(parts_);
  if (auto locked = locks->lock(names, command_, Duration::zero()); !locked) return locked;
  held_[service] = std::move(locks);
  return {};
}

void PassingLocks::give_back(const std::string& service) {
  const auto held = held_.find(service);
  if (held == held_.end()) return;
  if (!lost_) lost_ = held->second->lost();
  held_.erase(held);
}

std::optional<Error> PassingLocks::lost() const {
  for (auto held = held_.begin(); !lost_ && held != held_.end(); ++held)
    lost_ = held->second->lost();
  return lost_;
}

}  // namespace scale_fleet
