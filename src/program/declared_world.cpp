#include "program/declared_world.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/events_arguments.hpp"
#include "program/console.hpp"
#include "program/service_locks.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/daemon/etcd_state_store.hpp"
#include "scale_fleet/daemon/folder_state_store.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

/// Where Dynamite looks for etcd (--etcd_endpoint), and where etcd has listened since.
constexpr const char* usual_etcd[] = {"http://127.0.0.1:4001", "http://127.0.0.1:2379"};

/// A folder's texts, and beside its desired counts those in etcd, which go first: a key is what
/// other programs can write.
class StateWithDesiredKeys : public StateStore {
 public:
  StateWithDesiredKeys(std::unique_ptr<StateStore> folder, StateStore& etcd)
      : folder_(std::move(folder)), etcd_(etcd) {}

  Result<std::map<std::string, std::string>> read(std::string_view shelf) override {
    auto texts = folder_->read(shelf);
    if (!texts || shelf != desired_shelf) return texts;
    auto keys = etcd_.read(shelf);
    if (!keys) return keys;
    keys->merge(*texts);
    return keys;
  }

  Outcome write(std::string_view shelf, std::string_view name, std::string_view text) override {
    return folder_->write(shelf, name, text);
  }

  Outcome remove(std::string_view shelf, std::string_view name) override {
    return folder_->remove(shelf, name);
  }

  std::string display_place() const override { return folder_->display_place(); }

 private:
  std::unique_ptr<StateStore> folder_;
  StateStore& etcd_;
};

void add_metrics(const ServicePolicy& policy, std::vector<Metric>& metrics) {
  const auto add = [&](const Metric& metric) {
    if (std::ranges::find(metrics, metric) == metrics.end()) metrics.push_back(metric);
  };
  for (const auto& rule : policy.scale_up)
    add(rule.metric);
  for (const auto& rule : policy.scale_down)
    add(rule.metric);
  for (const auto& rule : policy.target)
    add(rule.metric);
}

}  // namespace

Result<DeclaredPlaces> read_places_of_daemon(const Invocation& invocation) {
  auto places =
      read_declared_places(declared_file_path(invocation.arguments, invocation.environment));
  if (!places && !invocation.arguments.has("--file")) {
    return failure(places.error().kind,
                   places.error().message + "; --file names the file that the daemon keeps");
  }
  if (!places || !places->mistakes) return places;
  const auto progress = make_progress(invocation.options, invocation.environment);
  std::istringstream mistakes(places->mistakes->message);
  for (std::string line; std::getline(mistakes, line);)
    progress->warn(line);
  progress->warn("a daemon keeps what the file said before these mistakes");
  return places;
}

void choose_etcd(DeclaredFile& file, const std::vector<std::string>& members) {
  if (!members.empty()) file.etcd.endpoints = members;
  const bool needs_etcd = std::holds_alternative<StateInEtcd>(file.state);
  if (needs_etcd && file.etcd.endpoints.empty())
    file.etcd.endpoints.assign(std::begin(usual_etcd), std::end(usual_etcd));
}

Result<std::unique_ptr<EtcdServers>> connect_to_declared_etcd(const DeclaredFile& file,
                                                              const TlsFiles& tls,
                                                              const Clock& clock) {
  const auto members = parse_etcd_endpoints(fmt::format("{}", fmt::join(file.etcd.endpoints, ",")));
  if (!members) return tl::unexpected(members.error());
  return connect_to_etcd(*members, tls, clock);
}

Result<OpenedState> open_state(const DeclaredFile& file, const TlsFiles& tls, const Clock& clock) {
  OpenedState state;
  if (!file.etcd.endpoints.empty()) {
    auto servers = connect_to_declared_etcd(file, tls, clock);
    if (!servers) return tl::unexpected(servers.error());
    state.etcd = std::move(*servers);
    state.keys = std::make_unique<EtcdKeys>(*state.etcd, clock);
    state.in_etcd = std::make_unique<EtcdStateStore>(*state.keys);
  }
  const auto* folder = std::get_if<std::filesystem::path>(&file.state);
  if (folder == nullptr) {
    state.store = std::make_unique<EtcdStateStore>(*state.keys);
  } else if (state.in_etcd) {
    state.store = std::make_unique<StateWithDesiredKeys>(
        std::make_unique<FolderStateStore>(*folder), *state.in_etcd);
  } else {
    state.store = std::make_unique<FolderStateStore>(*folder);
  }
  return state;
}

std::set<std::string> leave_out_paused(DeclaredFile& file,
                                       const TlsFiles& tls,
                                       const Clock& clock,
                                       Progress& progress) {
  std::set<std::string> held_up;
  const auto cannot_tell = [&](const Error& error) {
    progress.warn(fmt::format("it is not known whether a service is paused: {}", error.message));
    return held_up;
  };
  const auto state = open_state(file, tls, clock);
  if (!state) return cannot_tell(state.error());
  const auto texts = state->store->read(pauses_shelf);
  if (!texts) return cannot_tell(texts.error());
  const auto now = system_wall_time();
  std::erase_if(file.services, [&](const DeclaredService& declared) {
    const auto name = declared.service.display_name();
    const auto found = texts->find(name);
    if (found == texts->end()) return false;
    const auto note = parse_pause(found->second);
    const auto pause = note ? pause_at(*note, now) : Pause{};
    if (pause && pause->down_only) held_up.insert(name);
    if (!pause || pause->down_only) return false;
    progress.warn(fmt::format("{} is paused{}: left as it is",
                              name,
                              note && !note->by.empty() ? " by " + printable(note->by) : ""));
    return true;
  });
  return held_up;
}

std::vector<Metric> used_metrics(const DeclaredFile& file) {
  std::vector<Metric> metrics;
  for (const auto& service : file.services)
    add_metrics(service.policy, metrics);
  for (const auto& nodes : file.nodes)
    add_metrics(nodes.policy, metrics);
  return metrics;
}

MetricPlaces metric_places(const DeclaredFile& file, const TlsFiles& tls) {
  return {.etcd_endpoints = file.etcd.endpoints,
          .etcd_metrics = file.etcd.metrics,
          .etcd_registry = file.etcd.registry,
          .etcd_consume = file.etcd.consume,
          .prometheus_url = file.prometheus_url,
          .file = file.metrics_file,
          .interval = file.interval,
          .tls = tls};
}

}  // namespace scale_fleet
