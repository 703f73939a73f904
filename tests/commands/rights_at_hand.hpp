#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/commands/service_rights.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// Rights that others may have until a moment of the test's clock, and what was made of them.
class RightsAtHand : public ServiceRights {
 public:
  explicit RightsAtHand(const Clock& clock) : clock_(clock) {}

  Outcome take(const std::string& service) override {
    if (const auto error = errors.find(service); error != errors.end())
      return tl::unexpected(error->second);
    const auto others = others_until.find(service);
    if (others != others_until.end() && clock_.now() < others->second)
      return failure(ErrorKind::precondition, service + " is held by the test");
    if (!ours.insert(service).second) is_taken_twice = true;
    taken.push_back({service, clock_.now()});
    return {};
  }

  void give_back(const std::string& service) override {
    if (ours.erase(service) > 0) given_back[service] = clock_.now();
  }

  struct Taking {
    std::string service;
    TimePoint moment;
  };

  std::map<std::string, TimePoint> others_until;
  std::map<std::string, Error> errors;  ///< What takes of a service end with.
  std::set<std::string> ours;
  std::vector<Taking> taken;
  std::map<std::string, TimePoint> given_back;  ///< Last.
  bool is_taken_twice = false;

 private:
  const Clock& clock_;
};

}  // namespace scale_fleet
