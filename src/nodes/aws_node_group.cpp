#include "scale_fleet/nodes/aws_node_group.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "nodes/auto_scaling_reply.hpp"
#include "nodes/aws_caller.hpp"
#include "nodes/request_line.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t values_of_a_filter = 200;  // EC2's own limit.

AwsCall group_call(std::string action, std::vector<std::pair<std::string, std::string>> more) {
  return {.service = "autoscaling",
          .version = "2011-01-01",
          .action = std::move(action),
          .parameters = std::move(more)};
}

class AwsNodeGroup final : public NodeGroup {
 public:
  AwsNodeGroup(AwsGroupPlace place, AwsWorld world)
      : place_(std::move(place)),
        world_(std::move(world)),
        line_(world_.client, world_.clock, world_.stop),
        caller_(world_, line_, place_.region) {}

  Result<GroupLook> look() override;
  Outcome set_desired(InstanceCount count) override;
  Outcome terminate(const std::string& member) override;
  Result<std::vector<LaunchFailure>> launch_failures(WallTime since) override;

  std::string display_name() const override {
    return "the Auto Scaling group " + printable(place_.name);
  }

 private:
  std::string trying(std::string_view what) {
    return fmt::format("cannot {} {} in {}", what, display_name(), caller_.display_region());
  }

  Error said_of(const Error& error, std::string_view what) {
    return {.kind = error.kind,
            .message = fmt::format("{}: {}", trying(what), error.message),
            .http_status = error.http_status};
  }

  Error refusal_of(const AwsFailure& why, std::string_view what) {
    auto error = error_of(why, trying(what));
    if (error.kind == ErrorKind::unavailable && line_.has_to_stop())
      error.kind = ErrorKind::interrupted;
    return error;
  }

  Result<std::string> ask(const AwsCall& call, std::string_view what);
  Result<GroupLook> look_at_group();
  Outcome add_addresses(std::vector<GroupMember>& members);
  Outcome add_addresses_of(std::span<GroupMember> members);
  Result<bool> still_serves(const std::string& member);

  AwsGroupPlace place_;
  AwsWorld world_;
  RequestLine line_;
  AwsCaller caller_;
};

Result<std::string> AwsNodeGroup::ask(const AwsCall& call, std::string_view what) {
  const auto reply = caller_.call(call);
  if (!reply) return tl::unexpected(said_of(reply.error(), what));
  if (!*reply) return tl::unexpected(refusal_of(reply->error(), what));
  return **reply;
}

Result<GroupLook> AwsNodeGroup::look_at_group() {
  constexpr auto what = "look at";
  std::set<std::string> tokens;
  for (std::string token;;) {
    auto call =
        group_call("DescribeAutoScalingGroups", {{"AutoScalingGroupNames.member.1", place_.name}});
    if (!token.empty()) call.parameters.emplace_back("NextToken", token);
    const auto body = ask(call, what);
    if (!body) return tl::unexpected(body.error());
    auto page = read_groups(*body, place_.name);
    if (!page) return tl::unexpected(said_of(page.error(), what));
    if (page->group) return std::move(*page->group);
    if (page->next_token.empty()) {
      return failure(ErrorKind::not_found,
                     fmt::format("{}: there is no group of that name", trying(what)));
    }
    token = page->next_token;
    if (!tokens.insert(token).second) {
      return failure(ErrorKind::unavailable,
                     fmt::format("{}: AWS's list goes round in circles", trying(what)));
    }
  }
}

Outcome AwsNodeGroup::add_addresses_of(std::span<GroupMember> members) {
  constexpr auto what = "learn the addresses of";
  AwsCall call{.service = "ec2",
               .version = "2016-11-15",
               .action = "DescribeInstances",
               .parameters = {{"Filter.1.Name", "instance-id"}}};
  for (std::size_t i = 0; i < members.size(); ++i)
    call.parameters.emplace_back(fmt::format("Filter.1.Value.{}", i + 1), members[i].id);
  std::set<std::string> tokens;
  for (;;) {
    const auto body = ask(call, what);
    if (!body) return tl::unexpected(body.error());
    const auto page = read_addresses(*body);
    if (!page) return tl::unexpected(said_of(page.error(), what));
    for (auto& member : members) {
      const auto found = page->by_id.find(member.id);
      if (found == page->by_id.end()) continue;
      member.ip = found->second.ip;
      member.since = found->second.since;
    }
    if (page->next_token.empty()) return {};
    if (!tokens.insert(page->next_token).second) {
      return failure(ErrorKind::unavailable,
                     fmt::format("{}: EC2's list goes round in circles", trying(what)));
    }
    if (tokens.size() > 1) call.parameters.pop_back();
    call.parameters.emplace_back("NextToken", page->next_token);
  }
}

/// A filter, unlike a list of ids, isn't an error where EC2 has forgotten a machine.
Outcome AwsNodeGroup::add_addresses(std::vector<GroupMember>& members) {
  for (std::size_t first = 0; first < members.size(); first += values_of_a_filter) {
    const auto count = std::min(values_of_a_filter, members.size() - first);
    auto fine = add_addresses_of(std::span(members).subspan(first, count));
    if (!fine) return fine;
  }
  return {};
}

Result<GroupLook> AwsNodeGroup::look() {
  auto look = look_at_group();
  if (!look) return look;
  const auto fine = add_addresses(look->members);
  const bool must_know = place_.needs_addresses || line_.has_to_stop();
  if (!fine && must_know) return tl::unexpected(fine.error());
  return look;
}

Outcome AwsNodeGroup::set_desired(InstanceCount count) {
  const auto body = ask(group_call("SetDesiredCapacity",
                                   {{"AutoScalingGroupName", place_.name},
                                    {"DesiredCapacity", std::to_string(count)},
                                    {"HonorCooldown", "false"}}),
                        fmt::format("ask for {} machines in", count));
  return body.map([](const std::string&) {});
}

/// Whether a machine that was told to end is in service still.
Result<bool> AwsNodeGroup::still_serves(const std::string& member) {
  const auto look = look_at_group();
  if (!look) return tl::unexpected(look.error());
  const auto found = std::ranges::find(look->members, member, &GroupMember::id);
  return found != look->members.end() && found->is_in_service;
}

Outcome AwsNodeGroup::terminate(const std::string& member) {
  auto call = group_call("TerminateInstanceInAutoScalingGroup",
                         {{"InstanceId", member}, {"ShouldDecrementDesiredCapacity", "true"}});
  call.is_repeatable = false;  // Each time the desired count would go down by one more.
  const auto what = fmt::format("end {} of", printable(member));
  for (int attempt = 1;; ++attempt) {
    const auto reply = caller_.call(call);
    if (!reply) return tl::unexpected(said_of(reply.error(), what));
    if (*reply) return {};
    const auto& why = reply->error();
    const bool is_unclear = why.kind == AwsFailure::Kind::unclear;
    if (!is_unclear || attempt == caller_.attempts() || caller_.has_to_stop())
      return tl::unexpected(refusal_of(why, what));
    caller_.pause_before(attempt, why.retry_after);
    const auto serves = still_serves(member);
    if (!serves) return tl::unexpected(refusal_of(why, what));
    if (!*serves) return {};
  }
}

Result<std::vector<LaunchFailure>> AwsNodeGroup::launch_failures(WallTime since) {
  constexpr auto what = "ask for failed launches of";
  const auto body = ask(group_call("DescribeScalingActivities",
                                   {{"AutoScalingGroupName", place_.name}, {"MaxRecords", "100"}}),
                        what);
  if (!body) return tl::unexpected(body.error());
  auto failures = read_launch_failures(*body, since);
  if (!failures) return tl::unexpected(said_of(failures.error(), what));
  return failures;
}

}  // namespace

std::unique_ptr<NodeGroup> make_aws_node_group(AwsGroupPlace place, AwsWorld world) {
  return std::make_unique<AwsNodeGroup>(std::move(place), std::move(world));
}

}  // namespace scale_fleet
