#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "program/service_locks.hpp"
#include "scale_fleet/commands/service_rights.hpp"
#include "scale_fleet/config/declared_file.hpp"

namespace scale_fleet {

/// Everything that whoever changes the service has to itself meanwhile: the service and what is
/// attached to it.
std::vector<std::string> lock_names_of(const DeclaredService& declared);

/// Locks of one service, and of what is attached to it, for each move of an instance.
class PassingLocks : public ServiceRights {
 public:
  /// Services that aren't declared are locked alone. `command` is what others are told.
  PassingLocks(ServiceLocks::Parts parts,
               const std::vector<DeclaredService>& services,
               std::string command);

  Outcome take(const std::string& service) override;
  void give_back(const std::string& service) override;

  /// Why one of the leases is lost, or was while it was held: then nothing more may be changed.
  std::optional<Error> lost() const;

 private:
  ServiceLocks::Parts parts_;
  std::string command_;
  std::map<std::string, std::vector<std::string>> names_;
  std::map<std::string, std::unique_ptr<ServiceLocks>> held_;
  mutable std::optional<Error> lost_;
};

}  // namespace scale_fleet
