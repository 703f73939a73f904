#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

constexpr auto two_mistakes =
    "services:\n"
    "  web: {cuont: 3, min: 1}\n"
    "  db: {min: 3, max: 2}\n";

}  // namespace

TEST_CASE("A good file of services is said to be fine") {
  ProgramWorld world;
  const auto file = world.folder.write("f.yaml", "services: {web: {count: 3}, db: {count: 1}}");
  const auto end = world.run({"config", "check", file});
  CHECK(end.err == "");
  CHECK(end.exit_code == 0);
  CHECK(end.out == file.string() + ": fine, 2 services\n");
  const auto in_json = world.run({"config", "check", file, "--output", "json"});
  CHECK(in_json.exit_code == 0);
  const auto document = nlohmann::json::parse(in_json.out);
  CHECK(document["status"] == "fine");
  CHECK(document["services"] == nlohmann::json({"web", "db"}));
  CHECK(document["mistakes"].empty());
  CHECK(document["error"].is_null());
  CHECK(world.fleet.requests().empty());
}

TEST_CASE("Every mistake in a file of services is on a line of stderr, and nothing is sent") {
  ProgramWorld world;
  const auto file = world.folder.write("f.yaml", two_mistakes).string();
  const auto first =
      file + ":2:9: services.web.cuont: there is no such key here; did you mean 'count'?";
  const auto second = file + ":3:7: services.db: min 3 is above max 2";
  const auto said = "scale-fleet: error: " + first + "\n" + "scale-fleet: error: " + second + "\n";
  for (const std::string word : {"check", "show"}) {
    CAPTURE(word);
    const auto end = world.run({"config", word, file});
    CHECK(end.exit_code == 2);
    CHECK(end.out == "");
    CHECK(end.err == said);
    const auto in_json = world.run({"config", word, file, "--output=json"});
    CHECK(in_json.exit_code == 2);
    CHECK(in_json.err == said);
    const auto document = nlohmann::json::parse(in_json.out);
    CHECK(document["status"] == "failed");
    CHECK(document["mistakes"] == nlohmann::json({first, second}));
    CHECK(document["error"]["message"] == first + "\n" + second);
  }
  CHECK(world.fleet.requests().empty());
}

TEST_CASE("Dynamite's file is shown in our form") {
  ProgramWorld world;
  const auto file = world.folder.write("d.yaml",
                                       "Dynamite:\n"
                                       "  ServiceFiles: {PathList: [/units]}\n"
                                       "  FleetAPIEndpoint: {ip: 10.0.0.7, port: 49153}\n"
                                       "  Service: {lb: {name_of_unit_file: lb.service}}\n");
  const auto end = world.run({"config", "show", file});
  CHECK(end.err == "");
  CHECK(end.exit_code == 0);
  CHECK(end.out ==
        "fleet: {endpoint: \"http://10.0.0.7:49153\"}\n"
        "etcd: {metrics: /metrics, consume: true}\n"
        "state: etcd\n"
        "services:\n"
        "  lb.service:\n"
        "    count: 1\n"
        "    unit: lb.service\n"
        "    template_file: /units/lb.service\n");
  const auto in_json = world.run({"config", "show", file, "--output", "json"});
  const auto document = nlohmann::json::parse(in_json.out);
  CHECK(document["form"] == "dynamite");
  CHECK(document["text"] == end.out);
}

TEST_CASE("A file whose templates can't be used isn't fine") {
  ProgramWorld world;
  world.folder.write("web@.service", "[Service\n");
  const auto file =
      world.folder.write("f.yaml", "services: {web: {count: 1, template_file: web@.service}}\n");
  const auto end = world.run({"config", "check", file});
  CHECK(end.exit_code == 2);
  CHECK(end.out == "");
  CHECK(holds(end.err, "web@.service"));
}

TEST_CASE("A password stays in the file that is shown, and out of what is complained of") {
  ProgramWorld world;
  const std::string url = "fleet: {endpoint: \"http://bob:s3cret@host\"}\n";
  const auto good = world.folder.write("good.yaml", url + "services: {}\n");
  CHECK(world.run({"config", "show", good}).out == url + "services: {}\n");
  const auto bad =
      world.folder.write("bad.yaml", "services: {}\nfleet: {endpoint: 'bob:s3cret@host'}");
  const auto end = world.run({"config", "show", bad, "--debug"});
  CHECK(end.exit_code == 2);
  CHECK_FALSE(holds(end.out + end.err, "s3cret"));
}

TEST_CASE("config without a file, or with another word, says how it is used") {
  ProgramWorld world;

  struct Row {
    std::vector<std::string> arguments;
    const char* said;
  };

  for (const auto& row : {Row{{"config"}, "name one file: write scale-fleet config check FILE"},
                          Row{{"config", "check"}, "name one file"},
                          Row{{"config", "check", "a", "b"}, "name one file"},
                          Row{{"config", "chekc", "a"}, "config can't 'chekc' a file"},
                          Row{{"config", "check", "/nowhere.yaml"},
                              "cannot read the file /nowhere.yaml: No such file or directory"}}) {
    const auto end = world.run(row.arguments);
    INFO(end.err);
    CHECK(end.exit_code == 2);
    CHECK(end.out == "");
    CHECK(holds(end.err, row.said));
  }
}
