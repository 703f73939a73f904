#include "commands/declared_world.hpp"
#include "scale_fleet/commands/declared_order.hpp"
#include "scale_fleet/commands/show_scale.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

/// `a b | c`: names by wave, of `c: a b` lines.
std::string order_of(const std::vector<std::pair<std::string, std::vector<std::string>>>& after) {
  std::vector<DeclaredService> services;
  for (const auto& [name, before] : after) {
    services.push_back(declared(name, 1));
    services.back().after = before;
  }
  std::string text;
  for (const auto& wave : declared_waves(services)) {
    if (!text.empty()) text += " |";
    for (const auto place : wave)
      text += (text.empty() ? "" : " ") + services[place].service.display_name();
  }
  return text;
}

}  // namespace

TEST_CASE("Services come up after those that they name, as early as they may") {
  CHECK(order_of({}).empty());
  CHECK(order_of({{"b", {}}, {"a", {}}}) == "b a");
  CHECK(order_of({{"web", {"db"}}, {"db", {}}}) == "db | web");
  CHECK(order_of({{"c", {"b"}}, {"b", {"a"}}, {"a", {}}}) == "a | b | c");
  CHECK(order_of({{"d", {"b", "c"}}, {"b", {"a"}}, {"c", {"a"}}, {"a", {}}, {"e", {}}}) ==
        "a e | b c | d");
  CHECK(order_of({{"web", {"elsewhere"}}}) == "web");
  CHECK(order_of({{"web", {"lb.service"}}, {"lb.service", {}}}) == "lb.service | web");
  CHECK_THROWS_AS(order_of({{"a", {"b"}}, {"b", {"a"}}}), std::invalid_argument);
}

TEST_CASE("Without metrics the wished count is the current one, within the bounds") {
  struct Row {
    InstanceCount min;
    std::optional<InstanceCount> max;
    InstanceCount current;
    InstanceCount wished;
  };

  for (const auto& row : std::vector<Row>{{0, std::nullopt, 0, 0},
                                          {0, std::nullopt, 7, 7},
                                          {2, std::nullopt, 1, 2},
                                          {2, 5, 3, 3},
                                          {2, 5, 9, 5},
                                          {3, 3, 0, 3},
                                          {3, 3, 9, 3},
                                          {0, 0, 4, 0}}) {
    INFO(row.min << " to " << row.max.value_or(999) << ", there are " << row.current);
    CHECK(wished_count(declared("web", row.min, row.max), row.current, WallTime{}) == row.wished);
  }
}

TEST_CASE("A declared service becomes a wish with its numbers, texts and sidekicks") {
  auto service = declared("web", 2);
  service.numbering = {.first = 8080, .step = 2};
  service.attached = {attached("log"),
                      {.service = *Service::parse("metrics"), .template_file = {}}};
  const auto text = std::make_shared<const UnitOptions>(text_of_version("1"));
  const DeclaredTexts texts{{"units/web", text}, {"units/log", text}};
  const auto own = DeclaredFile::Form::own;
  const auto request = declared_request(service, 4, texts, own);
  CHECK(request.service == service.service);
  CHECK(request.count == Count{.number = 4});
  CHECK(request.numbering == service.numbering);
  CHECK(request.text == text);
  CHECK(request.sidekicks ==
        std::vector<Service>{*Service::parse("log"), *Service::parse("metrics")});
  REQUIRE(request.sidekick_texts.size() == 1);
  CHECK(request.sidekick_texts[0].sidekick == *Service::parse("log"));
  CHECK_FALSE(request.submit_first);
  CHECK_FALSE(request.replaces_other_text);
  service.on_template_change = OnTemplateChange::replace;
  CHECK(declared_request(service, 4, texts, own).replaces_other_text);
  CHECK(declared_request(service, 4, texts, DeclaredFile::Form::dynamite).submit_first);
  CHECK_THROWS_AS(declared_request(service, 4, {}, own), std::out_of_range);
}

TEST_CASE("What a service has in a look at the cluster is what a look at it alone shows") {
  const auto seed = 20'261'121U;
  INFO("seed " << seed);
  RandomSource random(seed);
  const std::vector<std::string> names{"a@.service",
                                       "a@1.service",
                                       "a@2.service",
                                       "a.service",
                                       "a@b.service",
                                       "aa@1.service",
                                       "a-b@1.service",
                                       "b@.service",
                                       "b@7.service",
                                       "b.service",
                                       "b.service.service"};
  for (int turn = 0; turn < 300; ++turn) {
    ClusterLook look;
    for (const auto& name : names) {
      if (random.below(2) == 0) look.units.push_back({.name = name, .machine_id = "m"});
      if (random.below(2) == 0) look.states.push_back({.unit = name, .machine_id = "m"});
    }
    std::ranges::sort(look.units, {}, &Unit::name);
    std::ranges::sort(look.states, {}, &UnitState::unit);
    for (const auto& service :
         {*Service::parse("a"), *Service::parse("b"), *Service::parse_single("b.service")}) {
      const auto one = snapshot_in(look, service);
      const auto other = snapshot_of(service, look.units, look.states);
      CHECK(one.template_unit == other.template_unit);
      CHECK(one.left_alone == other.left_alone);
      CHECK(one.states == other.states);
      REQUIRE(one.instances.size() == other.instances.size());
      for (std::size_t i = 0; i < one.instances.size(); ++i) {
        CHECK(one.instances[i].unit == other.instances[i].unit);
        CHECK(one.instances[i].state == other.instances[i].state);
      }
    }
  }
}

TEST_CASE("The plan says what is missing, left over, not launched or made of another text") {
  DeclaredWorld world;
  auto web = declared("web", 3, 3);
  web.attached = {attached("log")};
  auto worker = declared("worker", 1, 2);
  worker.on_template_change = OnTemplateChange::replace;
  auto cache = declared("cache", 1);
  world.file.services = {web, worker, cache, declared("lb.service", 1, 1)};
  world.put("web@1.service");
  world.put("web@2.service", "1", JobState::loaded);
  world.put("log@1.service");
  world.put("log@9.service");
  world.put("worker@1.service", "0");
  world.put("worker@2.service");
  world.put("worker@3.service");
  world.put("cache@1.service", "0");
  world.rest();
  const auto report = world.plan();
  CHECK(report.status == ScaleStatus::planned);
  CHECK(changes_in(report) ==
        "launch web@2.service, create web@3.service, "
        "create log@2.service, create log@3.service, destroy log@9.service, "
        "destroy worker@3.service, replace worker@1.service, create lb.service");
  CHECK(report_on(report, "cache").status == ScaleStatus::unchanged);
  CHECK(report_on(report, "cache").other_text == std::vector<std::string>{"cache@1.service"});
  CHECK(report_on(report, "worker").other_text.empty());
  CHECK(report_on(report, "worker").desired == InstanceCount{2});
  CHECK(exit_code_of(report.status, true) == ExitCode::changes_to_make);
  CHECK(scale_text(report) ==
        "launch web@2.service: it exists, but its desired state is loaded\n"
        "create web@3.service: 3 is the lowest free number\n"
        "destroy log@9.service: web@9.service is not to be there\n"
        "create log@2.service: web@2.service is to run with it\n"
        "create log@3.service: web@3.service is to run with it\n"
        "web: 2 -> 3 (planned)\n"
        "log: 2 -> 3 (planned)\n"
        "destroy worker@3.service: only 2 wanted, and 3 is the highest number\n"
        "replace worker@1.service: its text isn't that of units/worker\n"
        "worker: 3 -> 2 (planned)\n"
        "Unit cache@1.service has another text than its template, and keeps it\n"
        "cache: 1 -> 1\n"
        "create lb.service: Fleet doesn't have it\n"
        "lb.service: 0 -> 1 (planned)\n");
  CHECK(world.sent("PUT") + world.sent("DELETE") == 0);
}

TEST_CASE("A cluster that is as declared has nothing to plan") {
  DeclaredWorld world;
  world.file.services = {declared("web", 1, 3)};
  world.put("web@1.service");
  world.put("web@2.service");
  world.rest();
  const auto report = world.plan();
  CHECK(report.status == ScaleStatus::unchanged);
  CHECK(exit_code_of(report.status, true) == ExitCode::as_asked);
}

TEST_CASE("One service that can't be planned hides no other's plan") {
  DeclaredWorld world;
  auto bad = declared("bad", 1);
  bad.template_file = std::nullopt;
  world.file.services = {bad, declared("web", 1)};
  const auto report = world.plan();
  CHECK(report.status == ScaleStatus::failed);
  REQUIRE(report_on(report, "bad").error);
  CHECK(report_on(report, "bad").error->kind == ErrorKind::not_found);
  CHECK(report_on(report, "web").status == ScaleStatus::planned);
}

TEST_CASE("A Fleet that can't be read is an error, and never an empty cluster") {
  DeclaredWorld world;
  world.file.services = {declared("web", 1)};
  world.inject("GET:*:*:status=400");
  const auto report = world.plan();
  CHECK(report.status == ScaleStatus::failed);
  REQUIRE(report.error);
  CHECK(exit_code_of(report.status, true) == ExitCode::not_as_asked);
}

TEST_CASE("Every template file that can't be read is named at once") {
  const TemporaryFolder folder;
  DeclaredFile file;
  auto web = declared("web", 1);
  web.template_file = folder.write("web@.service", "[Service]\nExecStart=/bin/true\n");
  web.attached = {{.service = *Service::parse("log"), .template_file = folder.path() / "none"}};
  auto balancer = declared("lb.service", 1);
  balancer.template_file = folder.write("plain", "[Service]\nExecStart=/bin/true\n");
  auto empty = declared("empty", 1);
  empty.template_file = folder.write("empty@.service", "");
  file.services = {web, balancer, empty};
  const auto broken = read_declared_texts(file);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().kind == ErrorKind::usage);
  CHECK(broken.error().message.find("none") != std::string::npos);
  CHECK(broken.error().message.find("empty@.service") != std::string::npos);
  file.services = {balancer};
  const auto texts = read_declared_texts(file);
  REQUIRE(texts);
  CHECK(texts->at(*balancer.template_file)->size() == 1);
}
