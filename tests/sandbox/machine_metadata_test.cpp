#include <chrono>
#include <string>
#include <vector>

#include "sandbox/api_fixture.hpp"
#include "sandbox/sandbox_fixture.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

HttpReply patch_metadata(Sandbox& sandbox, const std::string& body) {
  return sandbox.send({.method = "PATCH",
                       .target = prefix + "/machines",
                       .headers = {{"Content-Type", "application/json"}},
                       .body = body});
}

std::string operation_text(const std::string& name,
                           const std::string& path,
                           const std::string& value) {
  std::string text = R"([{"op":")" + name + R"(","path":")" + path + "\"";
  if (!value.empty()) text += R"(,"value":{"value":")" + value + "\"}";
  return text + "}]";
}

using Metadata = std::map<std::string, std::string>;

const std::string first_id = sandbox_machines(1).at(0).id;
const std::string on_first = "/" + first_id + "/metadata/";

}  // namespace

TEST_CASE("A patch of machines that fleetd 1.0.0 refused is refused in its words") {
  struct Row {
    const char* body;
    const char* message;
  };

  // Measured; after the first of them nothing had changed.
  for (const auto& row : {
           Row{"", "EOF"},
           Row{"nonsense", "invalid character 'o' in literal null (expecting 'u')"},
           Row{"{}", "json: cannot unmarshal object into Go value of type []api.machineMetadataOp"},
           Row{R"("x")",
               "json: cannot unmarshal string into Go value of type []api.machineMetadataOp"},
           Row{"[1]", "json: cannot unmarshal number into Go value of type api.machineMetadataOp"},
           Row{"[null]", "invalid op: expect add, remove, or replace"},
           Row{"[{}]", "invalid op: expect add, remove, or replace"},
           Row{R"([{"op":"test","path":"/x/metadata/k"}])",
               "invalid op: expect add, remove, or replace"},
           Row{R"([{"op":5}])",
               "json: cannot unmarshal number into Go struct field machineMetadataOp.op of type "
               "string"},
           Row{R"([{"op":"add","path":7}])",
               "json: cannot unmarshal number into Go struct field machineMetadataOp.path of type "
               "string"},
           Row{R"([{"op":"add","path":"/x/metadata/k","value":"x"}])",
               "json: cannot unmarshal string into Go struct field machineMetadataOp.Value of type "
               "struct { Value string \"json:\\\"value\\\"\" }"},
           Row{R"([{"op":"add","path":"/x/metadata/k","value":{"value":5}}])",
               "json: cannot unmarshal number into Go struct field .Value.value of type string"},
           Row{R"([{"op":"add","path":"/x/metadata/k","value":null}])",
               "invalid value: add and replace require a value"},
           Row{R"([{"op":"replace","path":"/x/metadata/k","value":{"value":""}}])",
               "invalid value: add and replace require a value"},
           Row{R"([{"op":"add","path":"/x/y/metadata/k","value":{"value":"v"}}])",
               "machine metadata path invalid"},
           Row{R"([{"op":"add","path":"/x/metadata/k k","value":{"value":"v"}}])",
               "machine metadata path invalid"},
           Row{R"([{"op":"add","path":"/x/metadata/","value":{"value":"v"}}])",
               "machine metadata path invalid"},
           Row{R"([{"op":"add","path":"//metadata/k","value":{"value":"v"}}])",
               "machine metadata path invalid"},
           Row{R"([{"op":"add","path":"/x/metadata/k","value":{"value":"v"}})", "unexpected EOF"},
       }) {
    INFO(row.body);
    Sandbox sandbox;
    const auto reply = patch_metadata(sandbox, row.body);
    CHECK(reply.response.status == 400);
    CHECK(message_of(reply) == row.message);
  }
}

TEST_CASE("Metadata is set above what the machine says of itself, all operations or none") {
  struct Row {
    const char* what;
    std::string body;
    int status;
    Metadata shown;
  };

  const Metadata own{{"role", "worker"}};
  for (const auto& row : std::vector<Row>{
           {"nothing", "null", 204, own},
           {"no operation", "[]", 204, own},
           {"a key more",
            operation_text("add", on_first + "k", "v"),
            204,
            {{"k", "v"}, {"role", "worker"}}},
           {"another value",
            operation_text("replace", on_first + "role", "db"),
            204,
            {{"role", "db"}}},
           {"a key less", operation_text("remove", on_first + "role", ""), 204, {}},
           {"a key less that isn't there", operation_text("remove", on_first + "x", ""), 204, own},
           {"keys in any case, and something behind it",
            R"([{"OP":"add","Path":")" + on_first + R"(k","VALUE":{"vaLue":"v"}}] behind)",
            204,
            {{"k", "v"}, {"role", "worker"}}},
           {"a machine that isn't there", operation_text("add", "/x/metadata/k", "v"), 204, own},
           {"one of two is wrong",
            R"([{"op":"remove","path":")" + on_first + R"(role"},{"op":"add","path":"bad"}])",
            400,
            own}}) {
    INFO(row.what);
    Sandbox sandbox;
    CHECK(patch_metadata(sandbox, row.body).response.status == row.status);
    CHECK(sandbox.cluster.machines().at(0).metadata == row.shown);
  }
}

TEST_CASE("What was set outlives a machine's absence") {
  auto cluster = make_cluster(2);
  const auto machine = cluster.machines().at(1);
  cluster.set_machine_metadata(machine.id, "k", "v");
  cluster.set_machine_metadata(machine.id, "role", "");
  REQUIRE(cluster.lose_machine(machine.id));
  cluster.advance_to(cluster.now() + 10min);
  REQUIRE(cluster.machines().size() == 1);
  cluster.add_machine(machine);
  CHECK(cluster.machines().at(1).metadata == Metadata{{"k", "v"}});
}

TEST_CASE(
    "A unit leaves a machine whose metadata doesn't suit it any more, and finds one that does") {
  auto cluster = make_cluster(2);
  const auto ids = std::vector{cluster.machines().at(0).id, cluster.machines().at(1).id};
  UnitOptions demanding = plain;
  demanding.push_back({"X-Fleet", "MachineMetadata", "disk=ssd"});
  cluster.put_unit("a.service", demanding, JobState::launched);
  settle(cluster);
  CHECK(cluster.unit("a.service")->machine_id.empty());
  cluster.set_machine_metadata(ids[1], "disk", "ssd");
  settle(cluster);
  CHECK(cluster.unit("a.service")->machine_id == ids[1]);
  cluster.set_machine_metadata(ids[0], "disk", "ssd");
  settle(cluster);
  CHECK(cluster.unit("a.service")->machine_id == ids[1]);
  cluster.set_machine_metadata(ids[1], "disk", "");
  settle(cluster);
  CHECK(cluster.unit("a.service")->machine_id == ids[0]);
}

TEST_CASE("A global unit comes and goes with a machine's metadata") {
  auto cluster = make_cluster(2);
  UnitOptions global = plain;
  global.push_back({"X-Fleet", "Global", "true"});
  global.push_back({"X-Fleet", "MachineMetadata", "disk=ssd"});
  cluster.put_unit("agent.service", global, JobState::launched);
  const auto rows = [&] { return cluster.states({}, {.first = 0, .count = 10}).items.size(); };
  settle(cluster);
  CHECK(rows() == 0);
  cluster.set_machine_metadata(cluster.machines().at(1).id, "disk", "ssd");
  settle(cluster);
  CHECK(rows() == 1);
  cluster.set_machine_metadata(cluster.machines().at(1).id, "disk", "");
  settle(cluster);
  CHECK(rows() == 0);
}

TEST_CASE("A unit that conflicts with one elsewhere takes its place once that has left") {
  auto cluster = make_cluster(2);
  cluster.put_unit("app.service", plain, JobState::launched);
  settle(cluster);
  const auto former = cluster.unit("app.service")->machine_id;
  cluster.set_machine_metadata(former, "kept", "free");
  cluster.put_unit("keeper.service",
                   {{"X-Fleet", "MachineMetadata", "kept=free"},
                    {"X-Fleet", "Conflicts", "app.service"},
                    {"Service", "ExecStart", "/bin/true"}},
                   JobState::loaded);
  settle(cluster);
  CHECK(cluster.unit("keeper.service")->machine_id.empty());
  CHECK(cluster.unit("app.service")->machine_id == former);
  cluster.set_desired_state("app.service", JobState::inactive);
  settle(cluster);
  CHECK(cluster.unit("keeper.service")->machine_id == former);
  cluster.set_desired_state("app.service", JobState::launched);
  settle(cluster);
  CHECK(cluster.unit("app.service")->machine_id == cluster.machines().at(1).id);
}
