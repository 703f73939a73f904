#include "scale_fleet/etcd/lease.hpp"

#include <fmt/format.h>

#include "etcd/key_request.hpp"

namespace scale_fleet {
namespace {

/// For giving it back: nobody waits longer for something that ends by itself.
constexpr auto patience_at_release = std::chrono::seconds(5);

}  // namespace

Lease::Lease(EtcdServers& servers, const Clock& clock, Terms terms)
    : servers_(servers),
      clock_(clock),
      terms_(std::move(terms)),
      valid_until_(terms_.since + terms_.times.ttl),
      next_refresh_(terms_.since + terms_.times.refresh_every) {}

Lease::~Lease() {
  [[maybe_unused]] const auto ends_by_itself_else = release();
}

Error Lease::lost_because(const std::string& how) const {
  return {
      .kind = ErrorKind::precondition,
      .message = fmt::format(
          "lost the lease {} in etcd ({}): {}", terms_.target, servers_.display_endpoints(), how)};
}

Outcome Lease::lose(const std::string& how) {
  lost_ = lost_because(how);
  return tl::unexpected(*lost_);
}

Outcome Lease::refresh_if_due() {
  if (lost_) return tl::unexpected(*lost_);
  const auto sent = clock_.now();
  if (sent < next_refresh_) return {};
  const auto give_up = usable_until();
  if (sent >= give_up) return lose(last_failure_);

  const auto request = refresh_key(terms_.target, terms_.value, terms_.times.ttl);
  const auto reply = read_key_reply(servers_.ask(request, clock_, give_up));
  switch (reply.answer) {
    case KeyAnswer::done:
      valid_until_ = sent + terms_.times.ttl;
      next_refresh_ = sent + terms_.times.refresh_every;
      return {};
    case KeyAnswer::missing:
      return lose("it ended, or somebody removed it");
    case KeyAnswer::differs:
      return lose("somebody else has it now");
    case KeyAnswer::unreachable:
    case KeyAnswer::unclear:
    case KeyAnswer::refused:  // Perhaps by something in between, for the moment.
      break;
  }
  last_failure_ = "it could not be refreshed: " + reply.message;
  const auto now = clock_.now();
  if (now >= give_up) return lose(last_failure_);
  next_refresh_ = now + terms_.times.retry_every;
  return {};
}

Outcome Lease::release() {
  if (lost_) return tl::unexpected(*lost_);
  if (released_) return {};
  released_ = true;
  const auto until = clock_.now() + patience_at_release;
  const auto request = remove_key(terms_.target, terms_.value);
  bool perhaps_removed = false;
  KeyReply reply;
  for (int attempt = 0; attempt < 2; ++attempt) {
    reply = read_key_reply(servers_.ask(request, clock_, until));
    switch (reply.answer) {
      case KeyAnswer::done:
        return {};
      case KeyAnswer::missing:
      case KeyAnswer::differs:
        if (perhaps_removed) return {};
        return lose("it ended before it was given back");
      case KeyAnswer::unclear:
        perhaps_removed = true;
        break;
      case KeyAnswer::unreachable:
      case KeyAnswer::refused:
        break;
    }
  }
  return failure(ErrorKind::unavailable,
                 fmt::format("cannot give back the lease {} in etcd ({}): {}; it ends by itself "
                             "within {} s",
                             terms_.target,
                             servers_.display_endpoints(),
                             reply.message,
                             terms_.times.ttl.count()));
}

}  // namespace scale_fleet
