#include "metrics/etcd_metric_source.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Keys of a great reading are handed on in parts, so that it isn't in memory twice.
constexpr std::size_t most_points_at_once = 1000;

std::vector<std::string> keys_of(const EtcdLayout& layout) {
  std::vector<std::string> keys;
  for (const auto& [key, folder] : layout.folders())
    keys.push_back(key);
  return keys;
}

}  // namespace

Result<std::unique_ptr<MetricSource>> EtcdMetricSource::make(const EtcdMetricPlaces& places,
                                                             const std::vector<Metric>& metrics,
                                                             const Clock& clock) {
  Connections connections;
  for (const auto& member : places.members) {
    auto reader = make_curl_http_client(member, clock);
    if (!reader) return tl::unexpected(reader.error());
    connections.readers.push_back(std::move(*reader));
    connections.streams.push_back([member, &clock](const HttpRequest& request) {
      // Its files were readable a moment ago.
      return make_curl_http_stream(member, request, clock).value();
    });
    if (!places.consume) continue;
    connections.removers.push_back(make_curl_http_client(member, clock).value());
  }
  return std::make_unique<EtcdMetricSource>(places, metrics, std::move(connections), clock);
}

EtcdMetricSource::EtcdMetricSource(const EtcdMetricPlaces& places,
                                   const std::vector<Metric>& metrics,
                                   Connections connections,
                                   const Clock& clock)
    : layout_(places.base, metrics),
      metrics_(keys_of(layout_)),
      registry_(places.registry),
      between_registries_(places.between_registries),
      mailbox_(metrics_, Mailbox::FailuresLast::until_a_value),
      remover_(connections.removers.empty()
                   ? nullptr
                   : std::make_unique<KeyRemover>(std::move(connections.removers))),
      members_(connections.readers.size()),
      servers_(std::move(connections.readers)),
      keys_(servers_, clock, std::chrono::seconds(30), stop_.get_token()),
      watch_(keys_, places.base, std::move(connections.streams), places.times),
      thread_([this] { run(stop_.get_token()); }) {}

EtcdMetricSource::~EtcdMetricSource() {
  stop_.request_stop();
  thread_.join();
}

void EtcdMetricSource::run(const std::stop_token& stop) {
  constexpr auto patience = std::chrono::hours(1);
  std::size_t failed_in_a_row = 0;
  while (!stop.stop_requested()) {
    const auto news = watch_.next(std::chrono::steady_clock::now() + patience, stop);
    if (stop.stop_requested()) return;
    if (news) {
      failed_in_a_row = 0;
      take_in(*news);
    } else if (++failed_in_a_row >= members_) {
      // While another member may answer nothing is known to be amiss.
      mailbox_.fail(
          metrics_,
          fmt::format(
              "cannot read etcd ({}): {}", servers_.display_endpoints(), news.error().message));
    }
  }
}

void EtcdMetricSource::take_in(const KeyWatch::News& news) {
  if (news.is_whole) {
    if (layout_.has_instances()) read_registry();
    for (const auto& metric : found_)
      mailbox_.recover(metric);
  }
  Reading reading;
  for (const auto& key : news.keys) {
    const auto place = layout_.find(key.key);
    if (!place) continue;
    if (key.modified > news.told) read_key(key, *place, reading);
    if (remover_) remover_->remove(key.key, key.modified);
    if (reading.points.size() >= most_points_at_once) put(reading);
  }
  put(reading);
  if (!news.is_whole) return;
  for (const auto& [metric, folder] : layout_.folders()) {
    if (found_.contains(metric)) continue;
    mailbox_.fail({metric}, fmt::format("there is nothing in etcd at {}", printable(folder)));
  }
}

void EtcdMetricSource::read_key(const StoredKey& key,
                                const EtcdLayout::Place& place,
                                Reading& reading) {
  const bool is_unknown = !place.uuid.empty() && units_.unit_of(place.type, place.uuid).empty();
  const auto now = std::chrono::steady_clock::now();
  if (is_unknown && (!registry_read_ || now >= *registry_read_ + between_registries_)) {
    read_registry();
  }
  EtcdLayout::read(place, key, units_, reading);
}

void EtcdMetricSource::read_registry() {
  registry_read_ = std::chrono::steady_clock::now();
  const auto folder = keys_.read_folder(registry_);
  if (folder) {
    units_ = UnitRegistry(registry_, folder->keys);
  } else if (folder.error().answer == KeyAnswer::missing) {
    units_ = UnitRegistry();
  }  // Else what was known is the best there is.
}

void EtcdMetricSource::put(Reading& reading) {
  for (const auto& point : reading.points)
    found_.insert(point.metric);
  for (const auto& failed : reading.failures)
    found_.insert(failed.metric);
  mailbox_.put(reading);
  reading = {};
}

}  // namespace scale_fleet
