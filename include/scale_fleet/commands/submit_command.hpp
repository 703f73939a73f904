#pragma once

#include <string>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/fleet/template_file.hpp"

namespace scale_fleet {

struct SubmitOptions {
  bool replace = false;  ///< Overwrite a template that Fleet holds with another text.
  bool dry_run = false;
};

enum class SubmitResult { unchanged, planned, submitted, replaced, refused, failed, skipped };
std::string_view to_string(SubmitResult result);

/// What became of one template.
struct Submission {
  std::string unit;
  SubmitResult result = SubmitResult::planned;
  std::optional<Error> error = {};
  /// Instances that exist and were made from another text (submitting doesn't touch them); empty
  /// where they could not be read, or were not looked for.
  std::optional<std::size_t> drifted = {};
};

struct SubmitReport {
  std::vector<Submission> submissions;
  std::optional<Error> error;  ///< The first that befell; nothing was changed if it came before.
};

/// Puts templates into Fleet as inactive units. All are compared with what Fleet holds before any
/// is changed; one that differs, without `replace`, keeps all from being submitted.
class SubmitCommand {
 public:
  SubmitCommand(World world, SubmitOptions options) : world_(world), options_(options) {}

  SubmitReport run(const std::vector<TemplateFile>& templates);

 private:
  Submission compare(const TemplateFile& file);
  void submit(const TemplateFile& file, Submission& submission);
  std::optional<Error> put(const TemplateFile& file);
  std::optional<std::size_t> count_drifted(const TemplateFile& file);

  World world_;
  SubmitOptions options_;
};

/// `Unit my_app@.service inactive`, as fleetctl writes it, or what else became of it.
std::string submit_text(const SubmitReport& report);
/// `{"units": [{"unit", "result", "drifted_instances"}], "error"}`
std::string submit_json(const SubmitReport& report);

}  // namespace scale_fleet
