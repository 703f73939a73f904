#pragma once

#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/service_snapshot.hpp"

namespace scale_fleet {

/// What every plan is made of, whoever decides which instances there shall be.

bool is_launched(const Instance& instance);

/// Whether a process of it may have to be stopped, and is to be before it is destroyed.
bool stops_first(const Instance& instance, StopFirst rule);

/// The step that launches an instance that shall be there; none where it is launched.
std::optional<Step> step_to_launch(const Instance& instance);

/// The step that brings an instance that shall be there to `text` (null: any will do), else the one
/// that launches it.
std::optional<Step> step_to_keep(const Instance& instance,
                                 const std::shared_ptr<const UnitOptions>& text,
                                 StopFirst rule);

/// Adds the steps that create a unit and launch it: one, or two where the plan submits first.
void plan_creation(ScalePlan& plan, const std::string& unit, std::string reason);

/// ErrorKind::refused where the template or an instance is global: Fleet runs it everywhere.
Outcome check_not_global(const ServiceSnapshot& snapshot);
Outcome check_not_global(const std::string& unit, const UnitOptions& options);

/// ErrorKind::refused where the template is what a release keeps: nobody wants to run that.
Outcome check_not_kept(const ServiceSnapshot& snapshot);

/// ErrorKind::not_found, for instances that can't be created; `advice` is what else to do than to
/// submit the template, ` or …`.
Error no_template(const Service& service, std::string_view advice);

/// ErrorKind::refused where the template has no options.
Outcome check_template(const Service& service, const UnitOptions& options);

/// The same of the text that its instances are to be made of; also where it is global.
Outcome check_text(const Service& service, const UnitOptions& text);

/// What the asker should know of a template that is launched; empty where nothing.
std::string notice_on_template(const ServiceSnapshot& snapshot);

}  // namespace scale_fleet
