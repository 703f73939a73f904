#pragma once

#include <functional>
#include <optional>
#include <string>

#include "scale_fleet/daemon/event.hpp"
#include "scale_fleet/notify/notice.hpp"

namespace scale_fleet {

/// What the events of a group of machines say of their service, before the group's name: no
/// service's name has a slash.
inline constexpr std::string_view nodes_event_prefix = "nodes/";

/// What people are told of an event: of each change, and of what failed. Empty where nothing was
/// changed and nothing is amiss. `cloud_of` is where a group's machines are from, by its name.
std::optional<Notice> notice_of(const Event& event,
                                const std::function<std::string(const std::string&)>& cloud_of);

/// Records events where they go, and tells people of those worth it.
class ToldEvents : public EventSink {
 public:
  /// `below` outlives it.
  ToldEvents(EventSink& below,
             std::function<std::string(const std::string&)> cloud_of,
             std::function<void(Notice)> tell)
      : below_(below), cloud_of_(std::move(cloud_of)), tell_(std::move(tell)) {}

  Outcome record(const Event& event) override;

 private:
  EventSink& below_;
  std::function<std::string(const std::string&)> cloud_of_;
  std::function<void(Notice)> tell_;
};

}  // namespace scale_fleet
