#include <stdexcept>

#include <fmt/format.h>

#include "etcd/key_request.hpp"
#include "scale_fleet/etcd/lease.hpp"

namespace scale_fleet {
namespace {

constexpr auto poll_interval = std::chrono::seconds(1);
/// Each further one means that an unclear request wasn't carried out, or that a lease ended
/// between our trying to make it and looking whose it is.
constexpr int most_rounds = 3;

/// One attempt to take a lease, which may need several requests.
class Attempt {
 public:
  using Ended = Result<LockAttempt<std::unique_ptr<Lease>>>;

  Attempt(EtcdServers& servers, const Clock& clock, const LeaseWish& wish)
      : servers_(servers),
        clock_(clock),
        terms_{.target = lease_target(wish.service),
               .value = write_lock_holder(wish.holder),
               .times = wish.times,
               .since = clock.now()} {}

  Ended run() {
    KeyReply made;
    for (int round = 0; round < most_rounds; ++round) {
      made = ask(create_key(terms_.target, terms_.value, terms_.times.ttl));
      switch (made.answer) {
        case KeyAnswer::done:
          return won();
        case KeyAnswer::unreachable:
        case KeyAnswer::refused:
          return failed(made);
        case KeyAnswer::unclear:
          perhaps_made_ = true;
          break;
        case KeyAnswer::missing:
        case KeyAnswer::differs:
          break;
      }
      if (auto ended = look(made)) return std::move(*ended);
    }
    if (perhaps_made_) return failed(made);
    return LockHeld{.holder = "a process that has just let go of it"};
  }

 private:
  KeyReply ask(const HttpRequest& request) {
    terms_.since = clock_.now();
    return read_key_reply(servers_.ask(request, clock_, terms_.since + terms_.times.ttl));
  }

  /// Whose the key is now; nothing where there is none, so that it is worth another round.
  std::optional<Ended> look(const KeyReply& made) {
    const auto found = ask(read_key(terms_.target));
    switch (found.answer) {
      case KeyAnswer::done:
        if (found.value == terms_.value) return confirm();
        return LockHeld{.holder = describe(read_lock_holder(found.value.value_or("")))};
      case KeyAnswer::missing:
        return std::nullopt;
      case KeyAnswer::unclear:
      case KeyAnswer::unreachable:
      case KeyAnswer::differs:
      case KeyAnswer::refused:
        break;
    }
    return failed(made.answer == KeyAnswer::unclear ? made : found);
  }

  /// The key is ours, by a request whose reply was lost: begin its time anew, to know its end.
  std::optional<Ended> confirm() {
    const auto refreshed = ask(refresh_key(terms_.target, terms_.value, terms_.times.ttl));
    switch (refreshed.answer) {
      case KeyAnswer::done:
        return won();
      case KeyAnswer::missing:
      case KeyAnswer::differs:
        return std::nullopt;
      case KeyAnswer::unclear:
      case KeyAnswer::unreachable:
      case KeyAnswer::refused:
        break;
    }
    perhaps_made_ = true;
    return failed(refreshed);
  }

  /// The last request began the key's time to live, no earlier than it was sent.
  Ended won() { return std::make_unique<Lease>(servers_, clock_, terms_); }

  Ended failed(const KeyReply& reply) {
    if (perhaps_made_) ask(remove_key(terms_.target, terms_.value));
    const bool for_good = reply.answer == KeyAnswer::refused;
    return failure(for_good ? ErrorKind::refused : ErrorKind::unavailable,
                   fmt::format("cannot take the lease {} in etcd ({}): {}",
                               terms_.target,
                               servers_.display_endpoints(),
                               reply.message));
  }

  EtcdServers& servers_;
  const Clock& clock_;
  Lease::Terms terms_;
  bool perhaps_made_ = false;
};

}  // namespace

Result<LockAttempt<std::unique_ptr<Lease>>> try_lease(EtcdServers& servers,
                                                      const Clock& clock,
                                                      const LeaseWish& wish) {
  if (wish.holder.token.empty()) throw std::invalid_argument("a lease needs a token");
  return Attempt(servers, clock, wish).run();
}

Result<std::unique_ptr<Lease>> wait_for_lease(EtcdServers& servers,
                                              const LeaseWish& wish,
                                              const LockPatience& patience) {
  return wait_for_lock<std::unique_ptr<Lease>>(
      fmt::format("the lease of {} in etcd", wish.service), patience, poll_interval, [&] {
        return try_lease(servers, patience.clock, wish);
      });
}

}  // namespace scale_fleet
