#include "scale_fleet/commands/status_command.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::vector<ServiceStatus> look(ScaleWorld& world, const std::vector<std::string>& names = {}) {
  std::vector<Service> services;
  for (const auto& name : names)
    services.push_back(*Service::parse(name));
  const auto statuses = look_at_services(*world.fleet, services);
  REQUIRE(statuses);
  return *statuses;
}

ServiceStatus small_status() {
  ServiceStatus status{.service = *Service::parse("my_app"), .template_exists = true};
  status.instances = {{.unit = "my_app@1.service",
                       .number = 1,
                       .desired_state = JobState::launched,
                       .current_state = JobState::launched,
                       .machine_id = "3d1219c7aaaa",
                       .ip = "10.0.0.1",
                       .load = "loaded",
                       .active = "active",
                       .sub = "running",
                       .drift = true},
                      {.unit = "my_app@10.service", .number = 10, .drift = false}};
  return status;
}

}  // namespace

TEST_CASE("The named services are looked at, in the order named, and no others") {
  ScaleWorld world;
  world.start_with({1, 2});
  world.sandbox.cluster.put_unit("web@1.service", plain_options(), JobState::launched);
  world.sandbox.pass(1min);
  const auto both = look(world, {"web", "my_app"});
  REQUIRE(both.size() == 2);
  CHECK(both[0].service.display_name() == "web");
  CHECK_FALSE(both[0].template_exists);
  CHECK(both[0].instances.size() == 1);
  CHECK(both[1].template_exists);
  REQUIRE(both[1].instances.size() == 2);
  CHECK(both[1].instances[0].active == "active");
  CHECK(both[1].instances[0].ip == "10.0.0.1");
  CHECK(look(world, {"web"}).size() == 1);
}

TEST_CASE("Where none is named every service is looked at, by name") {
  ScaleWorld world;
  CHECK(look(world).empty());
  world.start_with({1});
  world.sandbox.cluster.put_unit("app@7.service", plain_options(), JobState::inactive);
  world.sandbox.cluster.put_unit("alone.service", plain_options(), JobState::launched);
  const auto all = look(world);
  REQUIRE(all.size() == 2);
  CHECK(all[0].service.display_name() == "app");
  CHECK(all[1].service.display_name() == "my_app");
}

TEST_CASE("A service that isn't there has a status that says so") {
  ScaleWorld world;
  const auto none = look(world, {"none"});
  REQUIRE(none.size() == 1);
  CHECK_FALSE(none[0].exists());
}

TEST_CASE("A list that can't be read is an error and no status") {
  for (const auto* list : {"units", "state", "machines"}) {
    CAPTURE(list);
    ScaleWorld world;
    world.start_with({1});
    world.inject("GET:/" + std::string(list) + ":*:status=400,no");
    const auto statuses = look_at_services(*world.fleet, {*Service::parse("my_app")});
    REQUIRE_FALSE(statuses);
    CHECK(statuses.error().http_status == 400);
  }
}

TEST_CASE("A service's table stands below a line that sums it up") {
  auto status = small_status();
  CHECK(status_text({status}) ==
        "my_app: 2 instances, 1 active, 1 not as the template\n"
        "UNIT               DESIRED   CURRENT   MACHINE               ACTIVE  SUB      DRIFT\n"
        "my_app@1.service   launched  launched  3d1219c7.../10.0.0.1  active  running  yes\n"
        "my_app@10.service  -         -         -                     -       -        -\n");
  status.instances.clear();
  status.left_alone = {"my_app@blue.service"};
  status.template_exists = false;
  CHECK(status_text({status}) ==
        "my_app: 0 instances, 0 active, no template my_app@.service\n"
        "my_app@blue.service is not counted: it is not a numbered instance\n");
  status.left_alone.clear();
  status.template_exists = status.template_is_global = true;
  CHECK(status_text({status}) ==
        "my_app: 0 instances, 0 active, global: Fleet runs it on every machine\n");
  CHECK(status_text({}).empty());
  CHECK(status_text({status, status}).find("\n\nmy_app: ") != std::string::npos);
}

TEST_CASE("What releases keep is looked at too, and told with the way on and the way back") {
  ScaleWorld world;
  world.start_with({1});
  const auto my_app = *Service::parse("my_app");
  const auto put = [&](const std::string& name, const UnitOptions& options) {
    world.sandbox.cluster.put_unit(name, options, JobState::inactive);
  };
  put(former_unit_name(my_app), write_former({.service = my_app, .text = plain_options()}));
  put(mark_unit_name(my_app),
      write_mark({.command = "deploy", .count = 5, .replaces = {}, .text = plain_options()}));
  world.sandbox.pass(1min);
  for (const auto& names : {std::vector<std::string>{}, {"my_app"}}) {
    const auto statuses = look(world, names);
    REQUIRE(statuses.size() == 1);
    CHECK(statuses[0].former_unit == "my_app.former@.service");
    CHECK(statuses[0].release.value_or(ReleaseMark{}).count == 5);
  }
}

TEST_CASE("A release is told below the table, with the ways that there are") {
  auto status = small_status();
  status.instances.clear();
  status.former_unit = "my_app.former@.service";
  const std::string headline = "my_app: 0 instances, 0 active\n";
  const std::string former =
      "former version kept as my_app.former@.service: scale-fleet rollback my_app goes back to "
      "it\n";
  CHECK(status_text({status}) == headline + former);

  struct Row {
    ReleaseMark mark;
    const char* said;
  };

  const std::string on = " under way or broken off: the same command again goes on with it";
  const std::string back = ", scale-fleet rollback my_app goes back";
  for (const auto& row :
       {Row{{.command = "deploy", .count = 5, .replaces = {}, .text = {}}, "deploy of 5 instances"},
        Row{{.command = "deploy",
        .count = 1,
        .replaces = Service::parse("old").value(),
        .text = {}},
            "deploy of 1 instance in place of old"},
        Row{{.command = "refresh", .count = 2, .replaces = {}, .text = {}},
            "refresh of 2 instances"},
        Row{{.command = "restart", .count = 2, .replaces = {}, .text = {}},
            "restart of 2 instances"},
        Row{{.command = "rollback", .count = 2, .replaces = {}, .text = {}},
            "rollback of 2 instances"}}) {
    status.release = row.mark;
    const bool has_way_back = row.mark.command == "deploy" || row.mark.command == "refresh";
    CHECK(status_text({status}) ==
          headline + row.said + on + (has_way_back ? back : "") + "\n" + former);
  }
}

TEST_CASE("What Fleet says can't move the cursor") {
  auto status = small_status();
  status.instances[0].sub = "run\x1b[2J\n";
  CHECK(status_text({status}).find("run\\x1b[2J\\x0a") != std::string::npos);
}

TEST_CASE("What Fleet says can't make a line as long as it likes") {
  auto status = small_status();
  status.instances[0].sub = std::string(100'000, 's');
  status.instances[0].ip = std::string(100'000, 'i');
  status.left_alone = {std::string(100'000, 'u')};
  CHECK(status_text({status}).size() < 2000);
}

TEST_CASE("The document is as the contract gives it") {
  const auto document = nlohmann::json::parse(status_json({small_status()}));
  const auto& service = document["services"][0];
  CHECK(service["service"] == "my_app");
  CHECK(service["template"] == nlohmann::json{{"exists", true}, {"global", false}});
  CHECK(service["instances"][0] == nlohmann::json{{"unit", "my_app@1.service"},
                                                  {"number", 1},
                                                  {"desired_state", "launched"},
                                                  {"current_state", "launched"},
                                                  {"machine", "3d1219c7aaaa"},
                                                  {"ip", "10.0.0.1"},
                                                  {"load", "loaded"},
                                                  {"active", "active"},
                                                  {"sub", "running"},
                                                  {"drift", true}});
  const auto& bare = service["instances"][1];
  for (const auto* key :
       {"desired_state", "current_state", "machine", "ip", "load", "active", "sub"}) {
    CAPTURE(key);
    REQUIRE(bare.contains(key));
    CHECK(bare[key].is_null());
  }
  CHECK(bare["drift"] == false);
  CHECK_FALSE(service.contains("former"));
  CHECK_FALSE(service.contains("release"));
  CHECK(nlohmann::json::parse(status_json({}))["services"] == nlohmann::json::array());
  auto released = small_status();
  released.former_unit = "my_app.former@.service";
  released.release = ReleaseMark{.command = "deploy", .count = 5, .replaces = {}, .text = {}};
  const auto kept = nlohmann::json::parse(status_json({released}))["services"][0];
  CHECK(kept["former"] == "my_app.former@.service");
  CHECK(kept["release"] == nlohmann::json{{"command", "deploy"}, {"count", 5}});
  const auto failed = nlohmann::json::parse(
      status_error_json({.kind = ErrorKind::unavailable, .message = "no", .http_status = 503}));
  CHECK(failed["services"] == nlohmann::json::array());
  CHECK(failed["error"] == nlohmann::json{{"message", "no"}, {"http_status", 503}});
}
