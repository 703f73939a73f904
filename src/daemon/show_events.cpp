#include "scale_fleet/daemon/show_events.hpp"

#include <chrono>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

constexpr auto look_interval = std::chrono::milliseconds(200);
/// Printed at once: an answer of many megabytes need not stand in memory whole.
constexpr std::size_t bytes_at_once = 65'536;

std::string count_text(const std::optional<InstanceCount>& count) {
  return count ? fmt::format("{}", *count) : "?";
}

bool is_wanted(const Event& event, const EventsQuery& query) {
  return (!query.service || event.service == *query.service) &&
         (!query.since || event.time >= *query.since);
}

/// Takes lines, and prints what is wanted of them.
class EventPrinter {
 public:
  EventPrinter(const EventsQuery& query, const EventsWorld& world) : query_(query), world_(world) {}

  void take(std::string_view line) {
    const auto event = parse_event_line(line);
    if (!event) {
      ++shown_.broken;
    } else if (is_wanted(*event, query_)) {
      ++shown_.shown;
      text_ += query_.json ? event_line(*event) : event_text(*event);
      if (text_.size() >= bytes_at_once) print();
    }
  }

  /// What print() met first, if anything.
  const Outcome& print() {
    if (printed_ && !text_.empty()) printed_ = world_.print(text_);
    text_.clear();
    return printed_;
  }

  const ShownEvents& shown() const { return shown_; }

 private:
  const EventsQuery& query_;
  const EventsWorld& world_;
  std::string text_;
  Outcome printed_;
  ShownEvents shown_;
};

}  // namespace

EventFilePlace event_file_place(const DeclaredFile& file) {
  const auto* folder = std::get_if<std::filesystem::path>(&file.state);
  const auto state =
      folder != nullptr && !folder->empty() ? *folder : std::filesystem::path(default_state_folder);
  return {.path = file.events.file.value_or(state / "events.jsonl"),
          .max_bytes = file.events.max_bytes,
          .keep = file.events.keep};
}

std::string event_text(const Event& event) {
  auto text = fmt::format("{} {} {} {} -> {}",
                          format_wall_time(event.time),
                          event_type(event),
                          event.service,
                          count_text(event.before),
                          count_text(event.after));
  const auto& why = event.reason.empty() ? event.asked_by : event.reason;
  if (!why.empty()) text += ": " + why;
  if (event.error) text += fmt::format(" [{}]", event.error->message);
  return printable_start(text, longest_shown_line) + "\n";
}

Result<ShownEvents> show_events(EventTail& tail,
                                const EventsQuery& query,
                                const EventsWorld& world) {
  EventPrinter printer(query, world);
  const auto take = [&](std::string_view line) { printer.take(line); };
  for (;;) {
    auto read = tail.read(take);
    const bool goes_on = query.follow && read && !world.stop.requested();
    if (!goes_on) tail.read_torn(take);
    if (const auto& printed = printer.print(); !printed) return tl::unexpected(printed.error());
    if (!read) return tl::unexpected(read.error());
    if (!goes_on) return printer.shown();
    world.clock.wait_until(world.clock.now() + look_interval);
  }
}

}  // namespace scale_fleet
