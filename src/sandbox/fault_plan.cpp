#include "scale_fleet/sandbox/fault_plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sandbox/replies.hpp"
#include "scale_fleet/fleet/page_token.hpp"
#include "scale_fleet/http/request_target.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"

namespace scale_fleet {
namespace {

/// `*` stands for any characters, slashes too; everything else for itself.
bool wildcard_matches(std::string_view pattern, std::string_view text) {
  // A mismatch is mended at the last star alone: going back to earlier ones would find nothing
  // more, and take ages.
  constexpr auto none = std::string_view::npos;
  std::size_t at = 0;
  std::size_t in_text = 0;
  std::size_t star = none;
  std::size_t taken_by_star = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken_by_star = in_text;
    } else if (at < pattern.size() && pattern[at] == text[in_text]) {
      ++at;
      ++in_text;
    } else if (star != none) {
      at = star + 1;
      in_text = ++taken_by_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == none;
}

bool befalls(const Fault& fault, const HttpRequest& request) {
  if (!wildcard_matches(fault.method, request.method)) return false;
  const auto target = parse_target(request.target);
  auto text = target ? target->path : request.target;
  if (target && fault.path.find('?') != std::string::npos) text += "?" + target->raw_query;
  if (wildcard_matches(fault.path, text)) return true;
  constexpr std::array<std::string_view, 2> prefixes = {"/fleet/v1", "/v1-alpha"};
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) {
    return text.starts_with(prefix) &&
           wildcard_matches(fault.path, std::string_view(text).substr(prefix.size()));
  });
}

/// `reply`, a page of a list, with a token that leads to this page again.
HttpReply repeat_token(HttpReply reply, const HttpRequest& request) {
  auto body = nlohmann::json::parse(reply.response.body, nullptr, false);
  if (!body.is_object() || !body.contains("nextPageToken")) return reply;
  const auto target = parse_target(request.target);
  const auto asked = target ? target->first("nextPageToken") : std::string{};
  if (!asked.empty()) {
    body["nextPageToken"] = asked;
  } else if (body.size() > 1) {
    // The first page: its length is the limit that its token holds.
    const auto& items = body.begin().key() == "nextPageToken" ? std::next(body.begin()).value()
                                                              : body.begin().value();
    body["nextPageToken"] = write_page_token(static_cast<std::uint16_t>(items.size()), 1);
  }
  reply.response.body = body.dump();
  return reply;
}

HttpReply delivered(HttpReply reply, Delivery delivery) {
  reply.delivery = delivery;
  return reply;
}

HttpReply plain_reply(int status, std::string_view content_type, std::string body) {
  HttpReply reply = empty_reply(status);
  reply.response.headers.emplace_back("Content-Type", std::string(content_type));
  reply.response.body = std::move(body);
  return reply;
}

HttpReply from_fleetd(HttpReply reply) {
  reply.response.headers.emplace_back("Server", "fleetd/v1.0.0");
  return reply;
}

HttpReply redirect_reply() {
  auto reply = plain_reply(301, "text/html; charset=utf-8", "<a href=\"/login\">Moved</a>.\n");
  reply.response.headers.emplace_back("Location", "/login");
  return reply;
}

HttpReply html_reply(int status) {
  return plain_reply(status,
                     "text/html; charset=utf-8",
                     fmt::format("<html><body><h1>{}</h1></body></html>\n", status));
}

}  // namespace

FaultPlan::FaultPlan(std::vector<Fault> faults) {
  for (auto& fault : faults)
    add(std::move(fault));
}

void FaultPlan::add(Fault fault) {
  entries_.push_back({.fault = std::move(fault), .turns = 0});
}

std::optional<Fault> FaultPlan::next(const HttpRequest& request, TimePoint now) {
  if (unavailable_until_ && now < *unavailable_until_) {
    return Fault{.kind = FaultKind::unavailable};
  }
  std::optional<Fault> due;
  for (auto& [fault, turns] : entries_) {
    if (!befalls(fault, request)) continue;
    ++turns;
    if (due || turns < fault.first_turn || turns > fault.last_turn) continue;
    due = fault;
    if (fault.kind == FaultKind::unavailable) {
      unavailable_until_ = now + fault.duration;
      fault.last_turn = 0;
    }
  }
  return due;
}

HttpReply reply_with_fault(const Fault& fault,
                           const HttpRequest& request,
                           TimePoint now,
                           const FleetHandler& handler) {
  switch (fault.kind) {
    case FaultKind::status:
      return from_fleetd(error_reply(fault.status, fault.message));
    case FaultKind::html:
      return html_reply(fault.status);
    case FaultKind::redirect:
      return redirect_reply();
    case FaultKind::refused:
    case FaultKind::reset:
      return delivered({}, Delivery::reset);
    case FaultKind::close:
      return delivered({}, Delivery::closed);
    case FaultKind::close_after:
      return delivered(handler(request, now), Delivery::closed);
    case FaultKind::reset_after:
      return delivered(handler(request, now), Delivery::reset);
    case FaultKind::cut:
      return delivered(handler(request, now), Delivery::cut);
    case FaultKind::garbage:
      return delivered(handler(request, now), Delivery::garbage);
    case FaultKind::repeat_token:
      return repeat_token(handler(request, now), request);
    case FaultKind::unavailable:
      return etcd_unavailable_reply();
    case FaultKind::delay:
      break;
  }
  auto reply = handler(request, now);
  reply.delay += fault.duration;
  return reply;
}

FaultyApi::FaultyApi(FleetHandler handler, FaultPlan plan)
    : handler_(std::move(handler)), plan_(std::move(plan)) {}

HttpReply FaultyApi::handle(const HttpRequest& request, TimePoint now) {
  const auto fault = plan_.next(request, now);
  return fault ? reply_with_fault(*fault, request, now, handler_) : handler_(request, now);
}

}  // namespace scale_fleet
