#include <algorithm>
#include <memory>

#include "scale_fleet/fleet/unit_hash.hpp"
#include "support/applier_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

struct Replacing {
  const char* name;
  UnitOptions options;  ///< That the unit shall have; empty for those it has.
  bool stop_first = false;
  bool takes_new_options = true;
};

const std::vector<Replacing> all_kinds{
    {.name = "a replacement", .options = new_options()},
    {.name = "a replacement that stops first", .options = new_options(), .stop_first = true},
    {.name = "a restart", .options = {}, .stop_first = true},
    {.name = "a replacement on an old Fleet", .options = new_options(), .takes_new_options = false},
    {.name = "a replacement that stops first, on an old Fleet",
     .options = new_options(),
     .stop_first = true,
     .takes_new_options = false}};

/// One replacement of one of two instances, in a world of its own.
class Run {
 public:
  explicit Run(const Replacing& replacing)
      : replacing_(replacing),
        world_(std::make_unique<ApplierWorld>(
            SandboxSettings{.takes_new_options = replacing.takes_new_options})) {
    world_->start_with({1, 2});
    REQUIRE(world_->fleet->machines());  // From now on a refused connection is a restart of fleetd.
    before_ = world_->http.requests().size();
  }

  ApplierWorld& world() { return *world_; }

  Change apply() {
    auto step = replacing(1, replacing_.options);
    step.stop_first = replacing_.stop_first;
    return world_->apply({step}).at(0);
  }

  std::size_t requests() const { return world_->http.requests().size() - before_; }

  bool is_as_wanted() {
    return world_->options_of(1) == wanted() && world_->wanted_state(1) == JobState::launched;
  }

  /// Whether what the change says is what became of the unit.
  void check_truth(const Change& change) {
    const auto message = change.error ? change.error->message : std::string();
    INFO(message);
    const auto says = [&](const char* words) { return message.find(words) != std::string::npos; };
    const auto options = world_->options_of(1);
    const auto state = world_->wanted_state(1);
    CHECK(world_->options_of(2) == plain_options());
    CHECK(world_->wanted_state(2) == JobState::launched);
    if (change.result == StepResult::done) {
      CHECK_FALSE(change.error);
      CHECK(is_as_wanted());
      return;
    }
    if (change.result == StepResult::skipped) {
      CHECK(options == plain_options());
      CHECK(state == JobState::launched);
      return;
    }
    REQUIRE(change.result == StepResult::failed);
    REQUIRE(change.error);
    // A write without a clear answer may have been carried out, and its error says as much.
    const bool is_clear = change.error->kind == ErrorKind::refused || says("stays so") ||
                          message.ends_with(": interrupted by a signal");
    if (says("stays so") && is_clear) CHECK(state == JobState::loaded);
    if (says("was destroyed, to be")) {
      if (is_clear) CHECK(options.empty());
    } else if (says("isn't known")) {
      CHECK(state == JobState::launched);
    } else if (is_clear) {
      CHECK(options == plain_options());
    }
  }

  /// The same again, undisturbed, gets there.
  void check_repair() {
    CHECK(apply().result == StepResult::done);
    CHECK(is_as_wanted());
    check_running();
    if (!replacing_.stop_first) return;
    const auto lived = world_->lived(1);
    REQUIRE(lived.size() >= 3);
    CHECK(Words(lived.end() - 2, lived.end()) == Words{"activating", "active"});
  }

  /// It comes up with its text, and the other instance has never been touched.
  void check_running() {
    world_->live(1min);
    REQUIRE(world_->row(1));
    CHECK(world_->row(1)->active == "active");
    CHECK(world_->row(1)->hash == unit_hash(wanted()));
    CHECK(world_->lived(2) == Words{"active"});
  }

 private:
  UnitOptions wanted() const {
    return replacing_.options.empty() ? plain_options() : replacing_.options;
  }

  Replacing replacing_;
  std::unique_ptr<ApplierWorld> world_;
  std::size_t before_ = 0;
};

std::size_t requests_of(const Replacing& kind) {
  Run undisturbed(kind);
  REQUIRE(undisturbed.apply().result == StepResult::done);
  return undisturbed.requests();
}

}  // namespace

TEST_CASE("One fault in passing, at any request of a replacement, is outlasted") {
  for (const auto& kind : all_kinds) {
    const auto requests = requests_of(kind);
    CHECK(requests >= 2);
    for (std::size_t turn = 1; turn <= requests; turn += sweep_stride) {
      for (const auto* fault : {"refused",
                                "reset",
                                "reset-after",
                                "close",
                                "close-after",
                                "delay=60000",
                                "status=500",
                                "status=502,html",
                                "unavailable-for=20",
                                "cut",
                                "garbage"}) {
        INFO(kind.name << ", " << fault << " at request " << turn);
        Run run(kind);
        run.world().inject("*:*:" + std::to_string(turn) + ":" + fault);
        const auto change = run.apply();
        CHECK(run.world().http.faults() > 0);
        CHECK(change.result == StepResult::done);
        run.check_truth(change);
        run.check_running();
      }
    }
  }
}

TEST_CASE("A lasting fault of a replacement is told truly, and the same again repairs it") {
  for (const auto& kind : all_kinds) {
    const auto requests = requests_of(kind);
    for (std::size_t turn = 1; turn <= requests; turn += sweep_stride) {
      for (const auto* fault : {"refused",
                                "reset",
                                "reset-after",
                                "status=500",
                                "status=400,no",
                                "redirect",
                                "status=200,html",
                                "cut"}) {
        INFO(kind.name << ", " << fault << " from request " << turn << " on");
        Run run(kind);
        const auto from = turn == 1 ? std::string("*") : ">" + std::to_string(turn - 1);
        run.world().inject("*:*:" + from + ":" + fault);
        const auto change = run.apply();
        CHECK(run.world().http.faults() > 0);
        CHECK(change.result == StepResult::failed);
        run.check_truth(change);
        run.world().sandbox.faults = FaultPlan(std::vector<Fault>{});
        run.check_repair();
      }
    }
  }
}

TEST_CASE("A fault of one request alone is told truly, and the same again repairs it") {
  // What Fleet, or what stands before it, says for good: nothing repeats it.
  for (const auto& kind : all_kinds) {
    const auto requests = requests_of(kind);
    for (std::size_t turn = 1; turn <= requests; turn += sweep_stride) {
      for (const auto* fault : {"status=400,no", "redirect", "status=200,html"}) {
        INFO(kind.name << ", " << fault << " at request " << turn);
        Run run(kind);
        run.world().inject("*:*:" + std::to_string(turn) + ":" + fault);
        const auto change = run.apply();
        CHECK(run.world().http.faults() == 1);
        CHECK(change.result == StepResult::failed);
        run.check_truth(change);
        run.check_repair();
      }
    }
  }
}

TEST_CASE("A signal at any request of a replacement begins nothing more and is told") {
  for (const auto& kind : all_kinds) {
    const auto requests = requests_of(kind);
    for (std::size_t turn = 1; turn <= requests; turn += sweep_stride) {
      for (const bool is_answered : {true, false}) {
        INFO(kind.name << ", a signal at request " << turn << ", answered: " << is_answered);
        Run run(kind);
        auto& world = run.world();
        std::size_t seen = 0;
        std::size_t writes = 0;
        if (!is_answered) world.inject("*:*:" + std::to_string(turn) + ":reset-after");
        world.http.before_acting = [&](const HttpRequest&) {
          if (++seen != turn) return;
          world.stop.raise();
          writes = world.writes().size();
        };
        const auto change = run.apply();
        CHECK(world.writes().size() == writes);
        run.check_truth(change);
        if (change.result == StepResult::failed) {
          CHECK((change.error->kind == ErrorKind::interrupted ||
                 change.error->kind == ErrorKind::unavailable));
        } else {
          // Only what ended with this very request is done.
          CHECK(change.result == StepResult::done);
          CHECK(turn == requests);
        }
        world.http.before_acting = nullptr;
        world.stop.raise_at(TimePoint::max());
        run.check_repair();
      }
    }
  }
}

TEST_CASE("A signal before a replacement leaves everything as it is") {
  for (const auto& kind : all_kinds) {
    INFO(kind.name);
    Run run(kind);
    run.world().stop.raise();
    const auto change = run.apply();
    CHECK(change.result == StepResult::skipped);
    CHECK(run.requests() == 0);
    run.check_truth(change);
  }
}
