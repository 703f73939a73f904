#include <chrono>
#include <fstream>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "scale_fleet/sandbox/sandbox_api.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

const std::string recorded_machine = "3d1219c7c4c5404aaa1f6d2a48adfda4";

json read_recording() {
  std::ifstream file(SCALE_FLEET_TEST_DATA "/fleet-recorded.json");
  return json::parse(file);
}

HttpRequest to_request(const json& recorded) {
  HttpRequest request{.method = recorded["method"],
                      .target = recorded["path"],
                      .headers = {},
                      .body = recorded["body"].is_string() ? recorded["body"] : json("")};
  for (const auto& [name, value] : recorded["headers"].items())
    request.headers.emplace_back(name, value);
  return request;
}

/// `bulk@99.service`, the last of 99 repeats, as `bulk@{number}.service`.
std::string numbered(std::string path, int last, int number) {
  const auto digits = "@" + std::to_string(last) + ".";
  return path.replace(path.find(digits), digits.size(), "@" + std::to_string(number) + ".");
}

/// What is compared: "no reply", or status, content type and body, JSON by value.
json comparable(const HttpReply& reply) {
  if (reply.delivery == Delivery::closed) return "no reply";
  const auto& body = reply.response.body;
  const auto value = json::parse(body, nullptr, false);
  const auto type = reply.response.header("Content-Type");
  return {{"status", reply.response.status},
          {"content_type", type.empty() ? json(nullptr) : json(std::string(type))},
          {"body", value.is_discarded() ? json(body) : value}};
}

json comparable(const json& recorded) {
  if (recorded.contains("error")) return "no reply";
  const std::string body = recorded["body"];
  const auto value = json::parse(body, nullptr, false);
  return {{"status", recorded["status"]},
          {"content_type", recorded["content_type"]},
          {"body", value.is_discarded() ? json(body) : value}};
}

SandboxSettings settings_as_recorded() {
  SandboxSettings settings;
  settings.machines = {
      {.id = recorded_machine, .primary_ip = "127.0.0.1", .metadata = {{"role", "worker"}}}};
  return settings;
}

}  // namespace

TEST_CASE("The sandbox answers every recorded request as the real Fleet did") {
  // By the record's number: where the sandbox differs on purpose, and why. Nothing does.
  const std::map<std::size_t, std::string> differences;

  auto now = TimePoint{};
  SandboxCluster cluster(settings_as_recorded(), now);
  SandboxApi api(cluster);
  const auto records = read_recording();
  std::size_t compared = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& record = records[i];
    INFO("record " << i << ": " << record["note"] << " " << record["request"].dump());
    now += std::chrono::seconds{record.value("after_seconds", 0)};
    auto request = to_request(record["request"]);
    const int repeats = record.value("repeats", 1);
    const auto last_target = request.target;
    // The first of the repeats is the record before.
    for (int number = 2; number < repeats; ++number) {
      request.target = numbered(last_target, repeats, number);
      REQUIRE(comparable(api.handle(request, now)) == comparable(record["response"]));
    }
    request.target = last_target;
    const auto reply = api.handle(request, now);
    if (!differences.contains(i)) CHECK(comparable(reply) == comparable(record["response"]));
    if (reply.delivery == Delivery::whole) {
      CHECK(reply.response.header("Server") == "fleetd/v1.0.0");
    }
    ++compared;
  }
  CHECK(compared == 100);
}

TEST_CASE("The comparison with the recording notices a change") {
  SandboxCluster cluster(settings_as_recorded(), TimePoint{});
  SandboxApi api(cluster);
  const auto records = read_recording();
  cluster.put_unit("stranger.service", {{"Service", "ExecStart", "/bin/a"}}, JobState::inactive);
  const auto reply = api.handle(to_request(records[0]["request"]), TimePoint{});
  CHECK(comparable(reply) != comparable(records[0]["response"]));
}
