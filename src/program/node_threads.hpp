#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

#include "program/action_world.hpp"
#include "scale_fleet/daemon/node_actions.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// Asks clouds and changes groups on a thread each.
class NodeThreads : public NodeActions {
 public:
  /// What is outside; all of it outlives the threads.
  struct Parts {
    ActionParts action;
    const Environment& environment;
    std::function<bool()> must_stop;  ///< Callable on any thread.
    std::function<void()> on_end;     ///< Called on the threads.
  };

  explicit NodeThreads(Parts parts) : parts_(std::move(parts)) {}

  ~NodeThreads() override { stop(); }

  void look(const DeclaredNodes& nodes) override;
  void start(NodesOrder order) override;
  std::vector<NodesLook> take_looks() override;
  std::vector<NodesAsked> take_asked() override;
  std::vector<NodesEnd> take_ended() override;
  void stop() override;

 private:
  using End = std::variant<NodesLook, NodesEnd>;

  struct Running {
    std::optional<End> end;  // Guarded by mutex_.
    std::jthread thread;
  };

  void run(std::function<End(const StopRequest&)> work, End otherwise);
  NodesLook ask(const DeclaredNodes& nodes, const StopRequest& stop) const;
  NodesEnd carry_out(NodesOrder order, const StopRequest& stop);
  NodesReport change(const NodesOrder& order, const StopRequest& stop);
  template <typename Kind>
  std::vector<Kind> take();

  Parts parts_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<NodesAsked> asked_;  // Guarded by mutex_.
  std::list<Running> running_;
};

}  // namespace scale_fleet
