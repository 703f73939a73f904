#include "core/plan_words.hpp"
#include "core/scale_asked.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("Created units get the template's lines verbatim") {
  const UnitOptions odd{{.section = "Service", .name = "ExecStart", .value = ""},
                        {.section = "Service", .name = "ExecStart", .value = "/bin/a %i"},
                        {.section = "Unit", .name = "After", .value = "x"},
                        {.section = "Service", .name = "ExecStart", .value = "/bin/a %i"}};
  const auto plan = plan_scale(ClusterBuilder().with_template(odd).look(), asking("1"));
  REQUIRE(plan);
  CHECK(plan->options == odd);
}

TEST_CASE("Without a template nothing can be created, but everything destroyed") {
  const auto look = ClusterBuilder().running({1, 2}).look();
  const auto more = plan_scale(look, asking("3"));
  REQUIRE_FALSE(more);
  CHECK(more.error().kind == ErrorKind::not_found);
  CHECK(more.error().message.find("my_app@.service") != std::string::npos);
  CHECK(in_short(*plan_scale(look, asking("1"))) == "destroy 2");
  CHECK(in_short(*plan_scale(look, asking("2"))) == "");
}

TEST_CASE("A template at hand is submitted first, where Fleet has none") {
  auto request = asking("1");
  request.template_to_submit = plain_options();
  CHECK(in_short(*plan_scale(ClusterBuilder().look(), request)) ==
        "create my_app@.service, create 1");
  CHECK(in_short(*plan_scale(ClusterBuilder().inactive(3).look(), request)) == "launch 3");
  request.count = *Count::parse("2");
  CHECK(in_short(*plan_scale(ClusterBuilder().inactive(3).look(), request)) ==
        "create my_app@.service, launch 3, create 1");
  CHECK(in_short(*plan_scale(ClusterBuilder().with_template().look(), request)) ==
        "create 1, create 2");
}

TEST_CASE("A text stands for the template, which is neither needed nor submitted") {
  auto request = asking("2");
  request.text = std::make_shared<const UnitOptions>(
      UnitOptions{{.section = "Service", .name = "ExecStart", .value = "/bin/true"}});
  request.template_to_submit = plain_options();
  for (const auto& cluster : {ClusterBuilder(), ClusterBuilder().with_template()}) {
    const auto plan = plan_scale(cluster.look(), request);
    REQUIRE(plan);
    CHECK(in_short(*plan) == "create 1, create 2");
    CHECK(plan->options == *request.text);
  }
  for (const auto& text :
       {UnitOptions{}, UnitOptions{{.section = "X-Fleet", .name = "Global", .value = "true"}}}) {
    request.text = std::make_shared<const UnitOptions>(text);
    const auto refused = plan_scale(ClusterBuilder().look(), request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::refused);
  }
}

TEST_CASE("What has no meaning as a count is refused") {
  const UnitOptions global{{.section = "X-Fleet", .name = "Global", .value = "TRUE"}};
  const auto of_template = plan_scale(ClusterBuilder().with_template(global).look(), asking("0"));
  REQUIRE_FALSE(of_template);
  CHECK(of_template.error().kind == ErrorKind::refused);
  const auto empty = plan_scale(ClusterBuilder().with_template({}).look(), asking("1"));
  REQUIRE_FALSE(empty);
  CHECK(empty.error().kind == ErrorKind::refused);
}

TEST_CASE("A launched template is warned of") {
  auto look = ClusterBuilder().with_template().running({1}).look();
  CHECK(plan_scale(look, asking("1"))->notices.empty());
  look.template_unit->desired_state = JobState::launched;
  CHECK(plan_scale(look, asking("1"))->notices.size() == 1);
}

TEST_CASE("What a release keeps is scaled by nobody, but away") {
  const auto my_app = *Service::parse("my_app");

  struct Row {
    const char* service;
    UnitOptions options;
    const char* said;
  };

  for (const auto& row :
       {Row{"my_app.former",
            write_former({.service = my_app, .text = plain_options()}),
            "my_app.former@.service is no service to scale: it keeps the former version of my_app, "
            "for: scale-fleet rollback my_app"},
        Row{"my_app.release",
            write_mark({.command = "deploy", .count = 5, .replaces = {}, .text = plain_options()}),
            "my_app.release@.service is no service to scale: it tells that a release of my_app is "
            "under way or was broken off"},
        Row{"my_app.former", plain_options(), ""}}) {
    CAPTURE(row.service);
    const auto service = *Service::parse(row.service);
    const std::vector<Unit> units{
        {.name = service.template_name(), .options = row.options},
        {.name = service.instance_name(1), .desired_state = JobState::launched}};
    const auto snapshot = snapshot_of(service, units, {});
    for (const auto* count : {"1", "3", "+1"}) {
      const auto plan = plan_scale(snapshot, {.service = service, .count = *Count::parse(count)});
      CHECK((plan ? "" : plan.error().message) == row.said);
      if (!plan) CHECK(plan.error().kind == ErrorKind::refused);
    }
    CHECK(plan_scale(snapshot, {.service = service, .count = *Count::parse("0")}));
  }
}
