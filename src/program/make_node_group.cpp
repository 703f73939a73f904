#include "program/make_node_group.hpp"

#include <fstream>
#include <sstream>

#include "scale_fleet/nodes/aws_node_group.hpp"
#include "scale_fleet/nodes/command_node_group.hpp"
#include "scale_fleet/platform/running_command.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

std::optional<std::string> read_whole_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad()) return std::nullopt;
  return std::move(text).str();
}

}  // namespace

Result<std::unique_ptr<ConnectedGroup>> ConnectedGroup::open(const DeclaredNodes& declared,
                                                             const CloudParts& parts) {
  std::unique_ptr<ConnectedGroup> connected(new ConnectedGroup);
  if (const auto* command = std::get_if<CommandGroup>(&declared.group)) {
    connected->group_ = make_command_node_group(
        declared.name,
        command->command,
        {.clock = parts.clock, .stop = parts.stop, .environment = environment_of_ours()});
    return connected;
  }
  // Every request names its own server: the client has none.
  auto client = make_curl_http_client(
      {.endpoint = Endpoint::parse("http://127.0.0.1").value(), .wake = parts.wake}, parts.clock);
  if (!client) return tl::unexpected(client.error());
  connected->client_ = std::move(*client);
  const auto& aws = std::get<AwsGroup>(declared.group);
  connected->group_ = make_aws_node_group(
      {.name = aws.name,
       .region = aws.region,
       .needs_addresses = !declared.match_metadata || declared.victims == MachineVictim::oldest},
      {.client = *connected->client_,
       .clock = parts.clock,
       .stop = parts.stop,
       .wall_time = system_wall_time,
       .random = [&random =
                      connected->random_] { return std::uniform_real_distribution<>()(random); },
       .environment = [&environment = parts.environment](
                          std::string_view name) { return environment(std::string(name)); },
       .read_file = read_whole_file});
  return connected;
}

std::string lock_name_of(const DeclaredNodes& declared) {
  return "_nodes." + declared.name;
}

}  // namespace scale_fleet
