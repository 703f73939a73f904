#include "program/daemon_notices.hpp"

#include <fstream>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/notify/occasions.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

/// The first line of a file: a secret.
Result<std::string> first_line_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (std::getline(stream, line) && !line.empty()) return line;
  return failure(ErrorKind::usage,
                 fmt::format("the Slack URL in {}: the file can't be read, or begins with an empty "
                             "line",
                             printable(file.string())));
}

ScaleDirection word_of(Direction direction) {
  return direction == Direction::down ? ScaleDirection::down : ScaleDirection::up;
}

}  // namespace

Result<std::unique_ptr<DaemonNotices>> DaemonNotices::open(Parts parts) {
  const auto& places = parts.file.notices;
  NotifyPlaces wanted{.slack = places.slack,
                      .slack_tls = {},
                      .alertmanager = places.alertmanager,
                      .alertmanager_tls = {},
                      .timeout = places.timeout,
                      .alert_lasts = places.alert_lasts};
  if (places.slack_file) {
    auto url = first_line_of(*places.slack_file);
    if (!url) return tl::unexpected(url.error());
    wanted.slack = *std::move(url);
  }
  std::unique_ptr<DaemonNotices> notices(new DaemonNotices(parts));
  auto notifier = make_notifier(
      wanted,
      parts.clock,
      system_wall_time,
      notices->random_(),
      [&progress = parts.progress](const std::string& trouble) { progress.warn(trouble); });
  if (!notifier) return tl::unexpected(notifier.error());
  notices->notifier_ = std::move(*notifier);
  return notices;
}

void DaemonNotices::tell(Notice notice) {
  const auto number = [&] {
    const std::scoped_lock lock(mutex_);
    return static_cast<std::uint32_t>(random_());
  }();
  notifier_->tell(stamped(std::move(notice), system_wall_time(), number));
}

std::optional<std::size_t> DaemonNotices::let_through(const std::string& kind) {
  const std::scoped_lock lock(mutex_);
  return rare_.let_through(kind, system_wall_time());
}

void DaemonNotices::tell(const BadRequest& request) {
  const auto held_back = let_through(request.is_of_machines ? "bad of machines" : "bad");
  if (!held_back) return;
  auto message = request.message;
  if (*held_back > 0) message += fmt::format(" (and {} before it)", *held_back);
  progress_.warn("refused: " + message);
  tell(bad_request(request.is_of_machines ? AlertName::scale_nodes : AlertName::scale_service,
                   message));
}

void DaemonNotices::tell(const BoundMet& met) {
  const bool is_of_nodes = !met.cloud.empty();
  const auto& wanted = is_of_nodes ? file_.notices.nodes : file_.notices.services;
  const auto end = met.direction == Direction::up ? ScaleEnd::at_max : ScaleEnd::at_min;
  if (!is_worth_a_notice(end, wanted.min, wanted.max)) return;
  const bool goes_up = met.direction == Direction::up;
  if (!let_through(fmt::format("{} of {} {}", goes_up ? "most" : "least", met.cloud, met.service)))
    return;
  if (!is_of_nodes) {
    return tell(
        scaled_service(met.service, word_of(met.direction), NoticeStatus::success, met.message));
  }
  tell(scaled_nodes(
      {.group = met.cloud, .direction = word_of(met.direction), .by = met.by, .type = met.service},
      NoticeStatus::success,
      met.message));
}

}  // namespace scale_fleet
