#include <fmt/format.h>

#include "commands/release_ways.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// What a killed process doesn't come back from.
/// Where a process is killed: at its so many-th write, before or after that has acted.
struct Kill {
  std::size_t write = 0;
  bool acts = false;
};

std::string describe(const Kill& kill) {
  return fmt::format("killed {} write {}", kill.acts ? "after" : "before", kill.write);
}

/// Runs a command that is killed there; whether it got so far. Time passes then, and the next
/// command comes from a new process.
bool is_killed(ReleaseWorld& world,
               const ReleaseRequest& request,
               const Kill& kill,
               Duration absence = 1min) {
  std::size_t writes = 0;
  const auto strike = [&](bool has_acted) {
    return [&, has_acted](const HttpRequest& seen) {
      if (!is_write(seen)) return;
      if (!has_acted) ++writes;
      if (writes == kill.write && has_acted == kill.acts) throw Killed{};
    };
  };
  world.http->before_acting = strike(false);
  world.http->after_acting = strike(true);
  bool was_killed = false;
  try {
    world.release(request, quick_options());
  } catch (const Killed&) {
    was_killed = true;
  }
  world.connect();
  world.sandbox.pass(absence);
  return was_killed;
}

/// Tries every kill of a command, each in a world of its own, until it is no longer reached; how
/// many there were.
template <typename Try>
std::size_t at_every_write(const Try& attempt) {
  std::size_t kills = 0;
  for (std::size_t write = 1;; write += sweep_stride) {
    for (const bool acts : {false, true}) {
      const Kill kill{.write = write, .acts = acts};
      INFO(describe(kill));
      if (!attempt(kill)) return kills;
      ++kills;
    }
  }
}

bool has_mark(ReleaseWorld& world) {
  return std::ranges::any_of(world.units(), [](const std::string& name) {
    return name.find(".release@.") != std::string::npos;
  });
}

void check_succeeds(ReleaseWorld& world, const ReleaseRequest& request) {
  const auto report = world.release(request, quick_options());
  INFO(message_of(report));
  CHECK_FALSE(report.scale.error);
}

/// Ended at that version, and never out of bounds.
void check_whole(ReleaseWorld& world, const std::string& service, const UnitOptions& text) {
  check_ends_at(world, service, text);
  check_limits(world);
}

}  // namespace

TEST_CASE("A release killed at any write is taken up by the same command") {
  for (const auto& way : both_ways()) {
    for (const Duration absence : {Duration(0), Duration(1min)}) {
      INFO(way.name << ", absence " << absence.count());
      const auto kills = at_every_write([&](const Kill& kill) {
        const auto world = quick_world(way, v1);
        if (!is_killed(*world, way.request(v2), kill, absence)) return false;
        check_succeeds(*world, way.request(v2));
        check_whole(*world, way.service, v2);
        check_succeeds(*world, way.rollback());
        check_whole(*world, way.former, v1);
        return true;
      });
      WARN("a release " << way.name << ", killed at its writes: " << kills << " kills");
    }
  }
}

TEST_CASE("A release killed at any write is rolled back") {
  for (const auto& way : both_ways()) {
    for (const Duration absence : {Duration(0), Duration(1min)}) {
      INFO(way.name << ", absence " << absence.count());
      const auto kills = at_every_write([&](const Kill& kill) {
        const auto world = quick_world(way, v1);
        if (!is_killed(*world, way.request(v2), kill, absence)) return false;
        const auto report = world->release(way.rollback(), quick_options());
        INFO(message_of(report));
        // Before the former version is kept nothing has been changed.
        const bool has_begun = kill.write > 1 || kill.acts;
        CHECK(report.scale.error.has_value() != has_begun);
        check_whole(*world, way.former, v1);
        return true;
      });
      WARN("a release " << way.name << ", killed and rolled back: " << kills << " kills");
    }
  }
}

TEST_CASE("A rollback killed at any write is taken up by the same command") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto kills = at_every_write([&](const Kill& kill) {
      const auto world = quick_world(way, v1);
      check_succeeds(*world, way.request(v2));
      if (!is_killed(*world, way.rollback(), kill)) return false;
      // At its end it is over, and the next one leads forth again.
      if (!has_mark(*world)) return true;
      check_succeeds(*world, way.rollback());
      check_whole(*world, way.former, v1);
      // And forth again, from where the rollback has kept it.
      auto forth = way.rollback();
      forth.service = *Service::parse(way.former);
      check_succeeds(*world, forth);
      check_whole(*world, way.service, v2);
      return true;
    });
    WARN("a rollback " << way.name << ", killed at its writes: " << kills << " kills");
  }
}

TEST_CASE("A release and its rollback, both killed, are rolled back") {
  for (const auto& way : both_ways()) {
    std::size_t both = 0;
    for (const std::size_t first : {4U, 6U}) {
      both += at_every_write([&](const Kill& kill) {
        INFO(way.name << ", the release killed after write " << first);
        const auto world = quick_world(way, v1);
        REQUIRE(is_killed(*world, way.request(v2), {.write = first, .acts = true}));
        if (!is_killed(*world, way.rollback(), kill)) return false;
        check_succeeds(*world, way.rollback());
        check_whole(*world, way.former, v1);
        return true;
      });
    }
    WARN("a release and its rollback killed, " << way.name << ": " << both << " kills");
  }
}

TEST_CASE("A release that fails and is killed at any write goes on with a good text, or back") {
  for (const auto& way : both_ways()) {
    for (const bool goes_on : {true, false}) {
      INFO(way.name << (goes_on ? ", then a good text" : ", then rolled back"));
      const auto kills = at_every_write([&](const Kill& kill) {
        const auto world = quick_world(way, v1);
        if (!is_killed(*world, way.request(failing), kill)) return false;
        const auto report =
            world->release(goes_on ? way.request(v2) : way.rollback(), quick_options());
        INFO(message_of(report));
        if (goes_on) {
          CHECK_FALSE(report.scale.error);
          check_whole(*world, way.service, v2);
          // Back is to the last version that was whole.
          check_succeeds(*world, way.rollback());
        }
        check_whole(*world, way.former, v1);
        return true;
      });
      WARN("a release that fails " << way.name << ", killed at its writes: " << kills << " kills");
    }
  }
}

TEST_CASE("A restart killed at any write is started again") {
  const Way way = both_ways().front();
  const ReleaseRequest request{
      .kind = ReleaseKind::restart, .service = *Service::parse(way.service), .replaces = {}};
  const auto kills = at_every_write([&](const Kill& kill) {
    const auto world = quick_world(way, v1);
    if (!is_killed(*world, request, kill)) return false;
    check_succeeds(*world, request);
    check_whole(*world, way.service, v1);
    return true;
  });
  WARN("a restart killed at its writes: " << kills << " kills");
}
