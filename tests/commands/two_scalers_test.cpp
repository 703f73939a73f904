#include <optional>

#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t more_than_any_scale_sends = 200;

/// Another scaler on the same cluster, with no lock that keeps it out.
class OtherScaler {
 public:
  explicit OtherScaler(ScaleWorld& world)
      : world_(world),
        http_(world.sandbox),
        fleet_(make_http_fleet_api({.http = http_,
                                    .clock = world.sandbox.clock,
                                    .stop = world.stop,
                                    .retry = {},
                                    .random = [] { return 0.5; },
                                    .on_retry = [](const std::string&) {}})) {}

  ScaleReport scale(const std::string& count) {
    const World world{.fleet = *fleet_,
                      .clock = world_.sandbox.clock,
                      .stop = world_.stop,
                      .progress = progress_};
    return ScaleCommand(world, {}).run({ScaleWorld::request(count)});
  }

 private:
  ScaleWorld& world_;
  SandboxHttpClient http_;
  RecordingProgress progress_;
  std::unique_ptr<FleetApi> fleet_;
};

struct Round {
  ScaleReport first;
  std::optional<ScaleReport> second;  ///< Empty where the first ended before that turn.
  std::size_t count_after_second = 0;
  std::size_t count = 0;
  bool first_looked_since = false;  ///< At the list of units, after the second one's end.
};

/// From 3 instances to one count, and at that turn of its requests, from start to end, another one
/// to another count.
Round play(const std::string& first, const std::string& second, std::size_t turn) {
  ScaleWorld world;
  world.sandbox.request_timeout = 1h;
  world.start_with(ScaleWorld::numbers(1, 3));
  OtherScaler other(world);
  Round round;
  std::size_t requests = 0;
  world.http.before_acting = [&](const HttpRequest& request) {
    if (++requests == turn) {
      round.second = other.scale(second);
      round.count_after_second = world.instances().size();
    }
    const bool is_look = request.method == "GET" && request.target.starts_with("/fleet/v1/units");
    if (requests >= turn && is_look) round.first_looked_since = true;
  };
  round.first = world.scale(first);
  round.count = world.instances().size();
  return round;
}

/// Whether the report tells what is so, given that there are `count` now.
bool is_true(const ScaleReport& report, std::size_t count) {
  const auto& service = report.services.front();
  const bool as_asked =
      service.status == ScaleStatus::converged || service.status == ScaleStatus::unchanged;
  return service.after == count && as_asked == (service.desired == count) &&
         (as_asked || service.status == ScaleStatus::overridden);
}

}  // namespace

TEST_CASE("The second look tells of another scaler, at whichever request it came between") {
  struct Row {
    std::string first;
    std::string second;
  };

  for (const auto& row : {Row{"8", "1"},
                          Row{"8", "5"},
                          Row{"8", "8"},
                          Row{"1", "6"},
                          Row{"1", "0"},
                          Row{"0", "3"},
                          Row{"3", "5"}}) {
    std::size_t overridden = 0;
    std::size_t turn = 1;
    for (; turn < more_than_any_scale_sends; ++turn) {
      const auto round = play(row.first, row.second, turn);
      if (!round.second) break;
      INFO("3 -> " << row.first << ", at its request " << turn << " another one -> " << row.second);
      const auto& service = round.first.services.front();
      INFO(to_string(service.status)
           << " after " << service.after.value_or(9999) << " of " << round.count);
      CHECK(is_true(*round.second, round.count_after_second));
      const auto seen = round.first_looked_since ? round.count : std::stoul(row.first);
      CHECK(is_true(round.first, seen));
      overridden += service.status == ScaleStatus::overridden ? 1U : 0U;
    }
    CHECK(turn > 2);
    CHECK(turn < more_than_any_scale_sends);
    CHECK((overridden > 0) == (row.first != row.second));
  }
}
