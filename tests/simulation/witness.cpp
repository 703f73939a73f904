#include "simulation/witness.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

/// More than any run needs: one that sends more has no end.
constexpr std::size_t most_requests = 30'000;

UnitOptions options_in(const nlohmann::json& body) {
  UnitOptions options;
  for (const auto& option : body.value("options", nlohmann::json::array())) {
    options.push_back({.section = option.value("section", ""),
                       .name = option.value("name", ""),
                       .value = option.value("value", "")});
  }
  return options;
}

bool is_write(const HttpRequest& request) {
  return request.method != "GET";
}

bool is_list_of_units(const HttpRequest& request) {
  return request.target == "/fleet/v1/units" || request.target.starts_with("/fleet/v1/units?");
}

/// Whether a write has made another of `was`: what Fleet does by itself doesn't count.
bool differs(const std::optional<Unit>& was, const std::optional<Unit>& is) {
  if (was.has_value() != is.has_value()) return true;
  return was && (was->options != is->options || was->desired_state != is->desired_state);
}

}  // namespace

std::string unit_of(const HttpRequest& request) {
  constexpr std::string_view folder = "/fleet/v1/units/";
  if (!request.target.starts_with(folder)) return {};
  return percent_decoded(std::string_view(request.target).substr(folder.size())).value_or("");
}

Witness::Witness(const Scenario& scenario, SandboxWorld& sandbox, const SandboxHttpClient& http)
    : scenario_(scenario),
      sandbox_(sandbox),
      http_(http),
      is_alone_(scenario.meddling.empty()),
      is_steady_(scenario.meddling.empty() && scenario.at_rest && !scenario.machine_loss_after),
      keeps_templates_(std::ranges::none_of(scenario.meddling, [](const Meddling& meddling) {
        return is_template_name(meddling.unit);
      })) {
  for (const auto& wish : scenario.wishes)
    truths_.push_back(truth_of(sandbox.cluster, wish));
}

void Witness::complain(const std::string& what) {
  violations_.push_back(what);
}

const std::set<InstanceCount>& Witness::counts_listed(const Service& service) {
  return counts_listed_[service.display_name()];
}

const ServiceTruth* Witness::owner_of(const std::string& unit) const {
  for (const auto& truth : truths_) {
    const bool is_ours =
        unit == truth.service.template_name() || instance_number(truth.service, unit);
    if (is_ours) return &truth;
  }
  return nullptr;
}

void Witness::before_acting(const HttpRequest& request) {
  if (http_.requests().size() > most_requests) throw std::runtime_error("the command has no end");
  if (!is_write(request)) return;
  const auto name = unit_of(request);
  unit_before_ = sandbox_.cluster.unit(name);
  const auto parallel = static_cast<std::size_t>(scenario_.options.parallel);
  if (http_.in_flight() + 1 > parallel) complain("more requests at once than --parallel");
  if (scenario_.options.dry_run) complain("a dry run changes " + name);
  const auto* truth = owner_of(name);
  if (truth == nullptr) return complain(request.method + " of a foreign unit: " + name);
  if (request.method == "PUT") {
    check_put(*truth, name, request);
  } else if (request.method == "DELETE") {
    check_delete(*truth, name);
  } else {
    complain("a request that Fleet doesn't know: " + request.method);
  }
}

void Witness::check_put(const ServiceTruth& truth,
                        const std::string& unit,
                        const HttpRequest& request) {
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  if (!body.is_object()) return complain("a PUT without JSON: " + request.body);
  for (const auto& [key, value] : body.items()) {
    if (key != "desiredState" && key != "options") complain("a PUT with a foreign key: " + key);
  }
  const auto word = body.value("desiredState", std::string());
  const auto state = parse_job_state(word);
  if (!state) return complain("a state that is none of the three words: " + word);
  if (!body.contains("options")) return check_put_of_state(truth, unit, word);
  check_put_of_options(
      truth, unit, *state == JobState::launched, options_in(body) == truth.options);
}

void Witness::check_put_of_options(const ServiceTruth& truth,
                                   const std::string& unit,
                                   bool is_launch,
                                   bool has_right_options) {
  traces_[unit].actions.insert("create");
  const auto number = instance_number(truth.service, unit);
  if (is_launch != number.has_value()) complain(unit + " is created with the wrong state");
  if (keeps_templates_ && !has_right_options)
    complain(unit + " is created with other lines than the template's");
  if (!is_alone_) return;
  if (number && !truth.to_create.contains(*number)) complain(unit + " is not to be created");
  if (!number && truth.template_options) complain("the template is overwritten");
}

void Witness::check_put_of_state(const ServiceTruth& truth,
                                 const std::string& unit,
                                 const std::string& state) {
  const auto number = instance_number(truth.service, unit);
  if (!number) return complain("the template's state is set");
  traces_[unit].actions.insert(state == "launched" ? "launch" : "stop");
  if (state == "inactive") complain(unit + " is set to inactive, which unloads it ungracefully");
  if (!is_steady_) return;
  if (state == "launched" && !truth.to_launch.contains(*number))
    complain(unit + " is not to be launched");
  if (state == "loaded" && !truth.to_destroy.contains(*number))
    complain(unit + " is not to be stopped");
}

void Witness::check_delete(const ServiceTruth& truth, const std::string& unit) {
  traces_[unit].actions.insert("destroy");
  const auto number = instance_number(truth.service, unit);
  if (!number) return complain("the template is destroyed");
  if (!is_steady_) return;
  if (!truth.to_destroy.contains(*number)) return complain(unit + " is not to be destroyed");
  const auto index = static_cast<std::size_t>(&truth - truths_.data());
  const auto rule = scenario_.wishes[index].stop_first;
  const bool stops_first =
      rule == StopFirst::always ||
      (rule == StopFirst::automatic && has_stop_actions(truth.instances.at(*number).options));
  if (stops_first && has_process(sandbox_.cluster, unit))
    complain(unit + " is destroyed before it has stopped");
}

void Witness::after_acting(const HttpRequest& request) {
  if (is_list_of_units(request)) {
    for (const auto& truth : truths_) {
      counts_listed_[truth.service.display_name()].insert(
          count_in(sandbox_.cluster, truth.service));
    }
  }
  const auto name = unit_of(request);
  const auto* truth = name.empty() ? nullptr : owner_of(name);
  if (truth == nullptr) return;
  const auto unit = sandbox_.cluster.unit(name);
  auto& trace = traces_[name];
  const auto state = is_template_name(name) ? JobState::inactive : JobState::launched;
  trace.was_gone |= sandbox_.cluster.condition(name) == RecordCondition::missing;
  trace.was_launched |= unit && unit->desired_state == JobState::launched;
  trace.was_as_created |= unit && unit->desired_state == state &&
                          (!keeps_templates_ || unit->options == truth->options);
  if (!is_write(request)) return;
  counts_listed_[truth->service.display_name()].clear();
  trace.was_changed |= differs(unit_before_, unit);
  if (is_alone_) check_counts();
}

void Witness::check_counts() {
  for (const auto& truth : truths_) {
    const auto count = count_in(sandbox_.cluster, truth.service);
    if (count > std::max(truth.before(), truth.desired)) complain("too many instances");
    if (count < std::min(truth.before(), truth.desired)) complain("too few instances");
  }
}

}  // namespace scale_fleet
