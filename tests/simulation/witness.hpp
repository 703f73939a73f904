#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulation/service_truth.hpp"
#include "support/sandbox_http_client.hpp"

namespace scale_fleet {

/// What was done to one unit by the command's own requests, seen from the cluster's side.
struct UnitTrace {
  std::set<std::string> actions;  ///< create, launch, stop, destroy: as they were sent.
  bool was_changed = false;       ///< A request of the command did change it.
  // What the unit was like right after one of the command's requests for it had acted.
  bool was_gone = false;
  bool was_launched = false;
  bool was_as_created = false;  ///< With the template's lines and the state of a new unit.
};

/// Stands between the command and the cluster, looks at every request before and after it acts, and
/// notes which promise is broken. The promises that count units or name the right ones hold only
/// where nobody else changes the cluster; those about what is sent hold always.
class Witness {
 public:
  /// `scenario`, `sandbox` and `http` outlive it. Made when the command is about to begin.
  Witness(const Scenario& scenario, SandboxWorld& sandbox, const SandboxHttpClient& http);

  void before_acting(const HttpRequest& request);
  void after_acting(const HttpRequest& request);

  void complain(const std::string& what);

  const std::vector<std::string>& violations() const { return violations_; }

  const std::vector<ServiceTruth>& truths() const { return truths_; }

  const UnitTrace& trace(const std::string& unit) { return traces_[unit]; }

  const std::map<std::string, UnitTrace>& traces() const { return traces_; }

  /// The counts of the service that a list could have shown since the last change that the command
  /// sent to it.
  const std::set<InstanceCount>& counts_listed(const Service& service);

 private:
  const ServiceTruth* owner_of(const std::string& unit) const;
  void check_put(const ServiceTruth& truth, const std::string& unit, const HttpRequest& request);
  void check_put_of_options(const ServiceTruth& truth,
                            const std::string& unit,
                            bool is_launch,
                            bool has_right_options);
  void check_put_of_state(const ServiceTruth& truth,
                          const std::string& unit,
                          const std::string& state);
  void check_delete(const ServiceTruth& truth, const std::string& unit);
  void check_counts();

  const Scenario& scenario_;
  SandboxWorld& sandbox_;
  const SandboxHttpClient& http_;
  bool is_alone_ = true;         // Nobody else changes units.
  bool is_steady_ = true;        // Nor does anything happen to them by itself.
  bool keeps_templates_ = true;  // Nobody else changes the templates.
  std::vector<ServiceTruth> truths_;
  std::map<std::string, UnitTrace> traces_;
  std::map<std::string, std::set<InstanceCount>> counts_listed_;
  std::optional<Unit> unit_before_;
  std::vector<std::string> violations_;
};

/// The unit that a request to /fleet/v1/units/NAME is about; empty for a list.
std::string unit_of(const HttpRequest& request);

}  // namespace scale_fleet
