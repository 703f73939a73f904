#pragma once

#include <map>
#include <memory>
#include <string>

#include "nodes/scripted_http_client.hpp"
#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/nodes/aws_node_group.hpp"
#include "support/catch.hpp"
#include "support/fake_stop_request.hpp"
#include "support/steady_clock.hpp"

namespace scale_fleet {

/// What a test says of the environment: variables, files and the time.
struct AwsSurroundings {
  std::map<std::string, std::string, std::less<>> variables = {};
  std::map<std::string, std::string> files = {};
  WallTime now = *parse_wall_time("2026-11-22T02:00:00Z");
  double chance = 0.5;

  AwsWorld world(HttpClient& client, const Clock& clock, const StopRequest& stop) {
    return {.client = client,
            .clock = clock,
            .stop = stop,
            .wall_time = [this] { return now; },
            .random = [this] { return chance; },
            .environment = [this](std::string_view name) -> std::optional<std::string> {
              const auto found = variables.find(name);
              if (found == variables.end()) return std::nullopt;
              return found->second;
            },
            .read_file = [this](const std::filesystem::path& path) -> std::optional<std::string> {
              const auto found = files.find(path.string());
              if (found == files.end()) return std::nullopt;
              return found->second;
            }};
  }
};

/// AWS as a script, on a clock that only waiting moves.
struct ScriptedAws {
  explicit ScriptedAws(ScriptedHttpClient::Script script) : client(clock, std::move(script)) {}

  AwsWorld world() { return surroundings.world(client, clock, stop); }

  FakeClock clock;
  FakeStopRequest stop{clock};
  AwsSurroundings surroundings;
  ScriptedHttpClient client;
};

/// A client over real sockets, for the doubles; nothing is paused for more than a few milliseconds.
struct AwsOverSockets {
  AwsOverSockets() {
    auto made = make_curl_http_client({.endpoint = *Endpoint::parse("http://127.0.0.1:1")}, clock);
    REQUIRE(made);
    client = std::move(*made);
  }

  AwsWorld world() {
    auto world = surroundings.world(*client, clock, stop);
    world.retry.base = std::chrono::milliseconds(2);
    world.retry.cap = std::chrono::milliseconds(4);
    return world;
  }

  SteadyClock clock;
  FakeClock of_stop;
  FakeStopRequest stop{of_stop};
  AwsSurroundings surroundings;
  std::unique_ptr<HttpClient> client;
};

inline const std::map<std::string, std::string, std::less<>> scripted_keys{
    {"AWS_ACCESS_KEY_ID", "AKIDSCRIPT"},
    {"AWS_SECRET_ACCESS_KEY", "secret-of-script"},
    {"AWS_REGION", "eu-west-1"}};

}  // namespace scale_fleet
