#include "daemon/awaited_nodes.hpp"

#include <set>
#include <utility>

#include "daemon/stored_json.hpp"

namespace scale_fleet {
namespace {

Json awaited_json(const AwaitedNodes& awaited) {
  Json object{{"before", awaited.before},
              {"count", awaited.count},
              {"asked_by", awaited.asked_by},
              {"reasons", awaited.reasons},
              {"wanted", awaited.launches.wanted},
              {"members", awaited.launches.members},
              {"since", stored_moment(awaited.launches.since)}};
  if (awaited.launches.machines) object["machines"] = *awaited.launches.machines;
  if (awaited.launches.unnamed) object["unnamed"] = *awaited.launches.unnamed;
  return object;
}

AwaitedNodes read_awaited(const Json& object) {
  const auto members = texts_field(object, "members");
  std::optional<InstanceCount> unnamed;
  if (object.contains("unnamed")) unnamed = to_stored_count(field_of(object, "unnamed"));
  // A text from before they were kept has none.
  std::optional<std::set<std::string>> machines;
  if (object.contains("machines")) {
    const auto listed = texts_field(object, "machines");
    machines.emplace(listed.begin(), listed.end());
  }
  return {.before = to_stored_count(field_of(object, "before")),
          .count = to_stored_count(field_of(object, "count")),
          .asked_by = text_field_of(object, "asked_by"),
          .reasons = texts_field(object, "reasons"),
          .launches = {.wanted = to_stored_count(field_of(object, "wanted")),
                       .unnamed = unnamed,
                       .members = {members.begin(), members.end()},
                       .machines = std::move(machines),
                       .since = to_stored_moment(field_of(object, "since"))}};
}

}  // namespace

AwaitedNodes awaited_by(const NodesOrder& order,
                        const GroupLook& before,
                        const std::optional<std::vector<Machine>>& machines,
                        WallTime now) {
  const auto& decision = order.decision;
  auto launches = expected_launches(
      before, decision.count, machines.value_or(std::vector<Machine>()), order.nodes, now);
  if (!machines) launches.machines.reset();
  return {.before = order.before,
          .count = decision.count,
          .asked_by = decision.asked_by,
          .reasons = decision.reasons,
          .launches = std::move(launches)};
}

NodesOrder order_to_await(const DeclaredNodes& nodes, const AwaitedNodes& awaited) {
  Decision decision;
  decision.count = awaited.count;
  decision.direction = Direction::up;
  decision.asked_by = awaited.asked_by;
  decision.reasons = awaited.reasons;
  return {.nodes = nodes,
          .services = {},
          .decision = std::move(decision),
          .before = awaited.before,
          .awaited = awaited.launches};
}

std::string nodes_memory_text(const ServiceMemory& memory,
                              const std::optional<AwaitedNodes>& awaited) {
  auto text = memory_text(memory);
  if (!awaited) return text;
  auto object = stored_object(text);
  object["awaited"] = awaited_json(*awaited);
  return compact_json(object);
}

Result<std::optional<AwaitedNodes>> parse_awaited(std::string_view text) {
  return reading_stored([&]() -> std::optional<AwaitedNodes> {
    const auto object = stored_object(text);
    if (!object.contains("awaited")) return std::nullopt;
    return read_awaited(object_field(object, "awaited"));
  });
}

}  // namespace scale_fleet
