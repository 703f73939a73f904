#include <nlohmann/json.hpp>

#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/http/request_target.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"

namespace scale_fleet {
namespace {

/// `METHOD TARGET[ CONTENT-TYPE]` in its first line, then the body.
HttpRequest request_of(std::string_view text) {
  const auto take_word = [](std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    return std::string(word);
  };
  auto line = take_line(text);
  HttpRequest request;
  request.method = take_word(line);
  request.target = take_word(line);
  request.headers = {{"Content-Type", line.empty() ? "application/json" : std::string(line)}};
  request.body = text;
  return request;
}

void check_reply(const HttpRequest& request, const HttpReply& reply) {
  const auto& response = reply.response;
  must_hold(200 <= response.status && response.status <= 599, "every request gets a status");
  if (response.header("Content-Type") == "application/json" && !response.body.empty()) {
    must_hold(nlohmann::json::accept(response.body), "what is called JSON is JSON");
  }
  if (response.status >= 400 && response.status != 400 && request.method != "HEAD" &&
      reply.delivery == Delivery::whole) {
    must_hold(read_error_message(response.body).has_value(), "an error is Fleet's error object");
  }
  if (request.method == "HEAD") must_hold(response.body.empty(), "HEAD has no body");
}

}  // namespace

/// Requests one after the other, an empty line between them, one second apart.
void try_input(std::string_view input) {
  SandboxCluster cluster({.machines = sandbox_machines(2), .page_size = 2}, TimePoint{});
  SandboxApi api(cluster);
  TimePoint now{};
  while (!input.empty()) {
    const auto text = input.substr(0, input.find("\n\n"));
    input.remove_prefix(std::min(input.size(), text.size() + 2));
    const auto request = request_of(text);
    check_reply(request, api.handle(request, now));
    if (const auto target = parse_target(request.target)) {
      const auto clean = clean_path(target->path);
      must_hold(clean_path(clean) == clean, "a clean path is clean");
    }
    now += std::chrono::seconds(1);
  }
  now += std::chrono::minutes(1);
  const auto units = api.handle({.target = "/fleet/v1/units"}, now);
  must_hold(read_unit_page(units.response.body).has_value(), "the units can still be listed");
  const auto states = api.handle({.target = "/fleet/v1/state"}, now);
  must_hold(read_state_page(states.response.body).has_value(), "the states can still be listed");
}

}  // namespace scale_fleet
