#include "core/plan_words.hpp"
#include "scale_fleet/core/scale_plan.hpp"
#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;

namespace {

const char* const balancer = "loadbalancer.service";

ServiceSnapshot look_at_balancer(const ClusterBuilder& cluster) {
  return snapshot_of(*Service::parse_single(balancer), cluster.units(), cluster.states());
}

ScaleRequest asking_for_balancer(const std::string& count, bool with_text = true) {
  ScaleRequest request{.service = *Service::parse_single(balancer), .count = *Count::parse(count)};
  if (with_text) request.text = std::make_shared<const UnitOptions>(plain_options());
  return request;
}

}  // namespace

TEST_CASE("A look at a plain unit shows it alone, whatever else is called alike") {
  const auto cluster = ClusterBuilder()
                           .unit("loadbalancer.service.service")
                           .unit("loadbalancer@1.service")
                           .unit(balancer)
                           .unit("loadbalancer.socket");
  const auto look = look_at_balancer(cluster);
  REQUIRE(look.instances.size() == 1);
  CHECK(look.instances[0].unit.name == balancer);
  CHECK(look.instances[0].number == 0);
  REQUIRE(look.instances[0].state);
  CHECK(look.instances[0].state->unit == balancer);
  CHECK(look.states.size() == 1);
  CHECK_FALSE(look.template_unit);
  CHECK(look.left_alone.empty());
}

TEST_CASE("A look at a service shows no plain unit") {
  const auto look = ClusterBuilder().unit("my_app.service").running({1}).look();
  CHECK(look.instances.size() == 1);
  CHECK(look.left_alone.empty());
}

TEST_CASE("The plan of a plain unit leads to one or to none") {
  struct Row {
    const char* name;
    ClusterBuilder cluster;
    const char* count;
    const char* steps;
  };

  const std::vector<Row> rows{
      {"none, one asked", {}, "1", "create 0"},
      {"none, none asked", {}, "0", ""},
      {"one is enough", ClusterBuilder().unit(balancer), "1", ""},
      {"to none", ClusterBuilder().unit(balancer), "0", "destroy 0"},
      {"one more of none", {}, "+1", "create 0"},
      {"another's instances don't count",
       ClusterBuilder().unit("loadbalancer@1.service"),
       "1",
       "create 0"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const auto plan = plan_scale(look_at_balancer(row.cluster), asking_for_balancer(row.count));
    REQUIRE(plan);
    CHECK(in_short(*plan) == row.steps);
    for (const auto& step : plan->steps)
      CHECK(step.unit == balancer);
    CHECK(plan->options == (in_short(*plan) == "create 0" ? plain_options() : UnitOptions{}));
    CHECK(plan->kept ==
          (plan->desired == 0 ? std::vector<std::string>{} : std::vector<std::string>{balancer}));
  }
}

TEST_CASE("More than one of a plain unit is a usage error, unless a bound says one") {
  const auto look = look_at_balancer(ClusterBuilder().unit(balancer));
  for (const auto* count : {"2", "+1", "65535"}) {
    INFO(count);
    auto request = asking_for_balancer(count);
    const auto plan = plan_scale(look, request);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().kind == ErrorKind::usage);
    request.bounds.max = 1;
    CHECK(plan_scale(look, request));
  }
}

TEST_CASE("A plain unit that is to be created needs a text, and only then") {
  const auto missing = plan_scale(look_at_balancer({}), asking_for_balancer("1", false));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::not_found);
  const auto there = look_at_balancer(ClusterBuilder().unit(balancer));
  CHECK(plan_scale(there, asking_for_balancer("1", false)));
  CHECK(plan_scale(there, asking_for_balancer("0", false)));
}
