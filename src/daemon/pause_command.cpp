#include "scale_fleet/daemon/pause_command.hpp"

#include <algorithm>

#include "daemon/stored_json.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

/// What is on the shelf: a text, understood or not.
struct StandingPause {
  bool is_there = false;
  std::optional<KeptPause> note;  ///< Empty where it has ended or isn't understood.
};

Result<StandingPause> look_for_pause(StateStore& store, const std::string& name, WallTime now) {
  const auto texts = store.read(pauses_shelf);
  if (!texts) return tl::unexpected(texts.error());
  const auto found = texts->find(name);
  if (found == texts->end()) return StandingPause{};
  auto note = parse_pause(found->second);
  if (!note || !pause_at(*note, now)) return StandingPause{.is_there = true, .note = {}};
  return StandingPause{.is_there = true, .note = std::move(*note)};
}

Json note_json(const std::optional<KeptPause>& note) {
  if (!note) return nullptr;
  return Json::parse(pause_text(*note));
}

std::string until_text(const Pause& pause) {
  return pause.until ? "until " + format_wall_time(*pause.until) : "until it is resumed";
}

}  // namespace

bool is_declared_group(const DeclaredPlaces& places, std::string_view word) {
  return std::ranges::find(places.file.nodes, word, &DeclaredNodes::name) !=
         places.file.nodes.end();
}

Result<Service> declared_service(const DeclaredPlaces& places, std::string_view word) {
  const auto& file = places.file;
  const auto parsed = Service::parse(word);
  std::vector<std::string> names;
  for (const auto& declared : file.services)
    names.push_back(declared.service.display_name());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == word) return file.services[i].service;
  }
  for (const auto& declared : file.services) {
    if (parsed && declared.service == *parsed) return *parsed;
  }
  if (is_declared_group(places, word)) {
    return failure(ErrorKind::usage,
                   fmt::format("{} declares {} as machines, not as a service; only services can be "
                               "paused, machines are held by their min and max",
                               printable(file.path.string()),
                               printable_start(word, max_unit_name_bytes)));
  }
  if (places.mistakes) return parsed;
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto near = nearest_word(word, known);
  return failure(ErrorKind::usage,
                 fmt::format("{} declares no service {}{}",
                             printable(file.path.string()),
                             printable_start(word, max_unit_name_bytes),
                             near.empty() ? "" : fmt::format("; did you mean {}?", near)));
}

Result<PauseReport> pause_service(StateStore& store,
                                  const DeclaredPlaces& places,
                                  const PauseWish& wish,
                                  WallTime now) {
  const auto declared = declared_service(places, wish.service);
  if (!declared) return tl::unexpected(declared.error());
  const auto name = declared->display_name();
  auto standing = look_for_pause(store, name, now);
  if (!standing) return tl::unexpected(standing.error());
  const auto until = wish.duration ? std::optional<WallTime>(now + *wish.duration) : std::nullopt;
  const KeptPause note{
      .pause = {.down_only = wish.down_only, .until = until}, .by = wish.by, .since = now};
  if (auto written = store.write(pauses_shelf, name, pause_text(note)); !written)
    return tl::unexpected(written.error());
  return PauseReport{.service = name,
                     .before = std::move(standing->note),
                     .after = note,
                     .place = store.display_place()};
}

Outcome pause_all(StateStore& store,
                  const DeclaredFile& file,
                  const std::string& by,
                  WallTime now) {
  const auto standing = store.read(pauses_shelf);
  if (!standing) return tl::unexpected(standing.error());
  const auto note = pause_text({.pause = {}, .by = by, .since = now});
  for (const auto& declared : file.services) {
    const auto name = declared.service.display_name();
    if (standing->contains(name)) continue;
    if (auto written = store.write(pauses_shelf, name, note); !written) return written;
  }
  return {};
}

Result<PauseReport> resume_service(StateStore& store,
                                   const DeclaredPlaces& places,
                                   std::string_view service,
                                   WallTime now) {
  const auto declared = declared_service(places, service);
  if (!declared) return tl::unexpected(declared.error());
  const auto name = declared->display_name();
  auto standing = look_for_pause(store, name, now);
  if (!standing) return tl::unexpected(standing.error());
  if (standing->is_there) {
    if (auto removed = store.remove(pauses_shelf, name); !removed)
      return tl::unexpected(removed.error());
  }
  return PauseReport{.service = name,
                     .before = std::move(standing->note),
                     .after = {},
                     .place = store.display_place(),
                     .has_removed = standing->is_there};
}

std::string pause_report_text(const PauseReport& report) {
  std::string text = report.service;
  if (report.after && report.after->pause.down_only) {
    text += fmt::format(" is not scaled down {}", until_text(report.after->pause));
  } else if (report.after) {
    text += fmt::format(" is paused {}", until_text(report.after->pause));
  } else if (report.before) {
    text += " is resumed";
  } else if (report.has_removed) {
    text += " is resumed: what stood there had ended, or could not be understood";
  } else {
    text += " was not paused";
  }
  if (report.before) {
    text += fmt::format(" (it was {} {} by {})",
                        report.before->pause.down_only ? "not to be scaled down" : "paused",
                        until_text(report.before->pause),
                        report.before->by.empty() ? "somebody" : report.before->by);
  }
  return printable(fmt::format("{}, in {}", text, report.place)) + "\n";
}

std::string pause_report_json(const PauseReport& report) {
  return document_text({{"service", report.service},
                        {"before", note_json(report.before)},
                        {"after", note_json(report.after)},
                        {"state", report.place}});
}

}  // namespace scale_fleet
