#include "core/release_counts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

InstanceCount count_in(const ServiceSnapshot& service) {
  return static_cast<InstanceCount>(service.instances.size());
}

/// Whether the release that left `mark` may have left so many instances. If not, somebody has
/// scaled since, and its counts are of the past.
bool could_leave(const ReleaseMark& mark, InstanceCount existing) {
  const auto [least, most] = std::minmax(mark.count, mark.former_count);
  return existing + mark.unavailable >= least && existing <= most + mark.surge;
}

}  // namespace

Result<ReleaseCounts> release_counts(const ReleaseRequest& request,
                                     const ReleaseLook& look,
                                     const std::optional<ReleaseMark>& mark) {
  ReleaseCounts counts;
  const auto incoming = count_in(look.service);
  const auto outgoing = look.outgoing ? count_in(*look.outgoing) : 0;
  counts.existing = incoming + outgoing;
  counts.count = std::max(incoming, outgoing);
  counts.former_count = look.outgoing ? outgoing : incoming;
  const auto name = request.service.display_name();
  const auto marked = look.mark || !look.outgoing ? name : look.outgoing->service.display_name();
  if (mark && could_leave(*mark, counts.existing)) {
    const bool goes_back =
        request.kind == ReleaseKind::rollback && mark->command != to_string(ReleaseKind::rollback);
    counts.count = goes_back ? mark->former_count : mark->count;
    counts.former_count = mark->former_count;
    counts.notice =
        fmt::format("a {} of {} was broken off, when there were to be {}; that holds{}",
                    mark->command,
                    marked,
                    counts.count,
                    request.kind == ReleaseKind::deploy ? " unless --count says otherwise" : "");
  } else if (mark) {
    counts.notice = fmt::format(
        "a {} of {} was broken off, and somebody has changed the count since: there were to be {}, "
        "and there are {}",
        mark->command,
        marked,
        mark->count,
        counted(counts.existing, "instance"));
  }
  if (request.count) counts.count = *request.count;
  const bool knows_count =
      request.count || counts.existing > 0 || mark || request.kind != ReleaseKind::deploy;
  if (knows_count) return counts;
  return failure(
      ErrorKind::not_found,
      fmt::format("{}{} has no instances, so it isn't known how many are wanted: add "
                  "--count N",
                  name,
                  look.outgoing ? fmt::format(" or {}", look.outgoing->service.display_name())
                                : std::string()));
}

}  // namespace scale_fleet
