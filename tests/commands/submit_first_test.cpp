#include <fstream>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/scale_world.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;

namespace {

using Json = nlohmann::json;

/// `PUT /fleet/v1/units/web@1.service launched`
std::vector<std::string> writes_of(const std::vector<SeenRequest>& requests) {
  std::vector<std::string> writes;
  for (const auto& request : requests) {
    if (request.method == "GET") continue;
    auto target = request.target;
    if (const auto at = target.find("%40"); at != std::string::npos) target.replace(at, 3, "@");
    auto line = request.method + " " + target;
    if (request.method == "PUT")
      line += " " + Json::parse(request.body)["desiredState"].get<std::string>();
    writes.push_back(line);
  }
  return writes;
}

/// What a real Dynamite sent to a real session's end, without its reads: a first start with two web
/// servers, one more of them, and (as its code has it) one fewer, which its metric named.
std::vector<std::string> dynamite_writes() {
  std::vector<std::string> writes;
  for (const auto& write :
       Json::parse(std::ifstream(SCALE_FLEET_TEST_DATA "/dynamite-requests.json"))) {
    auto line = write[0].get<std::string>() + " " + write[1].get<std::string>();
    if (write[2] != "") line += " " + write[2].get<std::string>();
    writes.push_back(line);
  }
  return writes;
}

std::shared_ptr<const UnitOptions> text_called(const std::string& description) {
  auto options = plain_options();
  options[0].value = description;
  return std::make_shared<const UnitOptions>(std::move(options));
}

ScaleRequest webservers(InstanceCount count) {
  const auto announcer = *Service::parse("webserver_announcer");
  const auto logger = *Service::parse("webserver_logger");
  return {.service = *Service::parse("webserver"),
          .count = {.number = count},
          .sidekicks = {announcer, logger},
          .numbering = {.first = 8080, .step = 2},
          .text = text_called("Webserver"),
          .sidekick_texts = {{announcer, text_called("Announcer")}, {logger, text_called("Log")}},
          .submit_first = true};
}

ScaleRequest loadbalancer() {
  return {.service = *Service::parse_single("loadbalancer.service"),
          .count = {.number = 1},
          .text = text_called("Load balancer"),
          .submit_first = true};
}

std::string words_on(const ScaleReport& report) {
  return report.error ? report.error->message : std::string(to_string(report.status));
}

std::vector<std::string> units_in(ScaleWorld& world) {
  world.sandbox.catch_up();
  std::vector<std::string> names;
  for (const auto& unit : world.sandbox.cluster.units({.first = 0, .count = 1000}).items)
    names.push_back(unit.name);
  return names;
}

}  // namespace

TEST_CASE("Submitted first, units come and go by the requests that Dynamite sends") {
  ScaleWorld world;
  REQUIRE(ScaleCommand(world.world(), {}).run({loadbalancer(), webservers(2)}).status ==
          ScaleStatus::converged);
  REQUIRE(ScaleCommand(world.world(), {}).run({webservers(3)}).status == ScaleStatus::converged);
  auto fewer = webservers(2);
  fewer.goes_first = {8082};
  REQUIRE(ScaleCommand(world.world(), {}).run({fewer}).status == ScaleStatus::converged);
  CHECK(writes_of(world.http.requests()) == dynamite_writes());
}

TEST_CASE("A port that was freed is taken again, and nothing comes back with it") {
  // B9: with the next instance Dynamite submits the attached units of removed ones again.
  ScaleWorld world;
  auto run = [&](const ScaleRequest& request) {
    return ScaleCommand(world.world(), {}).run({request}).status;
  };
  REQUIRE(run(webservers(4)) == ScaleStatus::converged);
  auto fewer = webservers(2);
  fewer.goes_first = {8082, 8086};
  REQUIRE(run(fewer) == ScaleStatus::converged);
  const auto before = world.http.requests().size();
  REQUIRE(run(webservers(3)) == ScaleStatus::converged);
  const auto& requests = world.http.requests();
  CHECK(writes_of({requests.begin() + static_cast<std::ptrdiff_t>(before), requests.end()}) ==
        std::vector<std::string>{"PUT /fleet/v1/units/webserver_announcer@8082.service inactive",
                                 "PUT /fleet/v1/units/webserver_logger@8082.service inactive",
                                 "PUT /fleet/v1/units/webserver@8082.service inactive",
                                 "PUT /fleet/v1/units/webserver@8082.service launched",
                                 "PUT /fleet/v1/units/webserver_announcer@8082.service launched",
                                 "PUT /fleet/v1/units/webserver_logger@8082.service launched"});
}

TEST_CASE("A destruction that fails in passing is repeated, at every place") {
  // B6: Dynamite never repeats it.
  for (const auto* unit : {"webserver", "webserver_announcer", "webserver_logger"}) {
    INFO(unit);
    ScaleWorld world;
    REQUIRE(ScaleCommand(world.world(), {}).run({webservers(2)}).status == ScaleStatus::converged);
    world.inject(std::string("DELETE:/units/") + unit + "@8082.service:1:status=500");
    const auto report = ScaleCommand(world.world(), {}).run({webservers(1)});
    CHECK(words_on(report) == "converged");
    CHECK(units_in(world).size() == 3);
  }
}

TEST_CASE("A start that is refused leaves out the rest of its number, and never multiplies") {
  // B5: with each retry Dynamite creates the next instance, up to the most.
  ScaleWorld world;
  // The second one's main instance can't be launched; whoever asks again gets the same answer.
  world.inject("PUT:/units/webserver@8082.service:>1:status=409");
  for (int turn = 0; turn < 3; ++turn) {
    INFO(turn);
    const auto report = ScaleCommand(world.world(), {}).run({webservers(3)});
    CHECK(report.status == ScaleStatus::failed);
    // Two are well, the third one is the same unit as before, with its sidekicks, all inactive.
    CHECK(units_in(world).size() == 9);
    for (const auto& service : report.services) {
      for (const auto& change : service.changes) {
        const bool is_behind = change.step.unit.find("_") != std::string::npos &&
                               change.step.unit.find("8082") != std::string::npos &&
                               change.step.action == Action::launch;
        if (is_behind) CHECK(change.result == StepResult::skipped);
      }
    }
  }
  world.sandbox.faults = FaultPlan();
  CHECK(ScaleCommand(world.world(), {}).run({webservers(3)}).status == ScaleStatus::converged);
  CHECK(units_in(world).size() == 9);
}

TEST_CASE("With a fault at each request, units that are submitted first come up all the same") {
  std::size_t runs = 0;
  for (const auto* kind : {"reset-before", "reset-after", "status=500", "garbage", "close-after"}) {
    for (int turn = 1; turn < 60; turn += SCALE_FLEET_SWEEP_STRIDE) {
      ScaleWorld world;
      const std::string word = kind;
      const auto fault = word == "reset-before" ? "reset" : word;
      world.inject("*:*:" + std::to_string(turn) + ":" + fault);
      INFO(kind << " at request " << turn);
      const auto up = ScaleCommand(world.world(), {}).run({loadbalancer(), webservers(2)});
      CHECK(words_on(up) == "converged");
      const auto down = ScaleCommand(world.world(), {}).run({webservers(1)});
      CHECK(words_on(down) == "converged");
      CHECK(units_in(world).size() == 4);
      ++runs;
    }
  }
  WARN(runs << " runs, each with one fault, all converged");
}
