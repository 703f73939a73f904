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
/// Sidekicks, and a plain unit, of another text are replaced where the service says so; units of a
/// file in Dynamite's form are submitted first, as Dynamite does. Texts must have been read: throws
/// std::out_of_range for one that wasn't.
ScaleRequest declared_request(const DeclaredService& declared,
                              InstanceCount count,
                              const DeclaredTexts& texts,
                              DeclaredFile::Form form);

/// The snapshot of one service out of a look at the whole cluster, whose units and states are by
/// name; costs what the service has, not what the cluster has.
ServiceSnapshot snapshot_in(const ClusterLook& look, const Service& service);

/// What has to be done to one service or sidekick.
struct ServiceDrift {
  ScalePlan plan;
  /// Instances that stay and whose text isn't the template's any more.
  std::vector<std::string> other_text;
};

/// The service's, then its sidekicks'. Instances of another text that are to be replaced are steps
/// of the plan; a release carries those of the service itself out. Pure. Errors as of plan_scale()
/// and plan_sidekick().
Result<std::vector<ServiceDrift>> drifts_of(const ScaleRequest& request,
                                            const DeclaredService& declared,
                                            const ClusterLook& look);

/// How a declared service differs from what it should be at `count`.
struct Drift {
  /// Of the service, then of its sidekicks, as the planner would do them.
  std::vector<Step> steps;
  /// Units whose text isn't the template's any more.
  std::vector<std::string> other_text;

  bool operator==(const Drift&) const = default;
};

/// drifts_of(), all in one.
Result<Drift> drift_of(const ScaleRequest& request,
                       const DeclaredService& declared,
                       const ClusterLook& look);

}  // namespace scale_fleet
