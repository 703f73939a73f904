#include "nodes/auto_scaling_reply.hpp"

#include <charconv>
#include <pugixml.hpp>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_answer = 8UL * 1024 * 1024;
constexpr std::size_t longest_quoted = 500;

tl::unexpected<Error> not_understood(std::string_view why) {
  return failure(ErrorKind::unavailable, fmt::format("AWS's answer can't be understood: {}", why));
}

/// The element `root`, of which `text` keeps the letters.
Result<pugi::xml_node> load(pugi::xml_document& text, std::string_view body, const char* root) {
  if (body.size() > longest_answer)
    return not_understood(fmt::format("it is longer than {} bytes", longest_answer));
  const auto parsed = text.load_buffer(body.data(), body.size());
  if (!parsed) return not_understood(parsed.description());
  const auto found = text.child(root);
  if (!found) return not_understood(fmt::format("it has no {}", root));
  return found;
}

std::optional<InstanceCount> count_in(const pugi::xml_node& parent, const char* name) {
  const std::string_view text = parent.child_value(name);
  InstanceCount count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || count > max_count)
    return std::nullopt;
  return count;
}

std::optional<GroupMember> read_member(const pugi::xml_node& instance) {
  GroupMember member{.id = instance.child_value("InstanceId")};
  if (member.id.empty()) return std::nullopt;
  member.is_in_service = instance.child_value("LifecycleState") == std::string_view("InService") &&
                         instance.child_value("HealthStatus") == std::string_view("Healthy");
  member.is_protected = instance.child_value("ProtectedFromScaleIn") == std::string_view("true");
  return member;
}

/// Why no machine of it can be taken away.
std::string what_keeps_all(const pugi::xml_node& group, const GroupLook& look) {
  for (const auto& process : group.child("SuspendedProcesses").children("member")) {
    if (process.child_value("ProcessName") == std::string_view("Terminate"))
      return "Terminate is suspended";
  }
  if (look.desired > look.min) return {};
  return fmt::format("the group's own minimum is {}", look.min);
}

Result<GroupLook> read_group(const pugi::xml_node& group) {
  const auto desired = count_in(group, "DesiredCapacity");
  const auto min = count_in(group, "MinSize");
  const auto max = count_in(group, "MaxSize");
  if (!desired || !min || !max)
    return not_understood("DesiredCapacity, MinSize and MaxSize aren't three counts");
  GroupLook look{.desired = *desired, .min = *min, .max = max};
  for (const auto& instance : group.child("Instances").children("member")) {
    auto member = read_member(instance);
    if (!member) return not_understood("an instance has no InstanceId");
    look.members.push_back(std::move(*member));
  }
  // Only while it is being deleted there is a Status.
  const std::string_view status = group.child_value("Status");
  if (!status.empty()) look.busy = "the group's status is " + printable_start(status, 80);
  look.keeps_all = what_keeps_all(group, look);
  return look;
}

}  // namespace

Result<GroupsPage> read_groups(std::string_view body, std::string_view name) {
  pugi::xml_document text;
  const auto root = load(text, body, "DescribeAutoScalingGroupsResponse");
  if (!root) return tl::unexpected(root.error());
  const auto result = root->child("DescribeAutoScalingGroupsResult");
  if (!result.child("AutoScalingGroups")) return not_understood("it has no AutoScalingGroups");
  GroupsPage page{.group = {}, .next_token = result.child_value("NextToken")};
  for (const auto& group : result.child("AutoScalingGroups").children("member")) {
    if (group.child_value("AutoScalingGroupName") != name) continue;
    auto look = read_group(group);
    if (!look) return tl::unexpected(look.error());
    page.group = std::move(*look);
    break;
  }
  return page;
}

Result<std::vector<LaunchFailure>> read_launch_failures(std::string_view body, WallTime since) {
  pugi::xml_document text;
  const auto root = load(text, body, "DescribeScalingActivitiesResponse");
  if (!root) return tl::unexpected(root.error());
  const auto activities = root->child("DescribeScalingActivitiesResult").child("Activities");
  if (!activities) return not_understood("it has no Activities");
  std::vector<LaunchFailure> failures;
  for (const auto& activity : activities.children("member")) {
    // The only field that tells launches from ends and health checks that failed.
    const std::string_view description = activity.child_value("Description");
    if (!description.starts_with("Launching")) continue;
    const std::string_view code = activity.child_value("StatusCode");
    if (code != "Failed" && code != "Cancelled") continue;
    const auto* end = activity.child_value("EndTime");
    const auto time = parse_wall_time(*end != '\0' ? end : activity.child_value("StartTime"));
    if (!time) return not_understood("an activity has no time");
    if (*time < since) continue;
    const auto* why = activity.child_value("StatusMessage");
    failures.push_back({.time = *time,
                        .why = printable_start(*why != '\0' ? why : activity.child_value("Cause"),
                                               longest_quoted)});
  }
  return failures;
}

Result<AddressesPage> read_addresses(std::string_view body) {
  pugi::xml_document text;
  const auto root = load(text, body, "DescribeInstancesResponse");
  if (!root) return tl::unexpected(root.error());
  if (!root->child("reservationSet")) return not_understood("it has no reservationSet");
  AddressesPage page{.by_id = {}, .next_token = root->child_value("nextToken")};
  for (const auto& reservation : root->child("reservationSet").children("item")) {
    for (const auto& instance : reservation.child("instancesSet").children("item")) {
      page.by_id[instance.child_value("instanceId")] = {
          .ip = instance.child_value("privateIpAddress"),
          .since = parse_wall_time(instance.child_value("launchTime"))};
    }
  }
  return page;
}

}  // namespace scale_fleet
