#include "scale_fleet/etcd/lease.hpp"

#include <stdexcept>

#include "etcd/fake_etcd.hpp"
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_stop_request.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

LeaseWish wish_of(const std::string& user) {
  return {.service = "my_app",
          .holder = {.pid = "1", .user = user, .token = "token-of-" + user, .command = "x"}};
}

using Attempt = Result<LockAttempt<std::unique_ptr<Lease>>>;
using Asked = std::vector<std::string>;

std::unique_ptr<Lease> won(Attempt attempt) {
  REQUIRE(attempt);
  REQUIRE(std::holds_alternative<std::unique_ptr<Lease>>(*attempt));
  return std::move(std::get<std::unique_ptr<Lease>>(*attempt));
}

std::string holder(const Attempt& attempt) {
  REQUIRE(attempt);
  REQUIRE(std::holds_alternative<LockHeld>(*attempt));
  return std::get<LockHeld>(*attempt).holder;
}

/// An etcd of two members and a clock that the test moves.
struct Cluster {
  FakeClock clock;
  FakeEtcd etcd{clock};
  EtcdServers servers = make_servers();

  EtcdServers make_servers() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(etcd.member("one"));
    members.push_back(etcd.member("two"));
    return EtcdServers(std::move(members));
  }

  Attempt attempt(const std::string& user) { return try_lease(servers, clock, wish_of(user)); }

  std::string value() { return etcd.key(lock_target) ? etcd.key(lock_target)->value : ""; }

  std::string value_of(const std::string& user) { return write_lock_holder(wish_of(user).holder); }
};

}  // namespace

TEST_CASE("A lease keeps others out, names its holder and ends with its object") {
  Cluster cluster;
  {
    const auto lease = won(cluster.attempt("alice"));
    CHECK(cluster.value() == cluster.value_of("alice"));
    CHECK(cluster.etcd.key(lock_target)->expires == cluster.clock.now() + 30s);
    CHECK(holder(cluster.attempt("bob")) == "pid 1 of alice (x)");
  }
  CHECK_FALSE(cluster.etcd.key(lock_target));
  won(cluster.attempt("bob"));
}

TEST_CASE("A lease without a token is a mistake of the program") {
  Cluster cluster;
  auto wish = wish_of("alice");
  wish.holder.token.clear();
  CHECK_THROWS_AS(try_lease(cluster.servers, cluster.clock, wish), std::invalid_argument);
}

TEST_CASE("A foreign text under the key is a holder without a name") {
  Cluster cluster;
  cluster.etcd.set(lock_target, {.value = "hello", .expires = cluster.clock.now() + 1h});
  CHECK(holder(cluster.attempt("bob")) == "a process that left no name");
}

TEST_CASE("A member that can't be reached is passed over, and left alone afterwards") {
  Cluster cluster;
  cluster.etcd.faults = {EtcdFault::not_connected};
  auto lease = won(cluster.attempt("alice"));
  CHECK(lease->release());
  CHECK(cluster.etcd.asked == Asked{"one PUT", "two PUT", "two DELETE"});
}

TEST_CASE("A lost reply to the request for a lease is looked into") {
  struct Row {
    const char* what;
    std::deque<EtcdFault> faults;
    bool taken;
    Asked asked;
  };

  for (const auto& row : {
           Row{"carried out", {EtcdFault::lost_reply}, true, {"one PUT", "two GET", "two PUT"}},
           Row{"not carried out",
               {EtcdFault::lost_request},
               true,
               {"one PUT", "two GET", "two PUT"}},
           Row{"a server in trouble",
               {EtcdFault::unavailable},
               true,
               {"one PUT", "two GET", "two PUT"}},
           Row{"never carried out",
               {EtcdFault::lost_request,
                EtcdFault::none,
                EtcdFault::lost_request,
                EtcdFault::none,
                EtcdFault::lost_request},
               false,
               {"one PUT", "two GET", "two PUT", "one GET", "one PUT", "two GET", "two DELETE"}},
           Row{"carried out, then nobody answers",
               {EtcdFault::lost_reply, EtcdFault::not_connected, EtcdFault::not_connected},
               false,
               {"one PUT", "two GET", "one GET", "two DELETE"}},
           Row{"carried out, but its end isn't known",
               {EtcdFault::lost_reply, EtcdFault::none, EtcdFault::unavailable},
               false,
               {"one PUT", "two GET", "two PUT", "one DELETE"}},
       }) {
    INFO(row.what);
    Cluster cluster;
    cluster.etcd.faults = row.faults;
    const auto attempt = cluster.attempt("alice");
    CHECK(cluster.etcd.asked == row.asked);
    CHECK(attempt.has_value() == row.taken);
    CHECK(cluster.value() == (row.taken ? cluster.value_of("alice") : ""));
    if (!row.taken) CHECK(attempt.error().kind == ErrorKind::unavailable);
  }
}

TEST_CASE("A lost reply doesn't make somebody else's lease ours") {
  Cluster cluster;
  const auto lease = won(cluster.attempt("alice"));
  cluster.etcd.faults = {EtcdFault::lost_reply};
  CHECK(holder(cluster.attempt("bob")) == "pid 1 of alice (x)");
  CHECK(cluster.value() == cluster.value_of("alice"));
}

TEST_CASE("A lease that ends while it is looked at is taken in the next round") {
  Cluster cluster;
  cluster.etcd.set(lock_target, {.value = "x", .expires = cluster.clock.now() + 1s});
  int requests = 0;
  cluster.etcd.before_request = [&] {
    if (++requests == 2) cluster.clock.advance(2s);
  };
  const auto lease = won(cluster.attempt("alice"));
  CHECK(cluster.etcd.asked == Asked{"one PUT", "one GET", "one PUT"});
}

TEST_CASE("What isn't an etcd with v2 keys, or says no, is an error of its own kind") {
  struct Row {
    std::deque<EtcdFault> faults;
    ErrorKind kind;
    const char* told;
  };

  for (const auto& row : {
           Row{{EtcdFault::not_etcd}, ErrorKind::refused, "--enable-v2"},
           Row{{EtcdFault::no_permission}, ErrorKind::refused, "user authentication"},
           Row{{EtcdFault::not_connected, EtcdFault::not_connected},
               ErrorKind::unavailable,
               "one: refused; two: refused"},
       }) {
    INFO(row.told);
    Cluster cluster;
    cluster.etcd.faults = row.faults;
    const auto attempt = cluster.attempt("alice");
    REQUIRE_FALSE(attempt);
    CHECK(attempt.error().kind == row.kind);
    CHECK(attempt.error().message.find(row.told) != std::string::npos);
    CHECK(attempt.error().message.find("one, two") != std::string::npos);
  }
}

TEST_CASE("A lease is refreshed when it is time to and not before") {
  Cluster cluster;
  const auto lease = won(cluster.attempt("alice"));
  CHECK(lease->next_refresh() == cluster.clock.now() + 10s);
  cluster.clock.advance(9s);
  CHECK(lease->refresh_if_due());
  CHECK(cluster.etcd.asked.size() == 1);
  for (int i = 0; i < 20; ++i) {
    cluster.clock.wait_until(lease->next_refresh());
    CHECK(lease->refresh_if_due());
    CHECK(cluster.etcd.key(lock_target)->expires == cluster.clock.now() + 30s);
  }
  CHECK(cluster.etcd.asked.size() == 21);
}

TEST_CASE("A refresh that fails is tried again each second, at the other member") {
  Cluster cluster;
  const auto lease = won(cluster.attempt("alice"));
  for (const auto fault : {EtcdFault::lost_request,
                           EtcdFault::lost_reply,
                           EtcdFault::unavailable,
                           EtcdFault::not_etcd}) {
    cluster.clock.wait_until(lease->next_refresh());
    cluster.etcd.faults = {fault};
    const auto failed_at = cluster.clock.now();
    CHECK(lease->refresh_if_due());
    CHECK(lease->next_refresh() == failed_at + 1s);
    cluster.clock.wait_until(lease->next_refresh());
    CHECK(lease->refresh_if_due());
    CHECK(lease->next_refresh() == failed_at + 11s);
  }
  CHECK(cluster.etcd.asked == Asked{"one PUT",
                                    "one PUT",
                                    "two PUT",
                                    "two PUT",
                                    "one PUT",
                                    "one PUT",
                                    "two PUT",
                                    "two PUT",
                                    "two PUT"});
}

TEST_CASE("A lease that can't be refreshed is lost before etcd forgets it") {
  Cluster cluster;
  const auto lease = won(cluster.attempt("alice"));
  const auto start = cluster.clock.now();
  Outcome refreshed;
  while (refreshed) {
    cluster.clock.wait_until(lease->next_refresh());
    cluster.etcd.faults = {EtcdFault::not_connected, EtcdFault::not_connected};
    refreshed = lease->refresh_if_due();
    REQUIRE(cluster.clock.now() < start + 30s);
  }
  CHECK(cluster.clock.now() == start + 25s);
  CHECK(refreshed.error().kind == ErrorKind::precondition);
  CHECK(refreshed.error().message.find("one: refused") != std::string::npos);
}

TEST_CASE("A lease is lost, for good and in time, when nobody refreshed it") {
  Cluster cluster;
  const auto lease = won(cluster.attempt("alice"));
  cluster.clock.advance(25s);
  const auto refreshed = lease->refresh_if_due();
  REQUIRE_FALSE(refreshed);
  CHECK(refreshed.error().kind == ErrorKind::precondition);
  CHECK(lease->refresh_if_due().error() == refreshed.error());
  CHECK(lease->release().error() == refreshed.error());
  CHECK(cluster.etcd.asked.size() == 1);
}

TEST_CASE("A lease that ended or was taken over is lost and isn't removed") {
  Cluster cluster;
  auto lease = won(cluster.attempt("alice"));
  std::string told;
  SECTION("removed") {
    cluster.etcd.remove(lock_target);
    told = "it ended";
  }
  SECTION("taken over") {
    cluster.etcd.set(lock_target, {.value = "bob", .expires = cluster.clock.now() + 1h});
    told = "somebody else";
  }
  const auto value = cluster.value();
  cluster.clock.advance(10s);
  const auto refreshed = lease->refresh_if_due();
  REQUIRE_FALSE(refreshed);
  CHECK(refreshed.error().kind == ErrorKind::precondition);
  CHECK(refreshed.error().message.find(told) != std::string::npos);
  lease.reset();
  CHECK(cluster.value() == value);
}

TEST_CASE("Giving a lease back is done once, and what went wrong is told") {
  struct Row {
    const char* what;
    std::deque<EtcdFault> faults;
    std::optional<ErrorKind> error;
  };

  for (const auto& row : {
           Row{"at once", {}, std::nullopt},
           Row{"a lost reply", {EtcdFault::lost_reply}, std::nullopt},
           Row{"a lost request", {EtcdFault::lost_request}, std::nullopt},
           Row{"the other member", {EtcdFault::not_connected}, std::nullopt},
           Row{"nobody answers",
               {EtcdFault::lost_request, EtcdFault::lost_request},
               ErrorKind::unavailable},
       }) {
    INFO(row.what);
    Cluster cluster;
    const auto lease = won(cluster.attempt("alice"));
    cluster.etcd.faults = row.faults;
    const auto released = lease->release();
    CHECK(released.has_value() == !row.error.has_value());
    if (row.error) CHECK(released.error().kind == row.error);
    CHECK(cluster.etcd.key(lock_target).has_value() == row.error.has_value());
    const auto requests = cluster.etcd.asked.size();
    CHECK(lease->release());
    CHECK(cluster.etcd.asked.size() == requests);
  }
}

TEST_CASE("A lease that ended before it was given back is told as lost") {
  Cluster cluster;
  const auto lease = won(cluster.attempt("alice"));
  cluster.clock.advance(31s);
  const auto released = lease->release();
  REQUIRE_FALSE(released);
  CHECK(released.error().kind == ErrorKind::precondition);
}

TEST_CASE("Waiting for a lease ends in it, at the limit or with a stop") {
  Cluster cluster;
  FakeStopRequest stop{cluster.clock};
  const auto began = cluster.clock.now();
  std::vector<std::string> told;
  cluster.etcd.set(
      lock_target,
      {.value = write_lock_holder(wish_of("bob").holder), .expires = cluster.clock.now() + 20s});
  const auto wait = [&](Duration limit) {
    return wait_for_lease(
        cluster.servers,
        wish_of("alice"),
        {.clock = cluster.clock,
         .stop = stop,
         .limit = limit,
         .on_waiting = [&](const LockHeld& held) { told.push_back(held.holder); }});
  };
  SECTION("until the other's ends") {
    CHECK(wait(1min));
    CHECK(cluster.clock.now() - began == 20s);
    CHECK(told == std::vector<std::string>{"pid 1 of bob (x)"});
  }
  SECTION("to the limit") {
    const auto lease = wait(5s);
    REQUIRE_FALSE(lease);
    CHECK(lease.error().kind == ErrorKind::precondition);
    CHECK(lease.error().message ==
          "cannot get the lease of my_app in etcd: held by pid 1 of bob (x); waited 5 s");
  }
  SECTION("a stop") {
    int requests = 0;
    cluster.etcd.before_request = [&] {
      if (++requests == 3) stop.raise(2);
    };
    const auto lease = wait(1min);
    REQUIRE_FALSE(lease);
    CHECK(lease.error().kind == ErrorKind::interrupted);
    CHECK(cluster.clock.now() - began < 5s);
  }
}
