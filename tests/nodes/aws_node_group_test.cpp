#include "scale_fleet/nodes/aws_node_group.hpp"

#include "nodes/aws_test_world.hpp"
#include "support/auto_scaling_double.hpp"
#include "support/holds.hpp"
#include "support/metadata_double.hpp"

using namespace scale_fleet;

namespace {

using Fault = AutoScalingFault;

/// A group `web` of two machines in AWS's double, and what it takes to reach it.
struct GroupWorld {
  GroupWorld() {
    aws.surroundings.variables = {{"AWS_ENDPOINT_URL", doubled.endpoint()},
                                  {"AWS_ACCESS_KEY_ID", AutoScalingDouble::access_key_id},
                                  {"AWS_SECRET_ACCESS_KEY", AutoScalingDouble::secret_access_key},
                                  {"AWS_REGION", AutoScalingDouble::region}};
    doubled.with([](AutoScalingState& state) {
      state.groups = {
          {.name = "a"}, {.name = "web", .min = 1, .max = 5, .desired = 2}, {.name = "z"}};
      state.launch_missing(*state.find("web"));
    });
  }

  std::unique_ptr<NodeGroup> group(const std::string& name = "web", bool needs_addresses = false) {
    return make_aws_node_group({.name = name, .needs_addresses = needs_addresses}, aws.world());
  }

  /// So many calls of an action arrived and were signed rightly.
  std::size_t calls_of(const std::string& action) {
    return doubled.with([&](const AutoScalingState& state) {
      return static_cast<std::size_t>(std::ranges::count(state.calls, action, &SeenCall::action));
    });
  }

  void befall(const std::string& action, Fault::Kind kind, bool acts_first = false, int times = 1) {
    doubled.with([&](AutoScalingState& state) {
      for (int i = 0; i < times; ++i)
        state.faults.push_back({.action = action, .kind = kind, .acts_first = acts_first});
    });
  }

  std::uint32_t desired() {
    return doubled.with([](AutoScalingState& state) { return state.find("web")->desired; });
  }

  AutoScalingDouble doubled;
  AwsOverSockets aws;
};

constexpr auto describe = "DescribeAutoScalingGroups";
constexpr auto set = "SetDesiredCapacity";
constexpr auto end_one = "TerminateInstanceInAutoScalingGroup";

}  // namespace

TEST_CASE("A look at a group of AWS's tells its counts and its machines") {
  GroupWorld world;
  const auto group = world.group();
  CHECK(group->display_name() == "the Auto Scaling group web");
  const auto look = group->look();
  REQUIRE(look);
  CHECK(look->desired == 2);
  CHECK(look->min == 1);
  CHECK(look->max == 5);
  REQUIRE(look->members.size() == 2);
  CHECK(look->members[0].id == "i-00000000000000001");
  CHECK(look->members[1].ip == "10.1.0.2");
  CHECK(look->members[1].since == parse_wall_time("2026-11-22T01:00:00Z"));
}

TEST_CASE("Where EC2 tells no addresses, a look that doesn't need them goes without") {
  GroupWorld world;
  for (const auto kind : {Fault::Kind::denied, Fault::Kind::empty_503}) {
    world.befall("DescribeInstances", kind, false, 3);
    const auto look = world.group()->look();
    REQUIRE(look);
    CHECK(look->members[0] == GroupMember{.id = "i-00000000000000001"});
    world.doubled.with([](AutoScalingState& state) { state.faults.clear(); });
  }
  world.befall("DescribeInstances", Fault::Kind::denied);
  const auto needed = world.group("web", true)->look();
  REQUIRE_FALSE(needed);
  CHECK(needed.error().kind == ErrorKind::refused);
}

TEST_CASE("Addresses are asked for two hundred machines at a time") {
  GroupWorld world;
  world.doubled.with([](AutoScalingState& state) {
    state.find("web")->desired = state.find("web")->max = 450;
    state.launch_missing(*state.find("web"));
  });
  const auto look = world.group("web", true)->look();
  REQUIRE(look);
  REQUIRE(look->members.size() == 450);
  for (const auto& member : look->members)
    CHECK_FALSE(member.ip.empty());
  CHECK(world.calls_of("DescribeInstances") == 3);
}

TEST_CASE("A group on a later page is found, and one that is nowhere is named with its region") {
  GroupWorld world;
  world.doubled.with([](AutoScalingState& state) { state.groups_on_page = 1; });
  REQUIRE(world.group()->look());
  CHECK(world.calls_of(describe) == 2);
  const auto missing = world.group("wbe")->look();
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::not_found);
  CHECK(missing.error().message ==
        "cannot look at the Auto Scaling group wbe in eu-west-1: there is no group of that name");
  world.doubled.with([](AutoScalingState& state) { state.repeats_token = true; });
  const auto endless = world.group("wbe")->look();
  REQUIRE_FALSE(endless);
  CHECK(endless.error().kind == ErrorKind::unavailable);
}

TEST_CASE("The desired count is set within the group's own bounds, and without its cool-down") {
  GroupWorld world;
  std::vector<std::string> launched;
  world.doubled.with([&](AutoScalingState& state) {
    state.on_launch = [&](const DoubleInstance& instance) { launched.push_back(instance.ip); };
  });
  const auto group = world.group();
  REQUIRE(group->set_desired(4));
  CHECK(world.desired() == 4);
  world.doubled.with([&](const AutoScalingState& state) {
    CHECK(launched == std::vector<std::string>{"10.1.0.3", "10.1.0.4"});
    CHECK(state.calls.back().parameters.at("HonorCooldown") == "false");
  });
  const auto beyond = group->set_desired(6);
  REQUIRE_FALSE(beyond);
  CHECK(beyond.error().kind == ErrorKind::refused);
  CHECK(beyond.error().http_status == 400);
  CHECK(beyond.error().message ==
        "cannot ask for 6 machines in the Auto Scaling group web in eu-west-1: AWS says "
        "ValidationError: New SetDesiredCapacity value 6 is above max value 5 for the "
        "AutoScalingGroup.");
}

TEST_CASE("What befalls a call ends it in its class, or only holds it up") {
  struct Row {
    Fault::Kind kind;
    int times;
    std::optional<ErrorKind> error;
    std::size_t calls;
  };

  for (const auto& row : {
           Row{Fault::Kind::throttled, 2, {}, 3},
           Row{Fault::Kind::html_500, 2, {}, 3},
           Row{Fault::Kind::empty_503, 1, {}, 2},
           Row{Fault::Kind::cut, 2, {}, 3},
           Row{Fault::Kind::reset, 1, {}, 2},
           Row{Fault::Kind::throttled, 3, ErrorKind::unavailable, 3},
           Row{Fault::Kind::html_500, 3, ErrorKind::unavailable, 3},
           Row{Fault::Kind::cut, 3, ErrorKind::unavailable, 3},
           Row{Fault::Kind::busy, 1, ErrorKind::precondition, 1},
           Row{Fault::Kind::contended, 1, ErrorKind::precondition, 1},
           Row{Fault::Kind::expired_token, 1, ErrorKind::refused, 1},
       }) {
    for (const auto* action : {describe, set}) {
      CAPTURE(static_cast<int>(row.kind), row.times, action);
      GroupWorld world;
      world.befall(action, row.kind, false, row.times);
      const auto group = world.group();
      const Outcome end =
          action == describe ? group->look().map([](const GroupLook&) {}) : group->set_desired(3);
      CHECK(end.has_value() == !row.error);
      if (row.error && !end) CHECK(end.error().kind == *row.error);
      CHECK(world.calls_of(action) == row.calls);
    }
  }
}

TEST_CASE("A machine is ended once, whatever becomes of the reply") {
  struct Row {
    Fault::Kind kind;
    bool acts_first;
    std::size_t sent;
  };

  for (const auto& row : {Row{Fault::Kind::reset, true, 1},
                          Row{Fault::Kind::cut, true, 1},
                          Row{Fault::Kind::html_500, true, 1},
                          Row{Fault::Kind::reset, false, 2},
                          Row{Fault::Kind::empty_503, false, 2},
                          Row{Fault::Kind::throttled, false, 2}}) {
    CAPTURE(static_cast<int>(row.kind), row.acts_first);
    GroupWorld world;
    world.doubled.with([](AutoScalingState& state) {
      state.find("web")->desired = 4;
      state.launch_missing(*state.find("web"));
    });
    world.befall(end_one, row.kind, row.acts_first);
    const auto outcome = world.group()->terminate("i-00000000000000002");
    INFO((outcome ? "" : outcome.error().message));
    CHECK(outcome);
    CHECK(world.desired() == 3);
    CHECK(world.calls_of(end_one) == row.sent);
    const auto look = world.group()->look();
    REQUIRE(look);
    CHECK(std::ranges::count(look->members, "i-00000000000000002", &GroupMember::id) == 0);
  }
  GroupWorld world;
  const auto unknown = world.group()->terminate("i-f");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::refused);
  CHECK(holds(unknown.error().message, "cannot end i-f of the Auto Scaling group web"));
}

TEST_CASE("Launches that failed are told in AWS's words") {
  GroupWorld world;
  world.doubled.with([](AutoScalingState& state) {
    state.activities = {
        {.group = "web", .status_message = "no capacity", .end_time = "2026-11-22T01:40:00Z"},
        {.group = "other", .status_message = "not ours", .end_time = "2026-11-22T01:40:00Z"},
        {.group = "web", .status_message = "long ago", .end_time = "2026-11-21T01:40:00Z"}};
  });
  const auto failures = world.group()->launch_failures(*parse_wall_time("2026-11-22T01:00:00Z"));
  REQUIRE(failures);
  REQUIRE(failures->size() == 1);
  CHECK(failures->front().why == "no capacity");
}

TEST_CASE("A wrong secret is refused, and in no message") {
  GroupWorld world;
  world.aws.surroundings.variables["AWS_SECRET_ACCESS_KEY"] = "not-the-secret";
  const auto look = world.group()->look();
  REQUIRE_FALSE(look);
  CHECK(look.error().kind == ErrorKind::refused);
  CHECK(holds(look.error().message, "SignatureDoesNotMatch"));
  CHECK_FALSE(holds(look.error().message, "not-the-secret"));
}

TEST_CASE("A machine with a role needs no variable but where its metadata is") {
  GroupWorld world;
  MetadataDouble metadata;
  const auto keys_until = [&](const std::string& id, const std::string& end) {
    world.doubled.allow(id, {.secret = "s/" + id, .session_token = "t+" + id});
    metadata.with([&](MetadataState& state) {
      state.credentials = R"({"Code":"Success","AccessKeyId":")" + id +
                          R"(","SecretAccessKey":"s/)" + id + R"(","Token":"t+)" + id +
                          R"(","Expiration":")" + end + R"("})";
    });
  };
  keys_until("ROLE1", "2026-11-22T03:00:00Z");
  world.aws.surroundings.variables = {{"AWS_ENDPOINT_URL", world.doubled.endpoint()},
                                      {"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint()}};
  const auto group = world.group();
  REQUIRE(group->look());
  const auto asked = [&] {
    return metadata.with([](const MetadataState& state) { return state.asked.size(); });
  };
  CHECK(asked() == 6);  // Token and region, token and role, token and credentials.
  REQUIRE(group->look());
  CHECK(asked() == 6);
  world.aws.surroundings.now = *parse_wall_time("2026-11-22T02:55:00Z");
  keys_until("ROLE2", "2026-11-22T08:00:00Z");
  REQUIRE(group->look());
  CHECK(asked() == 10);

  metadata.with([](MetadataState& state) { state.token_status = 403; });
  const auto refused = world.group()->look();
  REQUIRE_FALSE(refused);
  CHECK(holds(refused.error().message, "the AWS region is not known"));
  world.aws.surroundings.variables["AWS_REGION"] = AutoScalingDouble::region;
  const auto without_role = world.group()->look();
  REQUIRE_FALSE(without_role);
  CHECK(without_role.error().kind == ErrorKind::unavailable);
  CHECK(holds(without_role.error().message, "cannot ask this machine's metadata: HTTP 403"));
}
