#include "scale_fleet/daemon/dynamite_record.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/dynamite_names.hpp"
#include "daemon/stored_json.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/daemon.hpp"

namespace scale_fleet {
namespace {

bool is_dynamite(const DeclaredState& declared) {
  return declared.file.form == DeclaredFile::Form::dynamite;
}

/// Others may have keys of their own below the folder, which are none of our business.
bool is_known(std::string_view key) {
  return key == dynamite_status_key || key == dynamite_configuration_key ||
         key.starts_with(dynamite_services_folder);
}

DynamiteUnitFiles unit_files_of(const DeclaredState& declared) {
  DynamiteUnitFiles files;
  const auto add = [&](const std::optional<std::filesystem::path>& path) {
    if (!path) return;
    const auto text = declared.texts.find(*path);
    if (text == declared.texts.end() || !text->second) return;
    files[path->filename().string()] = {.path = std::filesystem::absolute(*path).string(),
                                        .options = *text->second};
  };
  for (const auto& service : declared.file.services) {
    add(service.template_file);
    for (const auto& attached : service.attached)
      add(attached.template_file);
  }
  return files;
}

std::vector<Unit> launched_of(std::span<const Unit> units) {
  std::vector<Unit> launched;
  for (const auto& unit : units) {
    if (unit.desired_state != JobState::launched) continue;
    launched.push_back({.name = unit.name, .options = {}, .desired_state = unit.desired_state});
  }
  return launched;
}

Result<DynamiteKeys> wanted_keys(const DeclaredState& declared, std::span<const Unit> units) {
  const auto configuration = reading_stored(
      [&] { return spaced_json(stored_object(declared.file.dynamite_configuration)); });
  if (!configuration) return tl::unexpected(configuration.error());
  return dynamite_keys(*configuration, unit_files_of(declared), launched_of(units));
}

/// Dynamite calls a unit that is no template by its name without the suffix.
bool is_declared(const DeclaredState& declared, const std::string& service) {
  return std::ranges::any_of(declared.file.services, [&](const DeclaredService& each) {
    const auto name = each.service.display_name();
    return name == service || name == service + ".service";
  });
}

}  // namespace

Error DynamiteRecord::cannot(std::string_view what,
                             std::string_view key,
                             const KeyFailure& failure) const {
  return {
      .kind = error_kind(failure.answer),
      .message = fmt::format(
          "cannot {} Dynamite's keys: {}: {}", what, keys_.display_place(key), failure.message)};
}

Outcome DynamiteRecord::take_over(const DeclaredState& declared) {
  if (!is_dynamite(declared)) return {};
  const auto before = std::exchange(present_, std::nullopt);
  const auto found = keys_.read_folder(dynamite_folder);
  if (!found && found.error().answer != KeyAnswer::missing)
    return tl::unexpected(cannot("read", dynamite_folder, found.error()));
  DynamiteKeys present;
  if (found) {
    for (const auto& stored : found->keys) {
      if (is_known(stored.key)) present[stored.key] = stored.value;
    }
  }
  if (!present.empty() && before != present) tell(declared, read_dynamite_keys(present));
  present_ = std::move(present);
  return {};
}

void DynamiteRecord::tell(const DeclaredState& declared, const DynamiteApplication& left) const {
  std::vector<std::string> kept;
  std::vector<std::string> foreign;
  for (const auto& service : left.services) {
    if (service.instances.empty()) continue;
    auto& into = is_declared(declared, service.name) ? kept : foreign;
    into.push_back(fmt::format(
        "{} {}", printable(service.name), counted(service.instances.size(), "instance")));
  }
  const auto status = left.status.empty() ? "no status" : "status " + printable(left.status);
  auto line = fmt::format("taking over what Dynamite left at {} ({}): {}",
                          keys_.display_place(dynamite_folder),
                          status,
                          kept.empty() ? "no instances" : fmt::format("{}", fmt::join(kept, ", ")));
  if (!foreign.empty()) {
    line += fmt::format("; left alone, because {} doesn't name them: {}",
                        printable(declared.file.path.string()),
                        fmt::join(foreign, ", "));
  }
  progress_.tell(line);
  for (const auto& problem : left.problems)
    progress_.warn(problem);
}

Outcome DynamiteRecord::write(const DeclaredState& declared, std::span<const Unit> units) {
  if (!is_dynamite(declared)) return {};
  if (!present_) {
    if (auto read = take_over(declared); !read) return read;
  }
  const auto wanted = wanted_keys(declared, units);
  if (!wanted) return tl::unexpected(wanted.error());
  auto applied = apply(key_changes(*present_, *wanted));
  // Whether the last one was done is unclear.
  if (!applied) present_.reset();
  return applied;
}

Outcome DynamiteRecord::apply(const KeyChanges& changes) {
  int writes = 0;
  for (const auto& key : changes.remove) {
    if (++writes > most_writes) return {};
    const auto removed = keys_.remove(key);
    if (!removed && removed.error().answer != KeyAnswer::missing)
      return tl::unexpected(cannot("remove", key, removed.error()));
    present_->erase(key);
  }
  for (const auto& [key, value] : changes.put) {
    if (++writes > most_writes) return {};
    const auto written = keys_.put(key, value);
    if (!written) return tl::unexpected(cannot("write", key, written.error()));
    (*present_)[key] = value;
  }
  return {};
}

}  // namespace scale_fleet
