#include <nlohmann/json.hpp>

#include "program/nodes_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/metadata_double.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

constexpr auto set_desired_call = "SetDesiredCapacity";
constexpr auto end_machine_call = "TerminateInstanceInAutoScalingGroup";

/// Six instances of my_app on three machines that AWS has in a group.
struct NodesProgramWorld {
  NodesProgramWorld() {
    world.fleet.stand(my_app_with(numbers_to(6)));
    declare("aws: {group: web}, match: ip, min: 1, max: 6");
  }

  void declare(const std::string& group) const {
    world.folder.write("services.yaml",
                       "services:\n  my_app: {count: 6, reschedule: {min_healthy: 3}}\n"
                       "nodes:\n  workers: {" +
                           group + "}\n");
  }

  ProgramEnd run(std::vector<std::string> arguments,
                 const std::map<std::string, std::string>& more = {}) {
    arguments.insert(arguments.begin(), "nodes");
    arguments.insert(arguments.end(), {"--file", world.folder.path("services.yaml")});
    auto variables = aws.environment();
    for (const auto& [name, value] : more)
      variables[name] = value;
    auto end = world.run(std::move(arguments), variables);
    UNSCOPED_INFO(end.out << end.err);
    // Whatever comes of it, whoever reads the log can't sign.
    CHECK_FALSE(holds(end.out + end.err, AutoScalingDouble::secret_access_key));
    return end;
  }

  ProgramWorld world{quick_machines()};
  MachinesAtAws aws{world.fleet};
};

}  // namespace

TEST_CASE("nodes +1 launches a machine, waits for it, and fills it") {
  NodesProgramWorld world;
  const auto end = world.run({"+1", "--group", "workers", "--debug"});
  CHECK(end.exit_code == 0);
  CHECK(holds(end.out, "workers: 3 -> 4"));
  CHECK(world.aws.desired() == 4);
  const auto spread = spread_of(world.world.fleet);
  REQUIRE(spread.contains("10.1.0.4"));
  CHECK(spread.at("10.1.0.4") == 1);
  CHECK(world.aws.calls_of(set_desired_call) == 1);
}

TEST_CASE("nodes -1 ends a machine on which nothing runs any more, and only that") {
  NodesProgramWorld world;
  const auto end = world.run({"-1", "--output", "json", "--debug"});
  CHECK(end.exit_code == 0);
  const auto answer = json::parse(end.out, nullptr, false);
  REQUIRE(answer.is_object());
  const auto& group = answer["nodes"][0];
  CHECK(group["before"] == 3);
  CHECK(group["after"] == 2);
  REQUIRE(group["machines"].size() == 1);
  CHECK(group["machines"][0]["id"].get<std::string>().starts_with("i-10.0.0."));
  CHECK(group["moved"].size() == 2);
  CHECK(answer["error"].is_null());
  CHECK(world.aws.found_on_ended() == std::vector<std::string>{});
  CHECK(world.aws.calls_of(end_machine_call) == 1);
  CHECK(world.aws.calls_of(set_desired_call) == 0);
  const auto spread = spread_of(world.world.fleet);
  CHECK(spread.size() == 2);
  for (const auto& [ip, count] : spread)
    CHECK(count == 3);
  CHECK(world.world.fleet.units().size() == 7);
}

TEST_CASE("nodes with the count that there is asks nothing of the group") {
  NodesProgramWorld world;
  const auto end = world.run({"3"});
  CHECK(end.exit_code == 0);
  CHECK(world.aws.changes() == 0);
  CHECK(world.world.fleet.writes().empty());
}

TEST_CASE("a dry run of nodes says what it would do, and sends no change") {
  for (const auto* count : {"5", "1"}) {
    NodesProgramWorld world;
    const auto end = world.run({count, "--dry-run"});
    INFO(count << end.out);
    CHECK(end.exit_code == 0);
    CHECK(holds(end.out, std::string("3 -> ") + count));
    CHECK(world.aws.changes() == 0);
    CHECK(world.world.fleet.writes().empty());
  }
}

TEST_CASE("a call that AWS throttles is repeated") {
  NodesProgramWorld world;
  world.aws.befall(set_desired_call, AutoScalingFault::Kind::throttled);
  CHECK(world.run({"4", "--no-block"}).exit_code == 0);
  CHECK(world.aws.desired() == 4);
  CHECK(world.aws.calls_of(set_desired_call) == 2);
}

TEST_CASE("what AWS refuses is told in its words, and nothing else is tried") {
  NodesProgramWorld world;
  world.aws.befall(set_desired_call, AutoScalingFault::Kind::busy, 9);
  const auto end = world.run({"4"});
  CHECK(end.exit_code == 5);
  CHECK(holds(end.err, "Scaling activity 1 is in progress and blocks this action"));
  CHECK(world.aws.desired() == 3);
}

TEST_CASE("a group that isn't there is named, in the file or at AWS") {
  NodesProgramWorld world;
  const auto unknown = world.run({"4", "--group", "workerz"});
  CHECK(unknown.exit_code == 2);
  CHECK(holds(unknown.err, "did you mean 'workers'?"));
  world.declare("aws: {group: wbe}, match: ip, min: 1, max: 6");
  const auto missing = world.run({"4"});
  CHECK(missing.exit_code != 0);
  CHECK(holds(missing.err, "the Auto Scaling group wbe in eu-west-1: there is no group"));
}

TEST_CASE("a signature by another secret is refused, and changes nothing") {
  NodesProgramWorld world;
  const auto end = world.run({"4"}, {{"AWS_SECRET_ACCESS_KEY", "another-secret"}});
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "SignatureDoesNotMatch"));
  CHECK_FALSE(holds(end.err, "another-secret"));
  CHECK(world.aws.changes() == 0);
}

TEST_CASE("who signs is found in a file of variables, and with the machine's role") {
  NodesProgramWorld world;
  std::map<std::string, std::string> variables{{"AWS_ACCESS_KEY_ID", ""},
                                               {"AWS_SECRET_ACCESS_KEY", ""}};
  MetadataDouble metadata;
  SECTION("a file") {
    world.world.folder.write("aws.env",
                             std::string("AWS_ACCESS_KEY_ID=") + AutoScalingDouble::access_key_id +
                                 "\nAWS_SECRET_ACCESS_KEY=" + AutoScalingDouble::secret_access_key +
                                 "\n");
    variables["AWS_ENV_FILE"] = world.world.folder.path("aws.env");
  }
  SECTION("a role") {
    metadata.with([](MetadataState& state) {
      state.credentials = json{{"Code", "Success"},
                               {"AccessKeyId", AutoScalingDouble::access_key_id},
                               {"SecretAccessKey", AutoScalingDouble::secret_access_key},
                               {"Token", "a-session"},
                               {"Expiration", "2099-01-01T00:00:00Z"}}
                              .dump();
    });
    world.aws.doubled.allow(
        AutoScalingDouble::access_key_id,
        {.secret = AutoScalingDouble::secret_access_key, .session_token = "a-session"});
    variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.endpoint();
    variables["AWS_REGION"] = "";
  }
  const auto end = world.run({"4", "--no-block", "--debug"}, variables);
  CHECK(end.exit_code == 0);
  CHECK_FALSE(holds(end.err + end.out, "a-session"));
  CHECK(world.aws.desired() == 4);
}

TEST_CASE("nobody who could sign is told with what was looked for, as wrong usage") {
  NodesProgramWorld world;
  const auto end = world.run({"4"},
                             {{"AWS_ACCESS_KEY_ID", ""},
                              {"AWS_SECRET_ACCESS_KEY", ""},
                              {"AWS_EC2_METADATA_DISABLED", "true"}});
  CHECK(end.exit_code == 2);
  CHECK(world.aws.changes() == 0);
}

TEST_CASE("a machine that can't be emptied stays, with what runs on it") {
  NodesProgramWorld world;
  const auto machines = world.world.fleet.with([](auto& cluster) { return cluster.machines(); });
  std::vector<StandingUnit> bound;
  for (std::size_t i = 0; i < machines.size(); ++i) {
    bound.push_back({.name = "bound" + std::to_string(i) + ".service",
                     .options = {{"Service", "ExecStart", "/bin/app"},
                                 {"X-Fleet", "MachineID", machines[i].id}}});
  }
  world.world.fleet.stand(bound);
  const auto before = world.world.fleet.writes().size();
  const auto end = world.run({"-1"});
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "was not terminated"));
  CHECK(holds(end.err, "bound"));
  CHECK(world.aws.changes() == 0);
  CHECK(world.world.fleet.writes().size() == before);
}

TEST_CASE("a program of the user's is asked, told what is there, and its words are passed on") {
  NodesProgramWorld world;
  const auto& folder = world.world.folder;
  world.declare("command: ./cloud, match: ip, min: 1, max: 6");
  write_cloud(folder,
              "look) echo 3; for i in 1 2 3; do echo \"m$i 10.0.0.$i\"; done ;;\n"
              "set) [[ $4 -lt 5 ]] || { echo 'the quota is used up' >&2; exit 75; } ;;\n"
              "remove) exit 3 ;;\n");
  SECTION("up") {
    CHECK(world.run({"4", "--no-block"}).exit_code == 0);
    CHECK(holds(calls_of_cloud(folder), "set workers 3 4\n"));
  }
  SECTION("up, and not now") {
    const auto end = world.run({"5"});
    CHECK(end.exit_code == 5);
    CHECK(holds(end.err, "the quota is used up"));
  }
  SECTION("down, and not at all: the machine may be used again") {
    const auto end = world.run({"2"});
    CHECK(end.exit_code == 1);
    CHECK(holds(end.err, "it exited with 3"));
    CHECK(holds(calls_of_cloud(folder), "remove workers m"));
    CHECK(world.world.fleet.units().size() == 7);
    world.world.fleet.with([](auto& cluster) {
      for (const auto& machine : cluster.machines())
        CHECK_FALSE(machine.metadata.contains(std::string(drain_metadata_key)));
    });
  }
}

TEST_CASE("wrong words of nodes are wrong usage") {
  NodesProgramWorld world;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {}, {"many"}, {"3", "4"}, {"+"}, {"3", "--timeout", "x"}, {"3", "--group", ""}}) {
    CHECK(world.run(words).exit_code == 2);
  }
  CHECK(world.aws.doubled.with([](const auto& state) { return state.calls.empty(); }));
}
