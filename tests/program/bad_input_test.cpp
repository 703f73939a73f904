#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

constexpr auto hint = "scale-fleet --help shows all commands and options\n";

struct Mistake {
  std::vector<std::string> arguments;
  std::string said;  ///< A part of the sentence.
  std::map<std::string, std::string> variables = {};
};

/// One sentence and the hint on stderr, exit code 2, nothing on stdout, no request.
void check_refused(const Mistake& mistake) {
  ProgramWorld world;
  const auto end = world.run(mistake.arguments, mistake.variables);
  INFO("arguments: " << nlohmann::json(mistake.arguments)
                            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  INFO("variables: " << nlohmann::json(mistake.variables));
  INFO("stderr: " << end.err);
  CHECK(end.exit_code == 2);
  CHECK(end.out.empty());
  CHECK(end.err.starts_with("scale-fleet: error: "));
  CHECK(end.err.ends_with(hint));
  CHECK(lines_in(end.err) == 2);
  CHECK(holds(end.err, mistake.said));
  CHECK(world.fleet.requests().empty());
}

std::string with_file(const TemporaryFolder& folder, const std::string& text) {
  return folder.write("settings.yaml", text).string();
}

}  // namespace

TEST_CASE("What is no count is refused before Fleet is asked") {
  for (const auto& row : {Mistake{{"my_app", ""}, "'' is not a count"},
                          Mistake{{"my_app", "five"}, "'five' is not a count"},
                          Mistake{{"my_app", "--5"}, "--5"},
                          Mistake{{"my_app", "-"}, "'-' is not a count"},
                          Mistake{{"my_app", "99999999999999999999"}, "is too large"},
                          Mistake{{"my_app", "+99999999999999999999"}, "is too large"},
                          Mistake{{"my_app", "-99999999999999999999"}, "is too large"},
                          Mistake{{"my_app", "0x10"}, "'0x10' is not a count"},
                          Mistake{{"my_app", "3.5"}, "'3.5' is not a count"},
                          Mistake{{"my_app", "5."}, "'5.' is not a count"},
                          Mistake{{"my_app", "1e3"}, "'1e3' is not a count"},
                          Mistake{{"my_app", " 3"}, "' 3' is not a count"},
                          Mistake{{"my_app", "3\n"}, "'3\\x0a' is not a count"},
                          Mistake{{"my_app", "٣"}, "is not a count"},
                          Mistake{{"web=5", "worker=x"}, "'x' is not a count"},
                          Mistake{{"web=5", "worker="}, "'' is not a count"},
                          Mistake{{"web=5", "worker"}, "'worker' has no count"}}) {
    check_refused(row);
  }
}

TEST_CASE("What is no service is refused before Fleet is asked") {
  for (const auto& row : {Mistake{{"", "5"}, "it is empty"},
                          Mistake{{"a/b", "5"}, "'/' is not allowed"},
                          Mistake{{"my app", "5"}, "' ' is not allowed"},
                          Mistake{{"my\napp", "5"}, "'\\x0a' is not allowed"},
                          Mistake{{"über", "5"}, "'ü' is not allowed"},
                          Mistake{{"my_app@x", "5"}, "names one instance"},
                          Mistake{{"my_app@1.service", "5"}, "names one instance"},
                          Mistake{{"@x", "5"}, "'@x' is not a service name"},
                          Mistake{{"_hidden", "5"}, "begin with '_'"},
                          Mistake{{"my_app@.mount", "5"}, "can't have instances"},
                          Mistake{{std::string(300, 'a'), "5"}, "is too long"},
                          Mistake{{"web=1", "web@.service=2"}, "web is asked for twice"},
                          Mistake{{"status", "a/b"}, "'/' is not allowed"}}) {
    check_refused(row);
  }
}

TEST_CASE("What is no endpoint is refused, whoever names it") {
  for (const std::string endpoint : {"unix://var/run/x",
                                     "unix:///",
                                     "ftp://127.0.0.1/",
                                     "http://",
                                     "http://:8080",
                                     "http://127.0.0.1:99999",
                                     "http://127.0.0.1:0",
                                     "http://127.0.0.1:port",
                                     "127.0.0.1:49153",
                                     "http://127.0.0.1/?x=1",
                                     "http://127.0.0.1 "}) {
    check_refused({{"--endpoint", endpoint, "my_app", "5"}, "--endpoint: '"});
    check_refused(
        {{"my_app", "5"}, "SCALE_FLEET_ENDPOINT: '", {{"SCALE_FLEET_ENDPOINT", endpoint}}});
  }
  check_refused({{"--endpoint", "", "my_app", "5"}, "it is empty"});
  check_refused({{"--endpoint"}, "--endpoint"});
}

TEST_CASE("A password in an endpoint that is refused isn't shown") {
  ProgramWorld world;
  const auto end = world.run({"--endpoint", "http://me:secret@127.0.0.1:99999", "my_app", "5"});
  CHECK(end.exit_code == 2);
  CHECK_FALSE(holds(end.err, "secret"));
}

TEST_CASE("Options that can't be met are refused") {
  for (const auto& row :
       {Mistake{{"my_app", "5", "--batch", "0"}, "--batch takes a whole number from 1"},
        Mistake{{"my_app", "5", "--batch", "x"}, "not 'x'"},
        Mistake{{"my_app", "5", "--batch", "2", "--no-block"}, "--no-block"},
        Mistake{{"my_app", "5", "--min", "5", "--max", "3"}, "--min 5 is above --max 3"},
        Mistake{{"my_app", "5", "--min", "-1"}, "--min takes a whole number"},
        Mistake{{"my_app", "5", "--parallel", "0"}, "--parallel takes a whole number from 1"},
        Mistake{{"my_app", "5", "--current", "010x"}, "--current takes a whole number"},
        Mistake{{"my_app", "5", "--timeout", "soon"}, "--timeout takes seconds"},
        Mistake{{"my_app", "5", "--timeout", "-1"}, "--timeout takes seconds"},
        Mistake{{"my_app", "5", "--timeout"}, "--timeout"},
        Mistake{{"my_app", "5", "--stop-first", "often"}, "auto, always, never"},
        Mistake{{"my_app", "5", "--scale-down-order", "lowest"}, "idle-first, highest-first"},
        Mistake{{"my_app", "5", "--output", "xml"}, "text, json"},
        Mistake{{"my_app", "5", "--output", "text", "--output", "json"}, "given twice"},
        Mistake{{"my_app", "5", "--retries", "1.5"}, "--retries takes a whole number"},
        Mistake{{"my_app", "5", "--detailed-exitcode"}, "--dry-run"},
        Mistake{{"my_app", "5", "--quiet", "--verbose"}, "contradict"},
        Mistake{{"my_app", "5", "--template-file", "/nowhere/x.service"}, "/nowhere/x.service"},
        Mistake{{"a=1", "b=1", "--template-file", "/nowhere/x.service"}, "for one service"},
        Mistake{{"deploy", "my_app"}, "it isn't said what my_app is to run"},
        Mistake{{"deploy", "my_app", "--from", "/nowhere/x.service"}, "/nowhere/x.service"},
        Mistake{{"rollback", "my_app", "--from", "f"}, "belongs to 'scale-fleet deploy'"},
        Mistake{{"restart"}, "no service is given"},
        Mistake{{"refresh", "a", "b"}, "'b' is one word too many"},
        Mistake{{"submit"}, "no file is named"},
        Mistake{{"submit", "/nowhere/my_app@.service"}, "/nowhere/my_app@.service"},
        Mistake{{"completion", "tcsh"}, "'tcsh' is not a shell"},
        Mistake{{"completion"}, "name one shell"},
        Mistake{{"status", "--interval", "0"}, "--interval takes seconds"}}) {
    check_refused(row);
  }
}

TEST_CASE("Certificates that aren't there, or have no use, are refused") {
  ProgramWorld world;
  const auto pem = world.folder.write("some.pem", "x").string();
  for (const std::string flag : {"--ca-file", "--cert-file", "--key-file"}) {
    check_refused({{"--endpoint", "https://127.0.0.1:1", flag, "/nowhere.pem", "my_app", "5"},
                   flag + ": the file /nowhere.pem can't be read"});
  }
  check_refused({{"--endpoint", "https://127.0.0.1:1", "--cert-file", pem, "my_app", "5"},
                 "--cert-file and --key-file go together"});
  check_refused({{"--ca-file", pem, "my_app", "5"}, "certificates are for an https endpoint"});
}

TEST_CASE("An unknown word names the known one that is next to it") {
  for (const auto& row :
       {Mistake{{"my_app", "5", "--dryrun"}, "did you mean --dry-run?"},
        Mistake{{"--endpiont=http://x", "my_app", "5"}, "did you mean --endpoint?"},
        Mistake{{"my_app", "5", "--dryrun=1"}, "--dryrun"},
        Mistake{{"my_app", "5", "-x"}, "the option -x is not known"},
        Mistake{{"my_app", "5", "--page-size", "3"}, "'scale-fleet sandbox'"},
        Mistake{{"statsu"}, "did you mean 'scale-fleet status'?"},
        Mistake{{"statsu", "my_app"}, "did you mean 'scale-fleet status'?"},
        Mistake{{"submti", "a", "b"}, "did you mean 'scale-fleet submit'?"},
        Mistake{{"my_app", "5", "6"}, "'6' is one word too many"},
        Mistake{{"my_app"}, "no count is given for 'my_app'"},
        Mistake{{}, "no service is named"},
        Mistake{{"scale"}, "no service is named"}}) {
    check_refused(row);
  }
}

TEST_CASE("Words of later commands are reserved, and the way around is said") {
  check_refused({{"replay", "5"}, "scale-fleet scale replay COUNT"});
  // This one has become a command since.
  const std::map<std::string, std::string> no_file{{"SCALE_FLEET_FILE", "/nowhere/services.yaml"}};
  for (const auto* said : {"scale-fleet scale nodes COUNT", "--file FILE", "/nowhere/services"})
    check_refused({{"nodes", "5"}, said, no_file});
}

TEST_CASE("A bad value in a variable is refused, and the variable is named") {
  for (const auto& row :
       {Mistake{{"my_app", "5"}, "SCALE_FLEET_RETRIES", {{"SCALE_FLEET_RETRIES", "x"}}},
        Mistake{{"my_app", "5"}, "SCALE_FLEET_OUTPUT", {{"SCALE_FLEET_OUTPUT", "xml"}}},
        Mistake{{"my_app", "5"}, "SCALE_FLEET_QUIET", {{"SCALE_FLEET_QUIET", "perhaps"}}},
        Mistake{{"my_app", "5"}, "SCALE_FLEET_CA_FILE", {{"SCALE_FLEET_CA_FILE", "/nowhere"}}},
        Mistake{{"my_app", "5"},
                "FLEETCTL_ENDPOINT",
                {{"SCALE_FLEET_ENDPOINT", ""}, {"FLEETCTL_ENDPOINT", "ftp://x"}}},
        Mistake{{"my_app", "5"}, "SCALE_FLEET_LOCK_ETCD", {{"SCALE_FLEET_LOCK_ETCD", "x"}}},
        Mistake{{"my_app", "5"}, "FLEETCTL_REQUEST_TIMEOUT", {{"FLEETCTL_REQUEST_TIMEOUT", "1h"}}},
        Mistake{{"my_app", "5"}, "/nowhere.yaml", {{"SCALE_FLEET_CONFIG", "/nowhere.yaml"}}}}) {
    check_refused(row);
  }
}

TEST_CASE("A broken settings file is refused with the line of the mistake") {
  TemporaryFolder folder;

  struct Row {
    std::string text;
    std::string said;
  };

  for (const auto& row : {Row{"endpoint: ftp://x\n", "settings.yaml:1: endpoint"},
                          Row{"quiet: true\nretries: many\n", "settings.yaml:2: retries"},
                          Row{"\nendpiont: http://x\n", "endpoint"},
                          Row{"endpoint: [\n", "settings.yaml"},
                          Row{"- endpoint\n", "settings.yaml"}}) {
    check_refused(
        {{"my_app", "5"},
         row.said,
         {{"SCALE_FLEET_CONFIG", with_file(folder, row.text)}, {"SCALE_FLEET_ENDPOINT", ""}}});
  }
}

TEST_CASE("An empty variable counts as unset") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto end = world.run({"my_app", "1"},
                             {{"SCALE_FLEET_RETRIES", ""},
                              {"SCALE_FLEET_OUTPUT", ""},
                              {"SCALE_FLEET_CA_FILE", ""},
                              {"SCALE_FLEET_CONFIG", ""},
                              {"SCALE_FLEET_ENDPOINT", ""},
                              {"FLEETCTL_ENDPOINT", world.fleet.endpoint()}});
  CHECK(end.err == "");
  CHECK(end.exit_code == 0);
  CHECK(end.out == "my_app: 1 -> 1\n");
}

TEST_CASE("With JSON a mistake is a document on stdout too") {
  struct Row {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> variables;
  };

  for (const auto& row : {Row{{"my_app", "five", "--output", "json"}, {}},
                          Row{{"--output=json", "my_app", "5", "--nonsense"}, {}},
                          Row{{"my_app"}, {{"SCALE_FLEET_OUTPUT", "json"}}},
                          Row{{"deploy", "5", "--output", "json"}, {}}}) {
    ProgramWorld world;
    const auto end = world.run(row.arguments, row.variables);
    INFO("stdout: " << end.out << "stderr: " << end.err);
    CHECK(end.exit_code == 2);
    const auto document = nlohmann::json::parse(end.out, nullptr, false);
    REQUIRE(document.is_object());
    CHECK(document["status"] == "failed");
    CHECK(document["services"].empty());
    const auto message = document["error"]["message"].get<std::string>();
    CHECK(end.err == "scale-fleet: error: " + message + "\n" + hint);
    CHECK(world.fleet.requests().empty());
  }
}
