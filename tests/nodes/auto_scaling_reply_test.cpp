#include "nodes/auto_scaling_reply.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/wall_time_text.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

/// A reply with two groups, of which the second is `web`; nested lists have members of their own.
std::string groups_xml(const std::string& more,
                       const std::string& counts =
                           "<MinSize>1</MinSize><MaxSize>5</MaxSize>"
                           "<DesiredCapacity>3</DesiredCapacity>") {
  return fmt::format(
      R"(<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">
  <DescribeAutoScalingGroupsResult>
    <AutoScalingGroups>
      <member><AutoScalingGroupName>other</AutoScalingGroupName><MinSize>9</MinSize>
        <Tags><member><AutoScalingGroupName>web</AutoScalingGroupName></member></Tags></member>
      <member>
        <Tags><member><Key>Name</Key><Value>web</Value><DesiredCapacity>7</DesiredCapacity></member></Tags>
        <AvailabilityZones><member>eu-west-1a</member></AvailabilityZones>
        <AutoScalingGroupName>web</AutoScalingGroupName>
        {}
        {}
      </member>
    </AutoScalingGroups>
    <NextToken>more</NextToken>
  </DescribeAutoScalingGroupsResult>
</DescribeAutoScalingGroupsResponse>)",
      counts,
      more);
}

std::string instance_xml(const std::string& id,
                         const std::string& state,
                         const std::string& health = "Healthy",
                         const std::string& is_protected = "false") {
  return fmt::format(
      "<member><InstanceId>{}</InstanceId><LifecycleState>{}</LifecycleState><HealthStatus>{}"
      "</HealthStatus><ProtectedFromScaleIn>{}</ProtectedFromScaleIn></member>",
      id,
      state,
      health,
      is_protected);
}

}  // namespace

TEST_CASE("A group is read from its own elements, and not from others of the same name") {
  const auto page = read_groups(
      groups_xml("<Instances>" + instance_xml("i-1", "InService") + instance_xml("i-2", "Pending") +
                 instance_xml("i-3", "InService", "Unhealthy") +
                 instance_xml("i-4", "InService", "Healthy", "true") +
                 instance_xml("i-5", "Terminating:Wait") + "</Instances>"),
      "web");
  REQUIRE(page);
  REQUIRE(page->group);
  const auto& group = *page->group;
  CHECK(group.desired == 3);
  CHECK(group.min == 1);
  CHECK(group.max == 5);
  CHECK(group.busy == "");
  CHECK(group.keeps_all == "");
  CHECK(group.members == std::vector<GroupMember>{{.id = "i-1", .is_in_service = true},
                                                  {.id = "i-2", .is_in_service = false},
                                                  {.id = "i-3", .is_in_service = false},
                                                  {.id = "i-4", .is_protected = true},
                                                  {.id = "i-5", .is_in_service = false}});
  CHECK(page->next_token == "more");
  CHECK_FALSE(read_groups(groups_xml(""), "we")->group);
}

TEST_CASE("A group says why it is left alone, or keeps its machines") {
  const auto deleted = read_groups(groups_xml("<Status>Delete in progress</Status>"), "web");
  CHECK(holds(deleted->group->busy, "Delete in progress"));
  const auto suspended = read_groups(
      groups_xml("<SuspendedProcesses><member><ProcessName>Launch</ProcessName></member>"
                 "<member><ProcessName>Terminate</ProcessName></member>"
                 "</SuspendedProcesses>"),
      "web");
  CHECK(suspended->group->keeps_all == "Terminate is suspended");
  const auto least = read_groups(groups_xml("",
                                            "<MinSize>3</MinSize><MaxSize>5</MaxSize>"
                                            "<DesiredCapacity>3</DesiredCapacity>"),
                                 "web");
  CHECK(least->group->keeps_all == "the group's own minimum is 3");
}

TEST_CASE("A reply that isn't whole is an error, and never an empty group") {
  const std::string counts = "<MinSize>1</MinSize><MaxSize>5</MaxSize>";
  const auto whole = groups_xml("<Instances>" + instance_xml("i-1", "InService") + "</Instances>");
  for (const auto& body : {
           std::string(),
           std::string("<html><body>Sign in</body></html>"),
           std::string("<DescribeAutoScalingGroupsResponse/>"),
           whole.substr(0, whole.size() / 2),
           whole.substr(0, whole.size() - 3),
           groups_xml("", counts),
           groups_xml("", counts + "<DesiredCapacity></DesiredCapacity>"),
           groups_xml("", counts + "<DesiredCapacity>-1</DesiredCapacity>"),
           groups_xml("", counts + "<DesiredCapacity>3 </DesiredCapacity>"),
           groups_xml("", counts + "<DesiredCapacity>99999999999</DesiredCapacity>"),
           groups_xml("<Instances><member><LifecycleState>InService</LifecycleState></member>"
                      "</Instances>"),
           whole + std::string(9'000'000, ' '),
       }) {
    CAPTURE(body.substr(0, 400));
    const auto page = read_groups(body, "web");
    REQUIRE_FALSE(page);
    CHECK(page.error().kind == ErrorKind::unavailable);
  }
  const auto none = read_groups(
      "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups/>"
      "</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>",
      "web");
  REQUIRE(none);
  CHECK_FALSE(none->group);
}

TEST_CASE("Of activities those launches count that failed since a moment, in AWS's words") {
  const auto activity = [](const std::string& code,
                           const std::string& end,
                           const std::string& what = "Launching a new EC2 instance") {
    return fmt::format(
        "<member><Description>{}</Description><StatusCode>{}</"
        "StatusCode><StartTime>2026-11-22T01:00:00Z</StartTime>"
        "<EndTime>{}</EndTime><StatusMessage>no \x1b capacity</StatusMessage></member>",
        what,
        code,
        end);
  };
  const auto wrapped = [](const std::string& members) {
    return "<DescribeScalingActivitiesResponse><DescribeScalingActivitiesResult><Activities>" +
           members +
           "</Activities></DescribeScalingActivitiesResult></DescribeScalingActivitiesResponse>";
  };
  const auto since = *parse_wall_time("2026-11-22T01:30:00Z");
  const auto failures = read_launch_failures(
      wrapped(activity("InProgress", "") + activity("Failed", "2026-11-22T01:40:00Z") +
              activity("Failed", "2026-11-22T01:41:00Z", "Terminating EC2 instance: i-1") +
              activity("Cancelled", "2026-11-22T01:41:00Z", "") +
              activity("Successful", "2026-11-22T01:35:00Z") +
              activity("Cancelled", "2026-11-22T01:30:00Z") +
              activity("Failed", "2026-11-22T01:29:59Z") + activity("Failed", "")),
      since);
  REQUIRE(failures);
  REQUIRE(failures->size() == 2);
  CHECK(failures->front().time == *parse_wall_time("2026-11-22T01:40:00Z"));
  CHECK(failures->front().why == "no \\x1b capacity");
  CHECK(failures->back().time == since);
  CHECK_FALSE(read_launch_failures(wrapped(activity("Failed", "yesterday")), since));
  CHECK_FALSE(read_launch_failures("<html/>", since));
}

TEST_CASE("An address is the machine's own, not that of a network interface of it") {
  const auto page = read_addresses(
      "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>"
      "<instanceId>i-1</instanceId><launchTime>2026-11-22T01:00:00.000Z</launchTime>"
      "<networkInterfaceSet><item><privateIpAddress>192.0.2.1</privateIpAddress></item>"
      "</networkInterfaceSet><privateIpAddress>10.0.0.1</privateIpAddress></item>"
      "<item><instanceId>i-2</instanceId></item></instancesSet></item></reservationSet>"
      "<nextToken>n</nextToken></DescribeInstancesResponse>");
  REQUIRE(page);
  CHECK(page->by_id.at("i-1").ip == "10.0.0.1");
  CHECK(page->by_id.at("i-1").since == parse_wall_time("2026-11-22T01:00:00Z"));
  CHECK(page->by_id.at("i-2").ip == "");
  CHECK(page->next_token == "n");
  CHECK_FALSE(read_addresses("<DescribeInstancesResponse/>"));
}
