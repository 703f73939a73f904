#include "scale_fleet/sandbox/sandbox_api.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/machine_patch.hpp"
#include "sandbox/page_number.hpp"
#include "sandbox/replies.hpp"
#include "sandbox/unit_resource.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/fleet/page_token.hpp"
#include "scale_fleet/http/request_target.hpp"

namespace scale_fleet {
namespace {

/// The page that the request asks for, as read from the cluster by `read` and written by `write`.
/// There is a next page while this one's end doesn't lie beyond the list's: after exactly one full
/// page comes an empty one.
template <typename Read, typename Write>
HttpReply answer_list(const RequestTarget& target,
                      std::uint16_t page_size,
                      Read read,
                      Write write) {
  const auto number = read_page_number(target.values("nextPageToken"), page_size);
  if (!number) return error_reply(400, number.error().message);
  const std::size_t first = static_cast<std::size_t>(page_size) * (*number - 1U);
  auto slice = read(SliceRange{.first = first, .count = page_size});
  auto page = Page<typename decltype(slice.items)::value_type>{.items = std::move(slice.items),
                                                               .next_token = {}};
  if (first + page_size <= slice.total) {
    page.next_token = write_page_token(page_size, static_cast<std::uint16_t>(*number + 1U));
  }
  return json_reply(write(page));
}

Slice<Machine> list_machines(const SandboxCluster& cluster, SliceRange range) {
  const auto machines = cluster.machines();
  Slice<Machine> slice{.items = {}, .total = machines.size()};
  for (auto i = range.first; i < machines.size() && i - range.first < range.count; ++i)
    slice.items.push_back(machines[i]);
  return slice;
}

HttpReply answer_for_state(const SandboxCluster& cluster, const std::string& unit) {
  const auto rows =
      cluster.states({.unit = unit, .machine_id = {}}, {.first = 0, .count = 1}).items;
  return rows.empty() ? panic_reply() : json_reply(write_state(rows.front()));
}

/// The name in `/units/NAME` where `path` is such; a slash in the name makes it another resource.
std::optional<std::string> name_below(std::string_view path, std::string_view collection) {
  if (!path.starts_with(collection) || path.size() <= collection.size()) return std::nullopt;
  const auto name = path.substr(collection.size());
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(name);
}

HttpReply answer_collection(const SandboxCluster& cluster,
                            std::string_view path,
                            const RequestTarget& target) {
  const auto size = cluster.settings().page_size;
  if (path == "/units") {
    return answer_list(
        target, size, [&](SliceRange range) { return cluster.units(range); }, write_unit_page);
  }
  if (path == "/machines") {
    return answer_list(
        target,
        size,
        [&](SliceRange range) { return list_machines(cluster, range); },
        write_machine_page);
  }
  const StateFilter filter{.unit = target.first("unitName"),
                           .machine_id = target.first("machineID")};
  return answer_list(
      target,
      size,
      [&](SliceRange range) { return cluster.states(filter, range); },
      write_state_page);
}

/// Below a prefix: `path` is what follows it.
HttpReply answer_resource(SandboxCluster& cluster,
                          std::string_view path,
                          const RequestTarget& target,
                          const HttpRequest& request) {
  const bool is_get = request.method == "GET";
  if (path.empty()) return error_reply(405, "");
  if (const auto unit = name_below(path, "/units/")) {
    return answer_for_unit(cluster, *unit, request);
  }
  if (path == "/discovery") {
    if (!is_get) return error_reply(400, "only HTTP GET supported against this resource");
    return json_reply(
        R"({"discoveryVersion":"v1","id":"fleet:v1","kind":"discovery#restDescription"})");
  }
  const auto state_of = name_below(path, "/state/");
  if (path == "/machines") {
    if (request.method == "PATCH") return patch_machines(cluster, request.body);
    if (!is_get) return error_reply(405, "only GET and PATCH supported against this resource");
  } else if (path == "/units" || path == "/state" || state_of) {
    if (!is_get) return error_reply(405, "only GET supported against this resource");
  } else {
    return error_reply(404, "");
  }
  return state_of ? answer_for_state(cluster, *state_of) : answer_collection(cluster, path, target);
}

HttpReply answer(SandboxCluster& cluster, const RequestTarget& target, const HttpRequest& request) {
  if (clean_path(target.path) != target.path) return moved_reply(target, request.method);
  if (target.path == "/") return error_reply(405, "");
  for (const std::string_view prefix : {"/fleet/v1", "/v1-alpha"}) {
    if (target.path != prefix && !target.path.starts_with(std::string(prefix) + "/")) continue;
    return answer_resource(
        cluster, std::string_view(target.path).substr(prefix.size()), target, request);
  }
  return error_reply(404, "");
}

/// What Go's server says before fleetd has seen the request.
HttpReply bad_request_reply() {
  HttpReply reply;
  reply.response = {.status = 400,
                    .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                    .body = "400 Bad Request"};
  return reply;
}

}  // namespace

HttpReply etcd_unavailable_reply() {
  return error_reply(503, "fleet server unable to communicate with etcd");
}

HttpReply SandboxApi::handle(const HttpRequest& request, TimePoint now) {
  cluster_.advance_to(now);
  const auto target = parse_target(request.target);
  HttpReply reply = !target              ? bad_request_reply()
                    : etcd_is_available_ ? answer(cluster_, *target, request)
                                         : etcd_unavailable_reply();
  if (request.method == "HEAD") reply.response.body.clear();
  if (target && etcd_is_available_) reply.response.headers.emplace_back("Server", "fleetd/v1.0.0");
  return reply;
}

}  // namespace scale_fleet
