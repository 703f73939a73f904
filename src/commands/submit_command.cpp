#include "scale_fleet/commands/submit_command.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/change_writes.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
SubmitReport SubmitCommand::run(const std::vector<TemplateFile>& templates) {
  SubmitReport report;
  for (const auto& file : templates)
    report.submissions.push_back(compare(file));
  const auto add_error = [&](const Submission& submission) {
    if (!report.error) report.error = submission.error;
  };
  std::ranges::for_each(report.submissions, add_error);
  for (std::size_t i = 0; i < templates.size(); ++i) {
    auto& submission = report.submissions[i];
    if (submission.result != SubmitResult::planned || options_.dry_run) continue;
    if (report.error || world_.stop.requested()) {
      submission.result = SubmitResult::skipped;
    } else {
      submit(templates[i], submission);
      add_error(submission);
    }
  }
  if (!report.error && world_.stop.requested()) {
    report.error = interruption();
  }
  return report;
}

Submission SubmitCommand::compare(const TemplateFile& file) {
  Submission submission{.unit = file.name};
  const auto held = world_.fleet.unit(file.name);
  if (!held) {
    submission.result = SubmitResult::failed;
    submission.error = held.error();
  } else if (*held && (*held)->options == file.options) {
    submission.result = SubmitResult::unchanged;
  } else if (*held && !options_.replace) {
    submission.result = SubmitResult::refused;
    submission.error =
        Error{.kind = ErrorKind::refused,
              .message = fmt::format("Fleet already holds {} with another text; add --replace to "
                                     "overwrite it (instances that exist keep theirs)",
                                     file.name)};
  }
  return submission;
}

void SubmitCommand::submit(const TemplateFile& file, Submission& submission) {
  const auto existed = world_.fleet.unit(file.name);
  const auto error = existed ? put(file) : std::optional(existed.error());
  if (error) {
    submission.result = SubmitResult::failed;
    submission.error = error;
    return;
  }
  submission.result = *existed ? SubmitResult::replaced : SubmitResult::submitted;
  submission.drifted = count_drifted(file);
  if (submission.drifted.value_or(0) > 0) {
    world_.progress.warn(fmt::format("{} of {} still run with the former text",
                                     counted(*submission.drifted, "instance"),
                                     file.name));
  }
}

std::optional<Error> SubmitCommand::put(const TemplateFile& file) {
  Change change{.step = {.action = Action::replace,
                         .unit = file.name,
                         .reason = {},
                         .options = std::make_shared<const UnitOptions>(file.options)}};
  const ChangeRun run{.world = world_,
                      .timeout = {},
                      .parallel = 1,
                      .name_prefix = {},
                      .options = {},
                      .on_end = [](const Change&) {}};
  write_changes(run, {&change});
  if (change.result == StepResult::skipped) return interruption();
  return change.error;
}

std::optional<std::size_t> SubmitCommand::count_drifted(const TemplateFile& file) {
  const auto service = Service::parse(file.name);
  if (!service) return 0;
  const auto units = world_.fleet.units(service->name_prefix());
  if (!units) {
    world_.progress.warn("the instances could not be compared with the template: " +
                         units.error().message);
    return std::nullopt;
  }
  return static_cast<std::size_t>(std::ranges::count_if(*units, [&](const Unit& unit) {
    return instance_number(*service, unit.name) && unit.options != file.options;
  }));
}

}  // namespace scale_fleet
