#include "support/auto_scaling_double.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "scale_fleet/http/percent_encoding.hpp"
#include "support/aws_signature_check.hpp"

namespace scale_fleet {
namespace {

constexpr auto name_space = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

HttpReply xml(int status, const std::string& body) {
  HttpReply reply;
  reply.response = {.status = status, .headers = {{"Content-Type", "text/xml"}}, .body = body};
  return reply;
}

HttpReply aws_error(int status, const std::string& code, const std::string& message) {
  return xml(status,
             fmt::format("<ErrorResponse xmlns=\"{}\">\n  <Error>\n    <Type>Sender</Type>\n"
                         "    <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n"
                         "  <RequestId>b1b2</RequestId>\n</ErrorResponse>\n",
                         name_space,
                         code,
                         message));
}

HttpReply result_of(const std::string& action, const std::string& inside) {
  const auto result =
      inside.empty() ? "" : fmt::format("  <{0}Result>\n{1}  </{0}Result>\n", action, inside);
  return xml(200,
             fmt::format("<{0}Response xmlns=\"{1}\">\n{2}  <ResponseMetadata>\n"
                         "    <RequestId>7c6e</RequestId>\n  </ResponseMetadata>\n</{0}Response>\n",
                         action,
                         name_space,
                         result));
}

std::map<std::string, std::string> form_in(const std::string& body) {
  std::map<std::string, std::string> values;
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find('&', at), body.size());
    const auto pair = body.substr(at, end - at);
    const auto equals = std::min(pair.find('='), pair.size() - 1);
    values[pair.substr(0, equals)] = percent_decoded(pair.substr(equals + 1)).value_or("?");
    at = end + 1;
  }
  return values;
}

/// The shape of AWS's own, with lists in it whose elements are members, too.
std::string shown(const DoubleGroup& group) {
  std::string text = fmt::format(
      "<member>\n<AutoScalingGroupName>{0}</AutoScalingGroupName>\n"
      "<Tags><member><ResourceId>{0}</ResourceId><Key>DesiredCapacity</Key><Value>99</Value>"
      "</member></Tags>\n<AvailabilityZones><member>eu-west-1a</member>"
      "<member>eu-west-1b</member></AvailabilityZones>\n<DefaultCooldown>300</DefaultCooldown>\n",
      group.name);
  text += "<SuspendedProcesses>";
  for (const auto& process : group.suspended)
    text += fmt::format("<member><ProcessName>{}</ProcessName></member>", process);
  text += "</SuspendedProcesses>\n<Instances>\n";
  for (const auto& instance : group.instances) {
    text += fmt::format(
        "<member><InstanceId>{}</InstanceId><AvailabilityZone>eu-west-1a</AvailabilityZone>"
        "<LifecycleState>{}</LifecycleState><HealthStatus>{}</HealthStatus>"
        "<ProtectedFromScaleIn>{}</ProtectedFromScaleIn></member>\n",
        instance.id,
        instance.lifecycle,
        instance.health,
        instance.is_protected);
  }
  text += fmt::format(
      "</Instances>\n<MinSize>{}</MinSize><MaxSize>{}</MaxSize>"
      "<DesiredCapacity>{}</DesiredCapacity>\n",
      group.min,
      group.max,
      group.desired);
  if (!group.status.empty()) text += "<Status>" + group.status + "</Status>";
  return text + "</member>\n";
}

/// As AWS does: the name filters first, then the pages.
HttpReply describe_groups(AutoScalingState& state, const SeenCall& call) {
  const auto wanted = call.parameters.find("AutoScalingGroupNames.member.1");
  const auto token = call.parameters.find("NextToken");
  std::size_t at = token == call.parameters.end() ? 0 : std::stoul(token->second);
  // Only where a test wants to see pages: AWS sends the one group of that name on the first.
  const bool has_pages = state.groups_on_page < state.groups.size();
  std::string inside = "    <AutoScalingGroups>\n";
  const auto end = std::min(at + state.groups_on_page, state.groups.size());
  const auto next = end < state.groups.size() || state.repeats_token;
  for (; at < end; ++at) {
    const auto& group = state.groups[at];
    const bool is_wanted = wanted == call.parameters.end() || wanted->second == group.name;
    if (is_wanted || has_pages) inside += shown(group);
  }
  inside += "    </AutoScalingGroups>\n";
  if (next) inside += fmt::format("    <NextToken>{}</NextToken>\n", state.repeats_token ? 0 : end);
  return result_of(call.action, inside);
}

HttpReply set_desired(AutoScalingState& state, const SeenCall& call) {
  auto* group = state.find(call.parameters.at("AutoScalingGroupName"));
  if (group == nullptr) return aws_error(400, "ValidationError", "AutoScalingGroup name not found");
  const auto count = static_cast<std::uint32_t>(std::stoul(call.parameters.at("DesiredCapacity")));
  if (count > group->max) {
    return aws_error(400,
                     "ValidationError",
                     fmt::format("New SetDesiredCapacity value {} is above max value {} for the "
                                 "AutoScalingGroup.",
                                 count,
                                 group->max));
  }
  if (count < group->min) {
    return aws_error(400,
                     "ValidationError",
                     fmt::format("New SetDesiredCapacity value {} is below min value {} for the "
                                 "AutoScalingGroup.",
                                 count,
                                 group->min));
  }
  group->desired = count;
  while (group->instances.size() > count) {
    const auto gone = group->instances.front();
    group->instances.erase(group->instances.begin());
    if (state.on_terminate) state.on_terminate(gone);
  }
  if (state.launches_at_once) state.launch_missing(*group);
  return result_of(call.action, "");
}

HttpReply terminate(AutoScalingState& state, const SeenCall& call) {
  const auto& id = call.parameters.at("InstanceId");
  const bool lowers = call.parameters.at("ShouldDecrementDesiredCapacity") == "true";
  for (auto& group : state.groups) {
    const auto found = std::ranges::find(group.instances, id, &DoubleInstance::id);
    if (found == group.instances.end()) continue;
    if (lowers && group.desired <= group.min)
      return aws_error(400, "ValidationError", "Currently, desiredSize equals minSize");
    if (lowers) --group.desired;
    const auto gone = *found;
    group.instances.erase(found);
    if (state.on_terminate) state.on_terminate(gone);
    return result_of(call.action,
                     "    <Activity><ActivityId>a1</ActivityId><Progress>0</Progress>"
                     "<StatusCode>InProgress</StatusCode></Activity>\n");
  }
  return aws_error(400, "ValidationError", "Instance Id not found - No managed instance found");
}

HttpReply describe_activities(const AutoScalingState& state, const SeenCall& call) {
  std::string inside = "    <Activities>\n";
  for (const auto& activity : state.activities) {
    if (activity.group != call.parameters.at("AutoScalingGroupName")) continue;
    inside += fmt::format(
        "<member><ActivityId>a</ActivityId><Description>Launching a new EC2 instance</Description>"
        "<Cause>a user request</Cause><StartTime>2026-11-22T00:00:00.000Z</StartTime>"
        "<EndTime>{}</EndTime><StatusCode>{}</StatusCode><StatusMessage>{}</StatusMessage>"
        "<Progress>100</Progress></member>\n",
        activity.end_time,
        activity.status_code,
        activity.status_message);
  }
  return result_of(call.action, inside + "    </Activities>\n");
}

HttpReply describe_instances(const AutoScalingState& state, const SeenCall& call) {
  std::string items;
  for (const auto& group : state.groups) {
    for (const auto& instance : group.instances) {
      const bool is_wanted = std::ranges::any_of(call.parameters, [&](const auto& parameter) {
        return parameter.first.starts_with("Filter.1.Value.") && parameter.second == instance.id;
      });
      if (!is_wanted) continue;
      items += fmt::format(
          "<item><reservationId>r-1</reservationId><groupSet/><instancesSet><item>"
          "<instanceId>{}</instanceId><instanceState><code>16</code><name>running</name>"
          "</instanceState><launchTime>{}</launchTime><privateIpAddress>{}</privateIpAddress>"
          "<networkInterfaceSet><item><privateIpAddress>192.0.2.1</privateIpAddress></item>"
          "</networkInterfaceSet></item></instancesSet></item>\n",
          instance.id,
          instance.launched,
          instance.ip);
    }
  }
  return xml(200,
             fmt::format("<DescribeInstancesResponse "
                         "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n"
                         "<requestId>8f7a</requestId>\n<reservationSet>\n{}</reservationSet>\n"
                         "</DescribeInstancesResponse>\n",
                         items));
}

HttpReply carry_out(AutoScalingState& state, const SeenCall& call) {
  if (call.action == "DescribeAutoScalingGroups") return describe_groups(state, call);
  if (call.action == "SetDesiredCapacity") return set_desired(state, call);
  if (call.action == "TerminateInstanceInAutoScalingGroup") return terminate(state, call);
  if (call.action == "DescribeScalingActivities") return describe_activities(state, call);
  if (call.action == "DescribeInstances") return describe_instances(state, call);
  return aws_error(400, "InvalidAction", "Could not find operation " + call.action);
}

HttpReply befallen(AutoScalingFault::Kind kind, HttpReply reply) {
  using Kind = AutoScalingFault::Kind;
  switch (kind) {
    case Kind::throttled:
      return aws_error(400, "Throttling", "Rate exceeded");
    case Kind::busy:
      return aws_error(400,
                       "ScalingActivityInProgress",
                       "Scaling activity 1 is in progress and blocks this action");
    case Kind::contended:
      return aws_error(500, "ResourceContention", "You already have a pending update");
    case Kind::denied:
      return aws_error(
          403, "UnauthorizedOperation", "You are not authorized to perform this operation");
    case Kind::expired_token:
      return aws_error(403, "ExpiredToken", "The security token included is expired");
    case Kind::html_500:
      return xml(500, "<html><body><h1>Internal Server Error</h1></body></html>");
    case Kind::empty_503:
      return xml(503, "");
    case Kind::cut:
      reply.delivery = Delivery::cut;
      return reply;
    case Kind::reset:
      reply.delivery = Delivery::reset;
      return reply;
  }
  return reply;
}

/// The service that an action belongs to, by its signing name.
std::string service_of(const std::string& action) {
  return action == "DescribeInstances" ? "ec2" : "autoscaling";
}

}  // namespace

DoubleGroup* AutoScalingState::find(const std::string& name) {
  const auto found = std::ranges::find(groups, name, &DoubleGroup::name);
  return found == groups.end() ? nullptr : &*found;
}

void AutoScalingState::launch_missing(DoubleGroup& group) {
  while (group.instances.size() < group.desired) {
    ++launched;
    group.instances.push_back(
        {.id = fmt::format("i-{:017x}", launched), .ip = fmt::format("10.1.0.{}", launched)});
    if (on_launch) on_launch(group.instances.back());
  }
}

AutoScalingDouble::AutoScalingDouble() {
  allow(access_key_id, {.secret = secret_access_key, .session_token = {}});
  auto server = HttpServer::listen("127.0.0.1:0",
                                   [this](const HttpRequest& request) { return answer(request); });
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(*server);
}

void AutoScalingDouble::allow(const std::string& id, Key key) {
  const std::scoped_lock lock(mutex_);
  keys_.insert_or_assign(id, std::move(key));
}

HttpReply AutoScalingDouble::answer(const HttpRequest& request) {
  const std::scoped_lock lock(mutex_);
  SeenCall call{.action = {}, .parameters = form_in(request.body)};
  call.action = call.parameters["Action"];
  const auto signer = signer_of(request);
  const auto key = keys_.find(signer.access_key_id);
  if (key == keys_.end()) {
    state_.refused.push_back("unknown key " + signer.access_key_id);
    return aws_error(403, "InvalidClientTokenId", "The security token included is invalid.");
  }
  auto mistake = signature_mistake(request, key->second.secret, key->second.session_token);
  if (signer.region != region || signer.service != service_of(call.action))
    mistake = "Credential should be scoped to another region or service";
  if (request.method != "POST" || request.target != "/") mistake = "not POST /";
  if (!mistake.empty()) {
    state_.refused.push_back(mistake);
    return aws_error(403, "SignatureDoesNotMatch", mistake);
  }
  state_.calls.push_back(call);
  const auto fault = std::ranges::find(state_.faults, call.action, &AutoScalingFault::action);
  if (fault == state_.faults.end()) return carry_out(state_, call);
  const auto what = *fault;
  state_.faults.erase(fault);
  HttpReply reply;
  reply.response.body = std::string(500, ' ');
  if (what.acts_first) reply = carry_out(state_, call);
  return befallen(what.kind, std::move(reply));
}

}  // namespace scale_fleet
