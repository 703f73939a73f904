#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/kept_nodes.hpp"
#include "scale_fleet/daemon/node_keeper.hpp"

// What the keeper knows of its groups beyond one turn: its own memory, and what others ask for.

namespace scale_fleet {

/// Whether the state did as it was told; that it doesn't is told once.
template <typename Done>
bool NodeKeeper::does_work(const Done& done, bool& is_told) {
  if (!done && !is_told) world_.progress.warn(done.error().message);
  is_told = !done;
  return done.has_value();
}

/// What an earlier leader knew, and what was asked of it.
void NodeKeeper::remember() {
  // What an order of ours still makes of a group is known when it has ended.
  const auto is_to_be_read = [&](const auto& nodes) {
    return !nodes->is_remembered && !at_work_.contains(nodes->declared.name);
  };
  if (std::ranges::any_of(groups_, is_to_be_read)) {
    const auto texts = world_.state.read(nodes_shelf);
    if (!does_work(texts, is_reading_told_)) return;
    for (const auto& nodes : groups_) {
      if (!is_to_be_read(nodes)) continue;
      nodes->is_remembered = true;
      const auto found = texts->find(nodes->declared.name);
      if (found == texts->end()) continue;
      recall(*nodes, found->second);
    }
  }
  take_demands();
}

void NodeKeeper::recall(KeptNodes& nodes, const std::string& text) {
  auto memory = parse_memory(text);
  auto awaited = parse_awaited(text);
  if (memory && awaited) {
    nodes.memory = *std::move(memory);
    nodes.awaited = *std::move(awaited);
    return;
  }
  world_.progress.warn(fmt::format(
      "the memory of the machines of {} in {} can't be understood ({}); it begins anew, and goes "
      "down after its longest cool-down only",
      nodes.declared.name,
      world_.state.display_place(),
      memory ? awaited.error().message : memory.error().message));
  nodes.memory.history.down =
      CoolDown{.until = WallTime::max(), .because = "a memory that could not be read"};
}

/// What lies on the shelf is the daemon's that acts, and this may be but a dry run beside it.
void NodeKeeper::put_away(const std::string& demand) {
  if (world_.desk != nullptr && !world_.is_dry_run) world_.desk->finish({demand});
}

void NodeKeeper::take_in(KeptDemand demand) {
  const auto id = demand.demand.id;
  auto* nodes = find(demand.service);
  if (nodes == nullptr) return put_away(id);
  const auto taken = take_demand(demanded(*nodes), std::move(demand));
  if (taken == Taken::was_dealt_with) put_away(id);
  // What is asked now is decided on what is there now.
  if (taken == Taken::waits) nodes->looked.reset();
}

void NodeKeeper::take_demands() {
  if (world_.desk != nullptr) {
    auto asked = what_is_asked(*world_.desk, world_.state);
    for (auto& demand : asked.demands)
      take_in(std::move(demand));
    for (const auto& id : asked.not_understood)
      put_away(id);
    // That the state is away later on the daemon tells.
    bool is_told = has_read_demands_;
    if (!does_work(asked.shelf, has_read_demands_ ? is_told : is_reading_told_)) return;
    for (const auto& nodes : groups_)
      forget_removed(nodes->memory, *asked.shelf);
  }
  has_read_demands_ = true;
}

bool NodeKeeper::save(KeptNodes& nodes) {
  // What isn't read yet is another leader's.
  if (world_.is_dry_run || !world_.may_go_on() || !nodes.is_remembered) return false;
  const auto saved = world_.state.write(
      nodes_shelf, nodes.declared.name, nodes_memory_text(nodes.memory, nodes.awaited));
  if (!does_work(saved, is_writing_told_)) {
    nodes.unsaved = saved.error();
    return false;
  }
  nodes.unsaved.reset();
  const auto dealt = std::exchange(nodes.demands.dealt, {});
  if (!dealt.empty() && world_.desk != nullptr) world_.desk->finish(dealt);
  nodes.must_save = false;
  return true;
}

}  // namespace scale_fleet
