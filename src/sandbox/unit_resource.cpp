#include "sandbox/unit_resource.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "sandbox/option_rules.hpp"
#include "sandbox/put_body.hpp"
#include "sandbox/replies.hpp"
#include "sandbox/stored_options.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {
namespace {

std::string_view without_outer_blanks(std::string_view text) {
  const auto start = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(start);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// One header, and before its semicolon exactly application/json (api/serialization.go:27-42).
std::optional<HttpReply> check_content_type(const HttpRequest& request) {
  std::vector<std::string_view> types;
  for (const auto& [name, value] : request.headers) {
    auto lower = name;
    std::ranges::transform(lower, lower.begin(), [](char c) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    if (lower == "content-type") types.emplace_back(value);
  }
  if (types.size() != 1) {
    return error_reply(415, fmt::format("expected 1 Content-Type, got {}", types.size()));
  }
  if (without_outer_blanks(types[0].substr(0, types[0].find(';'))) == "application/json")
    return std::nullopt;
  return error_reply(415, "only acceptable Content-Type is application/json");
}

/// The desired state of a unit that is made or replaced: none means inactive; empty where the word
/// is none of the three.
std::optional<JobState> state_to_store(const PutBody& body) {
  return body.desired_state.empty() ? JobState::inactive : parse_job_state(body.desired_state);
}

HttpReply create(SandboxCluster& cluster, const std::string& name, const PutBody& body) {
  if (body.options.empty()) {
    return error_reply(409, "unit does not exist and options field empty");
  }
  if (body.has_null_option) return panic_reply();
  const auto options = store_options(body.options);
  if (!options) return error_reply(400, options.error().message);
  if (const auto fine = check_placement(read_placement(body.options, "")); !fine) {
    return error_reply(400, fine.error().message);
  }
  const auto desired_state = state_to_store(body);
  if (!desired_state) return error_reply(500, "");
  cluster.put_unit(name, *options, *desired_state);
  return empty_reply(201);
}

/// Nothing checks the options of a unit that is replaced: those that can't be read back break it.
HttpReply replace(SandboxCluster& cluster, const std::string& name, const PutBody& body) {
  const auto desired_state = state_to_store(body);
  if (!desired_state) return error_reply(500, "");
  const auto options = store_options(body.options);
  if (options) {
    cluster.put_unit(name, *options, *desired_state);
  } else {
    cluster.break_unit(name);
  }
  return empty_reply(201);
}

HttpReply change_state(SandboxCluster& cluster, const std::string& name, const PutBody& body) {
  if (body.desired_state.empty()) {
    return error_reply(409, "must provide DesiredState to update existing unit");
  }
  const auto desired_state = parse_job_state(body.desired_state);
  if (is_template_name(name) && desired_state != JobState::inactive) {
    return error_reply(400, fmt::format("cannot activate template \"{}\"", name));
  }
  // fleetd stores any other word, and can't read the unit any more (upstream issue 1356).
  if (desired_state) {
    cluster.set_desired_state(name, *desired_state);
  } else {
    cluster.break_unit(name);
  }
  return empty_reply(204);
}

/// api/units.go:72-150, in the order of its checks.
HttpReply put(SandboxCluster& cluster, const std::string& name, const HttpRequest& request) {
  if (auto refused = check_content_type(request)) return *refused;
  const auto body = read_put_body(request.body);
  if (!body) {
    return error_reply(400, fmt::format("unable to decode body: {}", body.error().message));
  }
  if (!body->name.empty() && body->name != name) {
    return error_reply(
        400,
        fmt::format(
            R"(name in URL "{}" differs from unit name in request body "{}")", name, body->name));
  }
  if (const auto fine = check_unit_name(name); !fine) return error_reply(400, fine.error().message);
  switch (cluster.condition(name)) {
    case RecordCondition::missing:
      return create(cluster, name, *body);
    case RecordCondition::broken:
      return error_reply(500, "");
    case RecordCondition::whole:
      break;
  }
  if (body->options.empty()) return change_state(cluster, name, *body);
  if (body->has_null_option) return panic_reply();
  const auto stored = cluster.unit(name);
  const bool is_same = unit_hash(stored->options) == unit_hash(body->options);
  const bool is_replaced = !is_same && cluster.settings().takes_new_options;
  return is_replaced ? replace(cluster, name, *body) : change_state(cluster, name, *body);
}

HttpReply get(const SandboxCluster& cluster, const std::string& name) {
  auto unit = cluster.unit(name);
  if (!unit) return error_reply(500, "");
  // Alone a global unit is shown without its state, in the list with it (client/registry.go:59-65).
  if (is_global(unit->options)) unit->current_state.reset();
  return json_reply(write_unit(*unit));
}

}  // namespace

HttpReply answer_for_unit(SandboxCluster& cluster,
                          const std::string& name,
                          const HttpRequest& request) {
  if (request.method == "PUT") return put(cluster, name, request);
  if (request.method != "GET" && request.method != "DELETE") {
    return error_reply(405, "only GET, PUT and DELETE supported against this resource");
  }
  switch (cluster.condition(name)) {
    case RecordCondition::missing:
      return error_reply(404, "unit does not exist");
    case RecordCondition::broken:
      return error_reply(500, "");
    case RecordCondition::whole:
      break;
  }
  if (request.method == "GET") return get(cluster, name);
  cluster.delete_unit(name);
  return empty_reply(204);
}

}  // namespace scale_fleet
