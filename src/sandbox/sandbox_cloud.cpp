#include "scale_fleet/sandbox/sandbox_cloud.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr std::string_view machines_path = "/sandbox/machines";

HttpReply in_text(int status, std::string text = {}) {
  return {.response = {.status = status,
                       .headers = {{"Content-Type", "text/plain"}},
                       .body = std::move(text)}};
}

std::string line_of(const Machine& machine) {
  return fmt::format("{} {}\n", machine.id, machine.primary_ip);
}

}  // namespace

bool SandboxCloud::is_asked(const HttpRequest& request) {
  return request.target.starts_with(machines_path);
}

std::vector<Machine> SandboxCloud::machines() const {
  auto machines = cluster_.machines();
  std::erase_if(machines, [&](const Machine& machine) { return gone_.contains(machine.id); });
  return machines;
}

HttpReply SandboxCloud::launch() {
  const auto machine = sandbox_machines(++made_).back();
  cluster_.add_machine(machine);
  return in_text(201, line_of(machine));
}

HttpReply SandboxCloud::end(const std::string& id) {
  if (std::ranges::count(machines(), id, &Machine::id) == 0) return in_text(404);
  cluster_.lose_machine(id);
  gone_.insert(id);
  return in_text(204);
}

HttpReply SandboxCloud::handle(const HttpRequest& request, TimePoint now) {
  cluster_.advance_to(now);
  const auto below = request.target.substr(machines_path.size());
  if (below.starts_with('/'))
    return request.method == "DELETE" ? end(below.substr(1)) : in_text(405);
  if (!below.empty()) return in_text(404);
  if (request.method == "POST") return launch();
  if (request.method != "GET") return in_text(405);
  const auto all = machines();
  auto text = fmt::format("{}\n", all.size());
  for (const auto& machine : all)
    text += line_of(machine);
  return in_text(200, std::move(text));
}

}  // namespace scale_fleet
