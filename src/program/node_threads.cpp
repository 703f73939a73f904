#include "program/node_threads.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "program/make_node_group.hpp"
#include "scale_fleet/commands/nodes_command.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

/// A command that changes the group has a moment to end.
constexpr std::chrono::seconds patience_with_groups{60};

/// No signal arrives at these threads; their stop is the daemon's.
class NodeStop : public StopRequest {
 public:
  NodeStop(const std::atomic<bool>& stopping, const std::function<bool()>& must_stop)
      : stopping_(stopping), must_stop_(must_stop) {}

  std::optional<int> signal() const override { return std::nullopt; }

  /// Once it has to stop it has to for good: who leads again has another plan.
  bool requested() const override {
    if (stopping_ || must_stop_()) has_to_stop_ = true;
    return has_to_stop_;
  }

 private:
  const std::atomic<bool>& stopping_;
  const std::function<bool()>& must_stop_;
  mutable std::atomic<bool> has_to_stop_ = false;
};

NodesReport not_begun(const NodesOrder& order, const Error& error) {
  return {.group = order.nodes.name,
          .desired = order.decision.count,
          .before = order.before,
          .status = status_of(error.kind),
          .error = error};
}

Error mistake_of_ours(const std::exception& exception) {
  return {.kind = ErrorKind::refused,
          .message = fmt::format("a mistake in scale-fleet: {}", exception.what())};
}

/// Of a wait that is taken up; empty: all of it.
std::optional<Duration> time_left(const NodesOrder& order, WallTime now) {
  if (!order.awaited) return std::nullopt;
  const auto until = order.awaited->since + order.nodes.timeout;
  return std::clamp(until - now, Millis(0), order.nodes.timeout);
}

}  // namespace

NodesLook NodeThreads::ask(const DeclaredNodes& nodes, const StopRequest& stop) const {
  const ActionClock clock(stop);
  const auto group = ConnectedGroup::open(
      nodes, {.environment = parts_.environment, .clock = clock, .stop = stop});
  if (!group) return {.group = nodes.name, .look = tl::unexpected(group.error())};
  NodesLook seen{.group = nodes.name, .look = GroupLook{}};
  if (const auto world = ActionWorld::open(parts_.action, {}, stop)) {
    if (auto machines = (*world)->world().fleet.machines()) seen.machines = *std::move(machines);
  }
  seen.look = (*group)->group().look();
  return seen;
}

NodesReport NodeThreads::change(const NodesOrder& order, const StopRequest& stop) {
  const auto world =
      ActionWorld::open(parts_.action,
                        {.names = {lock_name_of(order.nodes)}, .patience = patience_with_groups},
                        stop);
  if (!world) return not_begun(order, world.error());
  const auto own = (*world)->world();
  const auto group = ConnectedGroup::open(
      order.nodes, {.environment = parts_.environment, .clock = own.clock, .stop = own.stop});
  if (!group) return not_begun(order, group.error());
  const auto on_asked = [&] {
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back({.group = order.nodes.name, .count = order.decision.count});
    }
    parts_.on_end();
  };
  NodesCommand command({.world = own,
                        .group = (*group)->group(),
                        .wall_time = system_wall_time,
                        .rights = &(*world)->rights_to(order.services),
                        .on_asked = on_asked},
                       {.timeout = time_left(order, system_wall_time())});
  auto report = command.run({.nodes = order.nodes,
                             .count = {.number = order.decision.count},
                             .services = order.services,
                             .from = order.awaited ? order.decision.count : order.before,
                             .awaited = order.awaited});
  if (auto lost = (*world)->lost_lease()) {
    report.error = std::move(lost);
    report.status = std::max(report.status, ScaleStatus::failed);
  }
  return report;
}

NodesEnd NodeThreads::carry_out(NodesOrder order, const StopRequest& stop) {
  const auto began = std::chrono::steady_clock::now();
  NodesEnd end{.order = std::move(order), .report = {}};
  end.report = change(end.order, stop);
  end.ended = std::chrono::steady_clock::now();
  end.took = std::chrono::duration_cast<Millis>(end.ended - began);
  return end;
}

/// `otherwise` is the end where there can be no thread, or a promise of ours is broken.
void NodeThreads::run(std::function<End(const StopRequest&)> work, End otherwise) {
  auto& running = running_.emplace_back();
  const auto conclude = [this, &running](End end) {
    {
      const std::scoped_lock lock(mutex_);
      running.end = std::move(end);
    }
    parts_.on_end();
  };
  const auto failed = [otherwise](const std::exception& exception) {
    auto end = otherwise;
    if (auto* look = std::get_if<NodesLook>(&end))
      look->look = tl::unexpected(mistake_of_ours(exception));
    if (auto* order = std::get_if<NodesEnd>(&end)) {
      order->report = not_begun(order->order, mistake_of_ours(exception));
      order->ended = std::chrono::steady_clock::now();
    }
    return end;
  };
  try {
    running.thread = std::jthread([this, conclude, failed, work = std::move(work)] {
      const NodeStop stop(stopping_, parts_.must_stop);
      try {
        conclude(work(stop));
      } catch (const std::exception& exception) {
        conclude(failed(exception));
      }
    });
  } catch (const std::system_error& error) {
    conclude(failed(error));
  }
}

void NodeThreads::look(const DeclaredNodes& nodes) {
  run([this, nodes](const StopRequest& stop) -> End { return ask(nodes, stop); },
      NodesLook{.group = nodes.name, .look = GroupLook{}});
}

void NodeThreads::start(NodesOrder order) {
  NodesEnd otherwise{.order = order, .report = {}};
  run([this,
       order = std::move(order)](const StopRequest& stop) -> End { return carry_out(order, stop); },
      std::move(otherwise));
}

template <typename Kind>
std::vector<Kind> NodeThreads::take() {
  std::vector<Kind> ended;
  std::list<Running> joined;  // Their threads end outside the lock.
  const std::scoped_lock lock(mutex_);
  for (auto each = running_.begin(); each != running_.end();) {
    const auto here = each++;
    auto* end = here->end ? std::get_if<Kind>(&*here->end) : nullptr;
    if (end == nullptr) continue;
    ended.push_back(std::move(*end));
    joined.splice(joined.end(), running_, here);
  }
  return ended;
}

std::vector<NodesLook> NodeThreads::take_looks() {
  return take<NodesLook>();
}

std::vector<NodesAsked> NodeThreads::take_asked() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(asked_, {});
}

std::vector<NodesEnd> NodeThreads::take_ended() {
  return take<NodesEnd>();
}

void NodeThreads::stop() {
  stopping_ = true;
  for (auto& running : running_) {
    if (running.thread.joinable()) running.thread.join();
  }
}

}  // namespace scale_fleet
