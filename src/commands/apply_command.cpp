#include "scale_fleet/commands/apply_command.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scale_fleet/commands/carry_out_declared.hpp"
#include "scale_fleet/commands/declared_order.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// A service's report, then those of its sidekicks.
using Reports = std::vector<ServiceReport>;

/// The reports of a whole run, by the service that they belong to.
std::map<std::string, Reports> by_service(std::vector<ServiceReport> reports) {
  std::map<std::string, Reports> groups;
  std::string service;
  for (auto& report : reports) {
    if (!report.is_sidekick) service = report.service;
    groups[service].push_back(std::move(report));
  }
  return groups;
}

bool is_well(const Reports& reports) {
  return std::ranges::all_of(reports, [](const ServiceReport& report) {
    return report.status <= ScaleStatus::accepted && !report.error;
  });
}

/// Services that aren't well, and what became of them.
using Unwell = std::map<std::string, ScaleStatus>;

/// The first of those that `declared` comes after that isn't well; null where all are.
const Unwell::value_type* obstacle(const DeclaredService& declared, const Unwell& unwell) {
  for (const auto& name : declared.after) {
    if (const auto found = unwell.find(name); found != unwell.end()) return &*found;
  }
  return nullptr;
}

/// What those that come after it share.
ScaleStatus status_of_unwell(const Reports& reports) {
  const auto worst = overall_status({.status = {}, .services = reports, .error = {}});
  return worst <= ScaleStatus::accepted ? ScaleStatus::failed : worst;
}

/// Planned, and not begun.
void leave_out(Reports& reports, ScaleStatus status, const Error& why) {
  for (auto& report : reports) {
    for (auto& change : report.changes)
      change.result = StepResult::skipped;
    if (report.error) continue;
    report.status = status;
    if (!report.is_sidekick) report.error = why;
  }
}

Error comes_after(const std::string& service, const std::string& obstacle) {
  return {.kind = ErrorKind::refused,
          .message = fmt::format(
              "{} is left out, because it comes after {}, which is not well", service, obstacle)};
}

Error not_begun(const std::string& service) {
  return {.kind = ErrorKind::interrupted,
          .message = fmt::format("{} was not begun, because a signal came first", service)};
}

/// What a look before the changes has shown, and their report doesn't say.
void add_what_stays(const Reports& planned, Reports& reports) {
  for (std::size_t i = 0; i < std::min(planned.size(), reports.size()); ++i)
    reports[i].other_text = planned[i].other_text;
}

}  // namespace

ScaleOptions ApplyCommand::options_for(const std::vector<DeclaredService>& services,
                                       const std::vector<std::size_t>& wave) const {
  auto options = options_;
  options.timeout = timeout_.value_or(Duration::zero());
  for (const auto place : wave) {
    if (!timeout_) options.timeout = std::max<Duration>(options.timeout, services[place].timeout);
  }
  return options;
}

ScaleReport ApplyCommand::run(const DeclaredFile& file,
                              const std::vector<ScaleRequest>& requests,
                              const ClusterLook& look) {
  auto report = plan_declared(file, requests, look);
  if (options_.dry_run) return report;
  auto planned = by_service(std::move(report.services));
  report = {};
  Unwell unwell;
  const auto finish = [&](const std::string& name, Reports reports) {
    if (!is_well(reports)) unwell.emplace(name, status_of_unwell(reports));
    std::ranges::move(reports, std::back_inserter(report.services));
  };
  for (const auto& wave : declared_waves(file.services)) {
    std::vector<DeclaredWish> wishes;
    for (const auto place : wave) {
      const auto& declared = file.services[place];
      const auto name = declared.service.display_name();
      if (const auto* before = obstacle(declared, unwell)) {
        leave_out(planned[name], before->second, comes_after(name, before->first));
        finish(name, planned[name]);
      } else if (world_.stop.requested()) {
        leave_out(planned[name], ScaleStatus::interrupted, not_begun(name));
        finish(name, planned[name]);
      } else {
        wishes.push_back(
            {.declared = declared,
             .request = requests.at(place),
             .replaces_text = declared.on_template_change == OnTemplateChange::replace});
        wishes.back().request.go_on = "apply " + shell_word(file.path.string());
      }
    }
    if (wishes.empty()) continue;
    auto done = carry_out_declared(world_, wishes, options_for(file.services, wave));
    if (done.error && !report.error) report.error = done.error;
    auto groups = by_service(std::move(done.services));
    for (const auto& wish : wishes) {
      const auto name = wish.declared.service.display_name();
      add_what_stays(planned[name], groups[name]);
      finish(name, std::move(groups[name]));
    }
  }
  report.status = overall_status(report);
  return report;
}

}  // namespace scale_fleet
