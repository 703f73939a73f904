#include <signal.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "program/program_world.hpp"
#include "program/tls_front.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Variables = std::map<std::string, std::string>;

const std::string credentials = "bob:s3cret";
const std::string nobody = "http://" + credentials + "@127.0.0.1:1";

bool shows_secret(const std::string& text) {
  const std::string in_base64 = "Ym9iOnMzY3JldA";
  return holds(text, "s3cret") || holds(text, in_base64);
}

/// `http://127.0.0.1:1234` with user and password.
std::string with_credentials(const std::string& url) {
  const auto host = url.find("://") + 3;
  return url.substr(0, host) + credentials + "@" + url.substr(host);
}

void check_silent(const ProgramWorld& world,
                  const std::vector<std::string>& arguments,
                  int exit_code,
                  const Variables& variables = {}) {
  for (const std::string output : {"text", "json"}) {
    auto with = variables;
    with.insert({"SCALE_FLEET_OUTPUT", output});
    const auto end = world.run(arguments, with);
    INFO("stdout: " << end.out << "stderr: " << end.err);
    CHECK(end.exit_code == exit_code);
    CHECK_FALSE(shows_secret(end.out + end.err));
  }
}

}  // namespace

TEST_CASE("An endpoint's password is shown in no error and in no line of --debug") {
  struct Row {
    std::string fault;
    int exit_code;
    std::string count = "2";
  };

  for (const auto& row : {Row{"GET:/nothing:1:status=500", 0, "1"},
                          Row{"GET:*:*:status=401,no", 1},
                          Row{"GET:*:*:status=407,html", 1},
                          Row{"GET:*:*:redirect", 1},
                          Row{"GET:*:*:garbage", 1},
                          Row{"PUT:*:*:cut", 0},
                          Row{"PUT:*:*:status=400,no", 1}}) {
    ProgramWorld world({.faults = {row.fault}});
    world.fleet.stand(my_app_with({1}));
    INFO(row.fault);
    check_silent(world,
                 words("my_app " + row.count + " --debug --verbose --retries 1 --endpoint " +
                       with_credentials(world.fleet.endpoint())),
                 row.exit_code);
    CHECK_FALSE(world.fleet.requests().empty());
  }
}

TEST_CASE("While the program runs, the list of processes shows no password that was typed") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  std::promise<pid_t> pid;
  std::promise<std::string> seen;
  world.fleet.watch(at_arrival(1, [&] {
    std::ifstream list(fmt::format("/proc/{}/cmdline", pid.get_future().get()));
    seen.set_value({std::istreambuf_iterator<char>(list), {}});
  }));
  RunningProgram program(
      world.call(words("my_app 1 --endpoint " + with_credentials(world.fleet.endpoint()))));
  pid.set_value(program.pid());
  CHECK(program.wait().exit_code == 0);
  const auto shown = seen.get_future().get();
  CHECK(holds(shown, "my_app"));
  CHECK(holds(shown, "***@127.0.0.1"));
  CHECK_FALSE(shows_secret(shown));
}

TEST_CASE("An endpoint's password is shown by no failure to reach it") {
  ProgramWorld world;
  const TlsFront front(world.fleet.endpoint());
  const auto debug = [](const std::string& endpoint) {
    return words("my_app 1 --debug --retries 0 --endpoint " + endpoint);
  };
  check_silent(world, debug(nobody), 1);
  check_silent(world, debug("http://" + credentials + "@fleet.example.invalid"), 1);
  check_silent(world, debug("https://" + credentials + "@" + front.address()), 1);
  check_silent(world, debug(with_credentials("https" + world.fleet.endpoint().substr(4))), 1);
  CHECK(world.fleet.requests().empty());
}

TEST_CASE("A redirect to an address with a password doesn't show it") {
  const ProgramWorld world;
  const auto elsewhere = HttpServer::listen("127.0.0.1:0", [](const HttpRequest&) {
    return HttpReply{.response = {.status = 302, .headers = {{"Location", nobody}}}};
  });
  REQUIRE(elsewhere);
  const auto end = world.run({"my_app", "1", "--debug", "--endpoint", (*elsewhere)->endpoint()});
  INFO(end.err);
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "HTTP 302 to 'http://***@127.0.0.1:1'"));
  CHECK_FALSE(shows_secret(end.out + end.err));
}

TEST_CASE("A proxy's password is not shown, however wrong its variable is") {
  const ProgramWorld world;
  for (const std::string& proxy :
       std::vector<std::string>{nobody,
                                "foo://" + credentials + "@h:1",
                                "http://" + credentials + "@h:99999",
                                credentials + "@h:99999",
                                "http://bob:s3 cret s3cret@h:80",
                                "http://" + credentials + "@proxy.example.invalid"}) {
    INFO(proxy);
    check_silent(world,
                 words("my_app 1 --debug --retries 0 --endpoint http://fleet.example.invalid"),
                 1,
                 {{"http_proxy", proxy}});
  }
}

TEST_CASE("A URL in the wrong place is quoted without its password") {
  const ProgramWorld world;
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {nobody, "5"},
           {nobody + "=5"},
           {"my_app", nobody},
           {"my_app=" + nobody},
           {"my_app", "1", "--endpiont=" + nobody},
           {"my_app", "1", "--retries", nobody},
           {"my_app", "1", "--stop-first", nobody},
           {"my_app", "1", "--timeout", nobody},
           {"my_app", "1", "--template-file", nobody},
           {"my_app", "1", "--ca-file", nobody},
           {"my_app", "1", "--endpoint", "http://" + credentials},
           {"my_app", "1", "--endpoint", "http://" + credentials + "@h x"},
           {"my_app", "1", "--endpoint", credentials + "@h:80"},
           {"my_app", "1", "--endpoint", nobody + "/?a=b"},
           {"my_app", "1", "--lock-etcd", "http://" + credentials + ",x@h:1"},
           {"my_app", "1", "--lock-etcd", nobody + "," + credentials + "@h"},
           {"submit", nobody},
           {"status", nobody},
           {"completion", nobody},
           {"sandbox", "--listen", nobody},
           {"sandbox", "--fault", nobody}}) {
    INFO(arguments.back());
    check_silent(world, arguments, 2);
  }
  for (const std::string& line : std::vector<std::string>{"endpoint: http://" + credentials,
                                                          "endpiont: " + nobody,
                                                          "endpoint " + nobody,
                                                          "endpoint: [" + nobody + "]",
                                                          "'" + nobody + "': x",
                                                          "retries: " + nobody}) {
    INFO(line);
    const auto file = world.folder.write("settings.yaml", line + "\n").string();
    check_silent(
        world, {"my_app", "1"}, 2, {{"SCALE_FLEET_CONFIG", file}, {"SCALE_FLEET_ENDPOINT", ""}});
  }
}

TEST_CASE("What a holder leaves for others, in a file and in etcd, holds no password") {
  ProgramWorld world({.start_delay = 1h});
  world.fleet.stand(my_app_with({}));
  RealEtcd etcd;
  etcd.wait_until_ready();
  const auto line = " --endpoint " + with_credentials(world.fleet.endpoint()) + " --lock-etcd " +
                    nobody + "," + with_credentials(etcd.url());
  RunningProgram holder(world.call(words("my_app 1 --debug --verbose" + line)));
  REQUIRE(holder.wait_for_err("my_app@1.service: starting"));
  for (const auto& entry : std::filesystem::directory_iterator(world.folder.path())) {
    if (entry.path().extension() != ".lock") continue;
    const auto text = TemporaryFolder::read(entry.path());
    CHECK(holds(text, "--endpoint http://***@127.0.0.1:"));
    CHECK_FALSE(shows_secret(text));
    CHECK_FALSE(shows_secret(entry.path().string()));
  }
  const TemporaryFolder elsewhere;
  for (const auto& locks : {world.folder.path(), elsewhere.path()}) {
    const auto second = world.run(words("my_app 2 --lock-timeout 0 --debug" + line),
                                  {{"SCALE_FLEET_LOCK_DIR", locks.string()}});
    INFO(second.err);
    CHECK(second.exit_code == 5);
    CHECK(holds(second.err, "scale-fleet my_app 1 --debug --verbose --endpoint http://***@"));
    CHECK_FALSE(shows_secret(second.out + second.err));
  }
  holder.send(SIGTERM);
  const auto end = holder.wait();
  CHECK(end.exit_code == 143);
  CHECK_FALSE(shows_secret(end.out + end.err));
}
