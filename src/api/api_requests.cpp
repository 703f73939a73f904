#include "api/api_requests.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/api/foresee.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/daemon/endpoints.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_shown = 100;

constexpr std::string_view in_request = " in request";  // Docker Scaler's words differ so.
constexpr std::string_view in_nothing = "";

/// By its name, however it is written; null where none is declared.
const KeptServiceStatus* find_kept(const std::vector<KeptServiceStatus>& all,
                                   const std::string& name) {
  const auto service = Service::parse(name);
  const auto found = std::ranges::find_if(all, [&](const KeptServiceStatus& kept) {
    return kept.service == name || (service && kept.service == service->display_name());
  });
  return found == all.end() ? nullptr : &*found;
}

/// What stands in the audit, and in decisions.
std::string who_asks(const HttpRequest& request, const ScaleWords& words) {
  if (words.is_alert)
    return words.alert_name.empty() ? "alert" : "alert " + printable(words.alert_name);
  return fmt::format("{} {}", request.method, request.target.substr(0, request.target.find('?')));
}

/// Whoever asked has to be told to ask otherwise; an alert's author doesn't read the answer.
bool is_a_mistake(const Refusal& refused) {
  return refused.status == 400 || refused.status == 403 || refused.status == 404;
}

void ignore(const ScaleWords& words, const HttpReplier& reply) {
  reply(api_reply(
      200,
      fmt::format("{}the alert is resolved: ignored",
                  words.service ? printable_start(*words.service, longest_shown) + ": " : "")));
}

}  // namespace

Accepted<const KeptServiceStatus*> find_allowed(const std::vector<KeptServiceStatus>& all,
                                                const std::string& name) {
  const auto shown = printable_start(name, longest_shown);
  const auto* kept = find_kept(all, name);
  if (kept == nullptr) return refusal(404, fmt::format("the file declares no {}", shown));
  if (!kept->frame->remote)
    return refusal(403, fmt::format("the file doesn't let {} be scaled from outside", shown));
  return kept;
}

void ApiRequests::refuse(const Refusal& refused, const HttpReplier& reply) const {
  if (is_a_mistake(refused)) parts_.on_bad_request({.message = refused.message});
  reply(api_reply(refused.status, refused.message));
}

void ApiRequests::refuse_nodes(const Refusal& refused, const HttpReplier& reply) const {
  if (is_a_mistake(refused))
    parts_.on_bad_request({.message = refused.message, .is_of_machines = true});
  reply(api_reply(refused.status, refused.message));
}

Accepted<ApiRequests::Status> ApiRequests::last_word() const {
  auto status = parts_.board.latest();
  if (status == nullptr) return refusal(503, "starting");
  return status;
}

Accepted<void> ApiRequests::ready(const DaemonStatus& status) const {
  if (status.is_dry_run) return refusal(409, "this daemon runs dry: it changes nothing");
  if (auto why = why_not_ready(&status, parts_.now())) return refusal(503, *std::move(why));
  if (!status.is_leader) return refusal(503, "another daemon leads: ask that one");
  return {};
}

void ApiRequests::ping(const HttpRequest&, const RequestTarget&, HttpReplier reply) {
  reply({.response = {.status = 200, .headers = {}, .body = {}}});
}

Accepted<KeptDemand> ApiRequests::demand_of(const HttpRequest& request,
                                            const ScaleWords& words,
                                            std::string_view where) const {
  const auto direction = direction_in(words, where);
  if (!direction) return tl::unexpected(direction.error());
  return KeptDemand{.service = {},
                    .demand = {.id = parts_.new_id(),
                               .asker = words.is_alert ? Asker::alert : Asker::program,
                               .asked_by = who_asks(request, words),
                               .direction = *direction,
                               .by = words.by},
                    .alerts = words.alerts,
                    .received = parts_.now()};
}

/// Replies once it is on the shelf, where anything has to be done.
void ApiRequests::hand_in(DemandDesk& desk,
                          const KeptServiceStatus& kept,
                          KeptDemand demand,
                          const HttpReplier& reply) {
  demand.service = kept.service;
  auto foreseen = foresee(kept, demand, desk.in_hand(demand), parts_.now());
  if (!foreseen) return refuse(foreseen.error(), reply);
  if (foreseen->at_bound != Direction::none) {
    parts_.on_bound({.service = kept.service,
                     .cloud = kept.cloud,
                     .direction = foreseen->at_bound,
                     .by = demand.demand.by.value_or(0),
                     .message = foreseen->message});
  }
  if (!foreseen->is_change) {
    reply(api_reply(200, foreseen->message));
    return;
  }
  const int accepted = demand.demand.count ? 202 : 200;
  desk.put(std::move(demand),
           [reply, accepted, message = std::move(foreseen->message)](const Outcome& stored) {
             return reply(stored ? api_reply(accepted, message)
                                 : api_reply(503, stored.error().message));
           });
}

void ApiRequests::scale_service(const HttpRequest& request,
                                const RequestTarget&,
                                HttpReplier reply) {
  const auto words = read_scale_words(request);
  if (!words) return refuse(words.error(), reply);
  if (words->is_resolved) return ignore(*words, reply);
  if (!words->service || words->service->empty())
    return refuse({.status = 400, .message = "No service name in request"}, reply);
  auto demand = demand_of(request, *words, in_request);
  if (!demand) return refuse(demand.error(), reply);
  const auto status = last_word();
  if (!status) return refuse(status.error(), reply);
  const auto kept = find_allowed((*status)->services, *words->service);
  if (!kept) return refuse(kept.error(), reply);
  if (const auto fine = ready(**status); !fine) return refuse(fine.error(), reply);
  hand_in(parts_.services, **kept, *std::move(demand), reply);
}

void ApiRequests::scale_nodes(const HttpRequest& request, const RequestTarget&, HttpReplier reply) {
  const auto words = read_scale_words(request);
  if (!words) return refuse_nodes(words.error(), reply);
  if (words->is_resolved) return ignore(*words, reply);
  auto demand = demand_of(request, *words, in_nothing);
  if (!demand) return refuse_nodes(demand.error(), reply);
  const auto status = last_word();
  if (!status) return refuse_nodes(status.error(), reply);
  const auto& groups = (*status)->nodes;
  if (groups.empty()) return refuse_nodes({404, "the file declares no nodes"}, reply);
  const auto type = words->type.value_or(groups.size() == 1 ? groups.front().service : "");
  const auto known = std::ranges::find(groups, type, &KeptServiceStatus::service);
  if (known == groups.end()) {
    std::vector<std::string> names;
    for (const auto& group : groups)
      names.push_back(group.service);
    return refuse_nodes({.status = 400,
                         .message = fmt::format("Incorrect node type: {}, type can only be {}",
                                                printable_start(type, longest_shown),
                                                fmt::join(names, " or "))},
                        reply);
  }
  if (!known->frame->remote) {
    return refuse_nodes({403, fmt::format("the file doesn't let {} be scaled from outside", type)},
                        reply);
  }
  if (const auto fine = ready(**status); !fine) return refuse_nodes(fine.error(), reply);
  hand_in(parts_.nodes, *known, *std::move(demand), reply);
}

void ApiRequests::reschedule_service(const HttpRequest&,
                                     const RequestTarget& target,
                                     HttpReplier reply) {
  const auto name = target.first("service");
  if (name.empty()) return refuse({400, "No service name in request"}, reply);
  const auto status = last_word();
  if (!status) return refuse(status.error(), reply);
  const auto shown = printable_start(name, longest_shown);
  const auto* kept = find_kept((*status)->services, name);
  if (kept == nullptr) return refuse({404, fmt::format("the file declares no {}", shown)}, reply);
  if (!kept->may_move)
    return refuse({403, fmt::format("the file doesn't let {} be rescheduled", shown)}, reply);
  if (const auto fine = ready(**status); !fine) return refuse(fine.error(), reply);
  parts_.reschedule({kept->service});
  reply(api_reply(200, fmt::format("Rescheduling service: {}", kept->service)));
}

void ApiRequests::reschedule_services(const HttpRequest&, const RequestTarget&, HttpReplier reply) {
  const auto status = last_word();
  if (!status) return refuse(status.error(), reply);
  if (const auto fine = ready(**status); !fine) return refuse(fine.error(), reply);
  std::vector<std::string> names;
  for (const auto& kept : (*status)->services) {
    if (kept.may_move) names.push_back(kept.service);
  }
  if (!names.empty()) parts_.reschedule(names);
  reply(api_reply(200,
                  names.empty()
                      ? std::string("No services to reschedule")
                      : fmt::format("Rescheduling services: {}", fmt::join(names, ", "))));
}

}  // namespace scale_fleet
