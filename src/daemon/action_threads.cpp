#include "scale_fleet/daemon/action_threads.hpp"

#include <exception>
#include <system_error>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// No signal arrives at an action; its stop is the runner's.
class ActionStop : public StopRequest {
 public:
  ActionStop(const std::atomic<bool>& all_stop,
             const std::atomic<bool>& stopping,
             const std::function<bool()>& must_stop)
      : all_stop_(all_stop), stopping_(stopping), must_stop_(must_stop) {}

  std::optional<int> signal() const override { return std::nullopt; }

  /// Once it has to stop it has to for good: who leads again has another plan.
  bool requested() const override {
    if (all_stop_ || stopping_ || must_stop_()) has_to_stop_ = true;
    return has_to_stop_;
  }

 private:
  const std::atomic<bool>& all_stop_;
  const std::atomic<bool>& stopping_;
  const std::function<bool()>& must_stop_;
  mutable std::atomic<bool> has_to_stop_ = false;
};

/// The system has no thread left: it may have one at the next try.
ScaleReport no_thread(const std::system_error& error) {
  return {.status = ScaleStatus::failed,
          .services = {},
          .error = Error{.kind = ErrorKind::unavailable,
                         .message = fmt::format("cannot begin an action: {}", error.what())}};
}

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
  running.service = order.service.service.display_name();
  try {
    running.thread = std::jthread([this, &running, order] { run(order, running); });
  } catch (const std::system_error& error) {
    const std::scoped_lock lock(mutex_);
    running.end = ActionEnd{
        .order = std::move(order), .report = no_thread(error), .ended = parts_.clock.now()};
  }
}

void ActionThreads::run(ActionOrder order, Running& running) {
  const ActionStop stop(stopping_, running.stopping, parts_.must_stop);
  const auto began = parts_.clock.now();
  ActionEnd end{.order = std::move(order), .report = {}, .ended = {}};
  try {
    end.report = parts_.carry_out(end.order, stop);
  } catch (const std::exception& exception) {
    end.report = broken_promise(exception);
  }
  end.ended = parts_.clock.now();
  end.took = std::chrono::duration_cast<Millis>(end.ended - began);
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

void ActionThreads::interrupt(const std::string& service) {
  for (auto& running : running_) {
    if (running.service == service) running.stopping = true;
  }
}

void ActionThreads::stop() {
  stopping_ = true;
  for (auto& running : running_) {
    if (running.thread.joinable()) running.thread.join();
  }
}

}  // namespace scale_fleet
