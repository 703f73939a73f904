#include <algorithm>

#include "daemon/kept_service.hpp"
#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/daemon/error_class.hpp"

namespace scale_fleet {
namespace {

/// What is only nice to remember (samples) is saved so rarely at most.
constexpr Millis lazy_saving = std::chrono::seconds(30);
/// A turn spends no more on it; a disk may take milliseconds for each of many services.
constexpr Duration longest_lazy_saving = std::chrono::milliseconds(200);

/// Whether a source names an instance of the service so, with or without its type.
bool is_of(const Service& service, const std::string& instance) {
  if (!service.is_single()) return instance.starts_with(service.name_prefix());
  return instance == service.name_prefix() || instance == service.prefix();
}

/// Those of its instances and those of all together: another service may share the metric.
std::map<std::string, Series, std::less<>> series_of(const Service& service,
                                                     const MetricSeries& known) {
  std::map<std::string, Series, std::less<>> own;
  const auto& all = known.by_instance;
  if (const auto of_all = all.find(""); of_all != all.end()) own.insert(*of_all);
  const auto& begin = service.prefix();
  for (auto each = all.lower_bound(begin); each != all.end() && each->first.starts_with(begin);
       ++each) {
    if (is_of(service, each->first)) own.insert(*each);
  }
  return own;
}

}  // namespace

/// Whoever takes over, should this daemon die of the action, knows the decision, keeps its
/// cool-down, and takes whatever count the action left for nobody's wish. Whether it could be
/// saved.
bool Daemon::save_begun(KeptService& service) {
  auto history = service.memory.history;
  service.memory.history = after_action(
      std::move(service.memory.history),
      *service.decision,
      {.time = world_.wall_time(), .before = *service.current, .after = service.decision->count});
  service.memory.history.last_count.reset();
  const bool is_saved = save(service, true);
  service.memory.history = std::move(history);
  return is_saved;
}

void Daemon::save(bool all) {
  if (options_.dry_run) return;
  std::vector<KeptService*> oldest_first;
  for (const auto& service : services_) {
    // What was saved when its action began holds until that has ended.
    if (!service->is_busy()) oldest_first.push_back(service.get());
  }
  std::ranges::stable_sort(oldest_first, {}, &KeptService::saved_at);
  const auto began = world_.clock.now();
  for (auto* service : oldest_first) {
    const bool must_save = all || service->must_save;
    if (must_save || world_.clock.now() - began < longest_lazy_saving) save(*service, must_save);
  }
}

/// Whether what had to be saved is.
bool Daemon::save(KeptService& service, bool all) {
  if (options_.dry_run || !world_.may_go_on()) return false;
  const bool is_old = !service.saved_at || *service.saved_at + lazy_saving <= now_;
  if (!all && !is_old) return true;
  auto& memory = service.memory;
  memory.samples.clear();
  for (const auto& [metric, horizon] : metric_horizons(service.declared.policy)) {
    const auto found = samples_.by_metric.find(metric);
    if (found != samples_.by_metric.end())
      memory.samples[metric] = series_of(service.declared.service, found->second);
  }
  const auto text = memory_text(memory);
  memory.samples.clear();
  const auto saving = text_key(text);
  if (saving != service.saved) {
    if (auto saved = world_.state.write(services_shelf, service.name, text); !saved) {
      count_error(saved.error());
      world_.progress.warn(saved.error().message);
      return false;
    }
    service.saved = saving;
  }
  const auto dealt = std::exchange(service.demands.dealt, {});
  if (!dealt.empty() && world_.desk != nullptr) world_.desk->finish(dealt);
  service.saved_at = now_;
  service.must_save = false;
  return true;
}

}  // namespace scale_fleet
