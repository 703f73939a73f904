#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/service_status.hpp"

namespace scale_fleet {

/// What the units of a declared file are made of, by the template file's path.
using DeclaredTexts = std::map<std::filesystem::path, std::shared_ptr<const UnitOptions>>;

/// Reads every template file that is named. Errors (usage) as of read_template_file(), all of them,
/// a line each.
Result<DeclaredTexts> read_declared_texts(const DeclaredFile& file);

/// The wish for `count` instances of a declared service, with its sidekicks, numbers and texts.
ScaleRequest declared_request(const DeclaredService& declared,
                              InstanceCount count,
                              const DeclaredTexts& texts);

/// The snapshot of one service out of a look at the whole cluster, whose units and states are by
/// name; costs what the service has, not what the cluster has.
ServiceSnapshot snapshot_in(const ClusterLook& look, const Service& service);

/// How a declared service differs from what it should be at `count`.
struct Drift {
  /// Of the service, then of its sidekicks, as the planner would do them.
  std::vector<Step> steps;
  /// Units whose text isn't the template's any more.
  std::vector<std::string> other_text;

  bool operator==(const Drift&) const = default;
};

/// Pure. Errors as of plan_scale() and plan_sidekick().
Result<Drift> drift_of(const ScaleRequest& request,
                       const DeclaredService& declared,
                       const ClusterLook& look);

}  // namespace scale_fleet
