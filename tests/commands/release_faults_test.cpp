#include <fmt/format.h>

#include "commands/release_ways.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::size_t requests_of(const Way& way) {
  const auto world = quick_world(way, v1);
  REQUIRE(world->release(way.request(v2), quick_options()).result == ReleaseResult::released);
  check_limits(*world);
  return world->http->requests().size();
}

Fault fault(const std::string& words) {
  return *parse_fault("*:*:*:" + words);
}

}  // namespace

TEST_CASE("One fault in passing, at any request of a release, is outlasted") {
  const std::vector<std::string> kinds{
      "refused", "reset", "reset-after", "status=500", "delay=60000", "cut"};
  for (const auto& way : both_ways()) {
    const auto requests = requests_of(way);
    std::size_t runs = 0;
    for (std::size_t turn = 1; turn <= requests; turn += sweep_stride) {
      const auto& kind = kinds[turn % kinds.size()];
      INFO(way.name << ", " << kind << " at request " << turn);
      const auto world = quick_world(way, v1);
      const auto before = holdings_of(*world);
      world->sandbox.faults.add(*parse_fault(fmt::format("*:*:{}:{}", turn, kind)));
      const auto report = world->release(way.request(v2), quick_options());
      CHECK(world->http->faults() == 1);
      CHECK(report.result == ReleaseResult::released);
      check_truth(report, before, *world);
      check_ends_at(*world, way.service, v2);
      check_limits(*world);
      ++runs;
    }
    WARN("one fault in passing, " << way.name << ": " << runs << " runs of " << requests
                                  << " requests");
  }
}

TEST_CASE("A release each of whose requests fails once and succeeds then is released") {
  for (const auto& way : both_ways()) {
    for (const auto* kind : {"refused", "reset", "reset-after", "status=500", "cut"}) {
      INFO(way.name << ", " << kind);
      const auto world = quick_world(way, v1);
      const auto before = holdings_of(*world);
      std::map<std::string, bool> has_failed;
      world->http->other_fault = [&](const HttpRequest& request) -> std::optional<Fault> {
        auto& is_repetition = has_failed[request.method + request.target + request.body];
        is_repetition = !is_repetition;
        if (is_repetition) return fault(kind);
        return std::nullopt;
      };
      const auto report = world->release(way.request(v2), quick_options());
      CHECK(report.result == ReleaseResult::released);
      check_truth(report, before, *world);
      check_ends_at(*world, way.service, v2);
      check_limits(*world);
      WARN("every request disturbed by " << kind << ", " << way.name << ": "
                                         << world->http->faults() << " faults");
    }
  }
}

TEST_CASE("A lasting fault, from any request of a release on, is told truly and repaired") {
  struct Row {
    const char* name;
    const char* kind;
    bool (*befalls)(const HttpRequest&);
  };

  const std::vector<Row> rows{
      {"the server is gone", "refused", [](const HttpRequest&) { return true; }},
      {"writes fail", "status=500", is_write},
      {"/state fails", "status=500", [](const HttpRequest& request) {
         return request.target.find("/state") != std::string::npos;
       }}};
  for (const auto& way : both_ways()) {
    const auto requests = requests_of(way);
    std::size_t first = 0;
    for (const auto& row : rows) {
      ++first;
      std::map<std::string, int> endings;
      bool goes_on = false;
      // Each kind at other requests: all at all of them would take minutes.
      for (std::size_t turn = first; turn <= requests; turn += 5 * sweep_stride) {
        goes_on = !goes_on;
        INFO(way.name << ", " << row.name << " from request " << turn << " on, then "
                      << (goes_on ? "the same command again" : "a rollback"));
        const auto world = quick_world(way, v1);
        const auto before = holdings_of(*world);
        std::size_t seen = 0;
        world->http->other_fault = [&](const HttpRequest& request) -> std::optional<Fault> {
          if (++seen >= turn && row.befalls(request)) return fault(row.kind);
          return std::nullopt;
        };
        const auto report = world->release(way.request(v2), quick_options());
        ++endings[std::string(to_string(report.result))];
        if (world->http->faults() > 0) {
          INFO((report.scale.error ? report.scale.error->message : "no error"));
          const bool is_fine = report.scale.status == ScaleStatus::converged;
          CHECK(is_fine != report.scale.error.has_value());
        }
        check_truth(report, before, *world);
        check_limits(*world);
        world->connect();
        world->sandbox.pass(1min);
        check_limits(*world);
        if (goes_on) {
          const auto again = world->release(way.request(v2), quick_options());
          INFO((again.scale.error ? again.scale.error->message : "no error"));
          CHECK_FALSE(again.scale.error);
          check_ends_at(*world, way.service, v2);
        } else {
          const auto back = world->release(way.rollback(), quick_options());
          INFO((back.scale.error ? back.scale.error->message : "no error"));
          const bool had_begun =
              report.result == ReleaseResult::released || report.result == ReleaseResult::stopped;
          if (had_begun) CHECK_FALSE(back.scale.error);
          check_ends_at(*world, way.former, v1);
        }
        check_limits(*world);
      }
      std::string words;
      for (const auto& [ending, count] : endings)
        words += fmt::format(" {} {}", count, ending);
      WARN("from any request on " << row.name << ", " << way.name << ":" << words);
    }
  }
}
