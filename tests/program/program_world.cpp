#include "program/program_world.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace scale_fleet {
namespace {

using std::chrono::steady_clock;

SandboxSettings quick_settings(const FleetPlace& place) {
  SandboxSettings settings;
  settings.machines = sandbox_machines(3);
  settings.engine_delay = place.other_delays;
  settings.agent_delay = place.other_delays;
  settings.start_delay = place.start_delay;
  settings.stop_delay = place.other_delays;
  settings.machine_ttl = place.machine_ttl;
  return settings;
}

FaultPlan plan_of(const FleetPlace& place) {
  FaultPlan plan;
  for (const auto& spec : place.faults)
    plan.add(parse_fault(spec).value());
  return plan;
}

}  // namespace

FleetServer::FleetServer(FleetPlace place)
    : place_(std::move(place)),
      cluster_(quick_settings(place_), steady_clock::now() - std::chrono::hours(1)),
      faulty_(
          [this](const HttpRequest& request, TimePoint now) { return api_.handle(request, now); },
          plan_of(place_)),
      watched_([this](const HttpRequest& request) { return handle(request); }) {
  auto server = HttpServer::listen(
      place_.listen, [this](const HttpRequest& request) { return watched_.handle(request); });
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(*server);
}

std::unique_ptr<HttpServer> FleetServer::second_door(
    std::function<void(const HttpRequest&)> on_request) {
  auto server = HttpServer::listen(
      "127.0.0.1:0", [this, told = std::move(on_request)](const HttpRequest& request) {
        told(request);
        return handle(request);
      });
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

HttpReply FleetServer::handle(const HttpRequest& request) {
  const std::lock_guard guard(mutex_);
  requests_.push_back(request.method + " " + request.target.substr(0, request.target.find('?')));
  if (!request.target.starts_with(place_.base_path)) {
    return {.response = {.status = 404, .headers = {}, .body = "not here"}};
  }
  auto inner = request;
  inner.target.erase(0, place_.base_path.size());
  passed_with_requests_ += place_.time_per_request;
  return faulty_.handle(inner, steady_clock::now() + passed_with_requests_);
}

void FleetServer::stand(const std::vector<StandingUnit>& units) {
  const std::lock_guard guard(mutex_);
  for (const auto& unit : units)
    cluster_.put_unit(unit.name, unit.options, unit.desired_state);
  cluster_.advance_to(cluster_.now() + std::chrono::minutes(1));
}

void FleetServer::pass(Duration time) {
  const std::lock_guard guard(mutex_);
  passed_with_requests_ += time;
}

std::vector<Unit> FleetServer::unit_records() {
  const std::lock_guard guard(mutex_);
  return cluster_.units({0, std::numeric_limits<std::size_t>::max()}).items;
}

std::vector<std::string> FleetServer::units() {
  std::vector<std::string> names;
  for (const auto& unit : unit_records())
    names.push_back(unit.name);
  return names;
}

std::vector<std::string> FleetServer::requests() {
  const std::lock_guard guard(mutex_);
  return requests_;
}

std::vector<std::string> FleetServer::writes() {
  auto all = requests();
  std::erase_if(all, [](const std::string& request) { return request.starts_with("GET "); });
  return all;
}

ProgramCall ProgramWorld::call(std::vector<std::string> arguments,
                               const std::map<std::string, std::string>& variables) const {
  ProgramCall call{.file = SCALE_FLEET_BINARY,
                   .arguments = std::move(arguments),
                   .environment = {{"HOME", folder.path().string()},
                                   {"PATH", "/usr/bin:/bin"},
                                   {"XDG_CONFIG_HOME", folder.path("config")},
                                   {"SCALE_FLEET_LOCK_DIR", folder.path().string()},
                                   {"SCALE_FLEET_ENDPOINT", fleet.endpoint()}}};
  for (const auto& [name, value] : variables)
    call.environment[name] = value;
  return call;
}

std::vector<StandingUnit> my_app_with(const std::vector<int>& numbers) {
  std::vector<StandingUnit> units{{.name = "my_app@.service", .desired_state = JobState::inactive}};
  for (const int number : numbers)
    units.push_back({.name = "my_app@" + std::to_string(number) + ".service"});
  return units;
}

std::vector<StandingUnit> units_of_others() {
  return {{.name = "my_app@blue.service"},
          {.name = "my_app@01.service"},
          {.name = "my_app@1.timer"},
          {.name = "my_app_v2@1.service"},
          {.name = "other@1.service", .desired_state = JobState::loaded}};
}

std::vector<int> numbers_to(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 1);
  return numbers;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> result;
  for (std::string word; stream >> word;)
    result.push_back(word);
  return result;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace scale_fleet
