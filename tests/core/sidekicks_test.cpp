#include "scale_fleet/core/sidekicks.hpp"

#include "core/plan_words.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;

namespace {

using Numbers = std::vector<InstanceNumber>;

Service service(const std::string& name) {
  return *Service::parse(name);
}

UnitOption option(const std::string& section, const std::string& name, const std::string& value) {
  return {.section = section, .name = name, .value = value};
}

/// ClusterBuilder writes my_app down: here it is the sidekick, and `web` the main service.
SidekickRequest wanting(Numbers wanted) {
  return {.sidekick = service("my_app"), .main = service("web"), .wanted = std::move(wanted)};
}

ScaleRequest asking_for(const std::string& main, const std::vector<std::string>& sidekicks) {
  ScaleRequest request{.service = service(main), .count = *Count::parse("2")};
  for (const auto& name : sidekicks)
    request.sidekicks.push_back(service(name));
  return request;
}

Unit unit(const std::string& name, UnitOptions options) {
  return {.name = name, .options = std::move(options)};
}

std::string display_names(const std::vector<Service>& services) {
  std::string names;
  for (const auto& found : services)
    names += (names.empty() ? "" : " ") + found.display_name();
  return names;
}

}  // namespace

TEST_CASE("A sidekick gets the main service's numbers, whatever it had") {
  struct Row {
    const char* name;
    ClusterBuilder cluster;
    Numbers wanted;
    const char* steps;
  };

  const auto base = [] { return ClusterBuilder().with_template(); };
  for (const auto& row : std::vector<Row>{
           {"none, none wanted", base(), {}, ""},
           {"all are missing", base(), {1, 2}, "create 1, create 2"},
           {"numbers with gaps", base().running({2}), {2, 5, 9}, "create 5, create 9"},
           {"as it is", base().running({1, 2}), {1, 2}, ""},
           {"one too many", base().running({1, 2}), {1}, "destroy 2"},
           {"to none", base().running({1, 2, 10}), {}, "destroy 10, destroy 2, destroy 1"},
           {"other numbers", base().running({1, 3}), {2}, "create 2, destroy 3, destroy 1"},
           {"one that isn't launched", base().running({1}).loaded(2), {1, 2}, "launch 2"},
           {"one that isn't launched, and isn't wanted", base().loaded(2), {}, "destroy 2"},
           {"failed and unscheduled ones are there",
            base().failed(1).unscheduled(2),
            {1, 2},
            ""}}) {
    INFO(row.name);
    const auto plan = plan_sidekick(row.cluster.look(), wanting(row.wanted));
    REQUIRE(plan);
    CHECK(in_short(*plan) == row.steps);
    CHECK(plan->desired == row.wanted.size());
    CHECK(plan->before == row.cluster.look().instances.size());
    CHECK(kept_numbers(*plan) == row.wanted);
  }
}

TEST_CASE("Every step of a sidekick says why, in words") {
  const auto plan = plan_sidekick(ClusterBuilder().with_template().loaded(1).running({3}).look(),
                                  wanting({1, 2}));
  REQUIRE(plan);
  CHECK(plan->steps.at(0).reason == "it exists, but its desired state is loaded");
  CHECK(plan->steps.at(1).reason == "web@2.service is to run with it");
  CHECK(plan->steps.at(2).reason == "web@3.service is not to be there");
}

TEST_CASE("A sidekick's units are made of its own template's lines, verbatim") {
  const UnitOptions odd{option("Service", "ExecStart", ""),
                        option("Service", "ExecStart", "/bin/log %i"),
                        option("X-Fleet", "MachineOf", "web@%i.service")};
  const auto plan = plan_sidekick(ClusterBuilder().with_template(odd).look(), wanting({7}));
  REQUIRE(plan);
  CHECK(plan->options == odd);
}

TEST_CASE("A sidekick that can't be planned is an error, where it matters") {
  const UnitOptions global{option("X-Fleet", "Global", "true")};
  const auto bare = ClusterBuilder().running({1, 2}).look();
  CHECK(plan_sidekick(bare, wanting({1, 3})).error().kind == ErrorKind::not_found);
  CHECK(plan_sidekick(bare, wanting({1, 3})).error().message ==
        "cannot create instances of my_app: Fleet has no template my_app@.service; submit it first "
        "(scale-fleet submit my_app@.service)");
  CHECK(in_short(*plan_sidekick(bare, wanting({1}))) == "destroy 2");
  const auto everywhere = ClusterBuilder().with_template(global).look();
  CHECK(plan_sidekick(everywhere, wanting({})).error().kind == ErrorKind::refused);
  const auto empty = ClusterBuilder().with_template({}).look();
  CHECK(plan_sidekick(empty, wanting({1})).error().kind == ErrorKind::refused);
}

TEST_CASE("A sidekick with stop actions is stopped first, unless told otherwise") {
  auto options = plain_options();
  options.push_back(option("Service", "ExecStop", "/bin/deregister"));
  const auto look = ClusterBuilder().with_template(options).running({1}).look();
  const auto plain = ClusterBuilder().with_template().running({1}).look();
  auto request = wanting({});
  const auto stops_first = [&](const ServiceSnapshot& snapshot) {
    return plan_sidekick(snapshot, request)->steps.at(0).stop_first;
  };
  CHECK(stops_first(look));
  CHECK_FALSE(stops_first(plain));
  CHECK(needs_states(look, request));
  request.stop_first = StopFirst::always;
  CHECK(stops_first(plain));
  request.stop_first = StopFirst::never;
  CHECK_FALSE(stops_first(look));
  CHECK_FALSE(needs_states(look, request));
  CHECK_FALSE(needs_states(look, wanting({1, 2})));
}

TEST_CASE("A sidekick's launched template is warned of, and its strangers are left alone") {
  auto look = ClusterBuilder().with_template().unit("my_app@blue.service").look();
  look.template_unit->desired_state = JobState::launched;
  const auto plan = plan_sidekick(look, wanting({}));
  CHECK(plan->notices.size() == 1);
  CHECK(plan->left_alone == std::vector<std::string>{"my_app@blue.service"});
}

TEST_CASE("Nobody is a sidekick twice, or of himself, or counted on his own") {
  struct Row {
    std::vector<ScaleRequest> requests;
    const char* message;
  };

  for (const auto& row : std::vector<Row>{
           {{asking_for("web", {"web"})}, "web can't be its own sidekick"},
           {{asking_for("web", {"log", "log"})}, "log is named twice as a sidekick"},
           {{asking_for("web", {"log"}), asking_for("db", {"log"})},
            "log is named twice as a sidekick"},
           {{asking_for("web", {"db"}), asking_for("db", {})},
            "db is asked for a count and is a sidekick of web, which decides on its number; ask "
            "for web alone"}}) {
    const auto fine = check_sidekicks(row.requests);
    REQUIRE_FALSE(fine);
    CHECK(fine.error() == Error{.kind = ErrorKind::usage, .message = row.message});
  }
  CHECK(check_sidekicks(
      std::vector{asking_for("web", {"log", "web@.timer"}), asking_for("db", {"dump"})}));
}

TEST_CASE("What a template says of my_app's instances makes its service a sidekick, or not") {
  struct Row {
    const char* section;
    const char* name;
    const char* value;
    bool is_sidekick;
  };

  for (const auto& row : std::vector<Row>{
           {"X-Fleet", "MachineOf", "my_app@%i.service", true},
           {"X-Fleet", "X-ConditionMachineOf", "my_app@%i.service", true},
           {"X-Fleet", "MachineOf", R"("db@%i.service" "my_app@%i.service")", true},
           {"Unit", "BindsTo", "my_app@%i.service", true},
           {"Unit", "PartOf", "my_app@%i.service", true},
           {"Unit", "BindsTo", "docker.service\tmy_app@%I.service  db@%i.service", true},
           {"Unit", "Requires", "my_app@%i.service", false},
           {"Unit", "After", "my_app@%i.service", false},
           {"Service", "BindsTo", "my_app@%i.service", false},
           {"Unit", "MachineOf", "my_app@%i.service", false},
           {"Unit", "BindsTo", "my_app_v2@%i.service", false},
           {"Unit", "BindsTo", "my_app@%i.timer", false},
           {"Unit", "BindsTo", "my_app@%i", false},
           {"Unit", "BindsTo", "my_app@.service", false},
           {"Unit", "BindsTo", "my_app@3.service", false},
           {"Unit", "BindsTo", "%p@%i.service", false},
           {"Unit", "BindsTo", "", false},
           {"X-Fleet", "Conflicts", "my_app@%i.service", false}}) {
    CAPTURE(row.section, row.name, row.value);
    const std::vector units{unit("log@.service", {option(row.section, row.name, row.value)})};
    CHECK(display_names(sidekicks_of(service("my_app"), units)) == (row.is_sidekick ? "log" : ""));
  }
}

TEST_CASE("An instance speaks for its service only where there is no template") {
  const auto follows = [](const std::string& leader) {
    return UnitOptions{option("Unit", "BindsTo", leader)};
  };
  const auto found = [](const std::vector<Unit>& units) {
    return display_names(sidekicks_of(service("my_app"), units));
  };
  CHECK(found({unit("log@3.service", follows("my_app@3.service"))}) == "log");
  CHECK(found({unit("log@3.service", follows("my_app@%i.service"))}) == "log");
  CHECK(found({unit("log@3.service", follows("my_app@4.service"))}).empty());
  CHECK(found({unit("log@blue.service", follows("my_app@%i.service"))}).empty());
  CHECK(found({unit("log.service", follows("my_app@%i.service"))}).empty());
  CHECK(found({unit("log@.service", plain_options()),
               unit("log@3.service", follows("my_app@3.service"))})
            .empty());
}

TEST_CASE("All sidekicks are found, by name, and never the main service") {
  const UnitOptions follower{option("X-Fleet", "MachineOf", "my_app@%i.service")};
  const std::vector units{unit("my_app@.service", follower),
                          unit("stats@.timer", follower),
                          unit("log@1.service", follower),
                          unit("my_app_announcer@.service", follower),
                          unit("db@.service", plain_options())};
  CHECK(display_names(sidekicks_of(service("my_app"), units)) ==
        "log my_app_announcer stats@.timer");
}

TEST_CASE("What a release keeps of a sidekick is no sidekick") {
  const UnitOptions follower{option("X-Fleet", "MachineOf", "my_app@%i.service")};
  const auto log = service("log");
  const std::vector units{
      unit("log@.service", follower),
      unit("log.former@.service", write_former({.service = log, .text = follower})),
      unit("log.release@.service",
           write_mark({.command = "deploy", .replaces = {}, .text = follower})),
      unit("logs.former@.service", follower)};
  CHECK(display_names(sidekicks_of(service("my_app"), units)) == "log logs.former");
}

TEST_CASE("A plain unit as a sidekick is there while any main instance is") {
  struct Row {
    const char* name;
    ClusterBuilder cluster;
    std::vector<InstanceNumber> wanted;
    const char* steps;
  };

  const auto there = [] { return ClusterBuilder().unit("proxy.service"); };
  for (const auto& row : std::vector<Row>{{"comes with the first", {}, {8080}, "create 0"},
                                          {"stays", there(), {8080, 8082}, ""},
                                          {"goes with the last", there(), {}, "destroy 0"},
                                          {"is not needed", {}, {}, ""}}) {
    INFO(row.name);
    const SidekickRequest request{.sidekick = *Service::parse_single("proxy.service"),
                                  .main = *Service::parse("web"),
                                  .wanted = row.wanted,
                                  .text = std::make_shared<const UnitOptions>(plain_options())};
    const auto look = snapshot_of(request.sidekick, row.cluster.units(), row.cluster.states());
    const auto plan = plan_sidekick(look, request);
    REQUIRE(plan);
    CHECK(in_short(*plan) == row.steps);
  }
}

TEST_CASE("A sidekick's own text stands for its template") {
  const SidekickRequest request{.sidekick = *Service::parse("my_app"),
                                .main = *Service::parse("web"),
                                .wanted = {1},
                                .text = std::make_shared<const UnitOptions>(plain_options()),
                                .submit_first = true};
  const auto plan = plan_sidekick(ClusterBuilder().look(), request);
  REQUIRE(plan);
  CHECK(in_short(*plan) == "create 1, launch 1");
  CHECK(plan->steps[0].only_submits);
  CHECK(plan->options == plain_options());
}
