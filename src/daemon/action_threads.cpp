#include "scale_fleet/daemon/action_threads.hpp"

#include <exception>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// No signal arrives at an action; its stop is the runner's.
class ActionStop : public StopRequest {
 public:
  ActionStop(const std::atomic<bool>& stopping, const std::function<bool()>& must_stop)
      : stopping_(stopping), must_stop_(must_stop) {}

  std::optional<int> signal() const override { return std::nullopt; }

  bool requested() const override { return stopping_ || must_stop_(); }

 private:
  const std::atomic<bool>& stopping_;
  const std::function<bool()>& must_stop_;
};

/// A broken promise of ours costs its own service one action, and no other anything.
ScaleReport broken_promise(const std::exception& exception) {
  return {.status = ScaleStatus::failed,
          .services = {},
          .error = Error{.kind = ErrorKind::refused,
                         .message = fmt::format("a mistake in scale-fleet: {}", exception.what())}};
}

}  // namespace

ActionThreads::~ActionThreads() {
  stop();
}

void ActionThreads::start(ActionOrder order) {
  auto& running = running_.emplace_back();
  running.thread = std::jthread(
      [this, &running, order = std::move(order)]() mutable { run(std::move(order), running); });
}

void ActionThreads::run(ActionOrder order, Running& running) {
  const ActionStop stop(stopping_, parts_.must_stop);
  const auto began = parts_.clock.now();
  ActionEnd end{.order = std::move(order), .report = {}};
  try {
    end.report = parts_.carry_out(end.order, stop);
  } catch (const std::exception& exception) {
    end.report = broken_promise(exception);
  }
  end.took = std::chrono::duration_cast<Millis>(parts_.clock.now() - began);
  {
    const std::scoped_lock lock(mutex_);
    running.end = std::move(end);
  }
  parts_.on_end();
}

std::vector<ActionEnd> ActionThreads::take_ended() {
  std::vector<ActionEnd> ended;
  std::list<Running> joined;
  const auto collect = [&] {
    const std::scoped_lock lock(mutex_);
    for (auto each = running_.begin(); each != running_.end();) {
      const auto here = each++;
      if (!here->end) continue;
      ended.push_back(std::move(*here->end));
      joined.splice(joined.end(), running_, here);
    }
  };
  collect();
  return ended;
}

void ActionThreads::stop() {
  stopping_ = true;
  for (auto& running : running_) {
    if (running.thread.joinable()) running.thread.join();
  }
}

}  // namespace scale_fleet
