#include <fmt/format.h>

#include "commands/release_ways.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Something that somebody does in the midst of a release, and how many instances it costs.
struct Meddling {
  const char* name;
  std::size_t cost;
  void (*act)(SandboxCluster&);
};

const std::vector<Meddling> all_meddlings{
    {"nothing", 0, [](SandboxCluster&) {}},
    {"destroys one that stands in",
     1,
     [](SandboxCluster& cluster) { cluster.delete_unit("my_app@6.service"); }},
    {"destroys the first",
     1,
     [](SandboxCluster& cluster) { cluster.delete_unit("my_app@1.service"); }},
    {"scales down", 1, [](SandboxCluster& cluster) { cluster.delete_unit("my_app@5.service"); }},
    {"creates one more",
     0,
     [](SandboxCluster& cluster) { cluster.put_unit("my_app@9.service", v1, JobState::launched); }},
    {"stops one",
     1,
     [](SandboxCluster& cluster) {
       cluster.set_desired_state("my_app@2.service", JobState::loaded);
     }},
    {"replaces one",
     1,
     [](SandboxCluster& cluster) { cluster.put_unit("my_app@2.service", v3, JobState::launched); }},
    {"destroys the mark",
     0,
     [](SandboxCluster& cluster) { cluster.delete_unit("my_app.release@.service"); }},
    {"destroys the template", 0, [](SandboxCluster& cluster) {
       cluster.delete_unit("my_app@.service");
     }}};

}  // namespace

TEST_CASE("Who meddles in a release isn't fought, and nobody else's units are touched") {
  const auto way = both_ways().front();
  for (const auto& meddling : all_meddlings) {
    std::map<std::string, int> endings;
    for (std::size_t turn = 1;; turn += 3 * sweep_stride) {
      INFO("at request " << turn << " somebody " << meddling.name);
      const auto world = quick_world(way, v1);
      for (const auto* bystander : {"my_app@blue.service", "my_app2@1.service"})
        world->sandbox.cluster.put_unit(bystander, v1, JobState::launched);
      world->sandbox.pass(1min);
      std::size_t seen = 0;
      world->http->before_acting = [&](const HttpRequest&) {
        if (++seen == turn) meddling.act(world->sandbox.cluster);
      };
      const auto report = world->release(way.request(v2), quick_options());
      if (seen < turn) break;
      world->http->before_acting = nullptr;
      INFO(message_of(report));
      ++endings[std::string(to_string(report.scale.status))];
      CHECK((report.scale.status == ScaleStatus::converged ||
             report.scale.status == ScaleStatus::overridden));
      CHECK((report.result == ReleaseResult::released || report.result == ReleaseResult::stopped));
      check_limits(*world, 5 - meddling.cost, 7);
      const auto again = world->release(way.request(v2), quick_options());
      INFO(message_of(again));
      CHECK_FALSE(again.scale.error);
      world->sandbox.pass(1min);
      const auto left = holdings_of(*world);
      CHECK_FALSE(left.contains("my_app.release@.service"));
      for (const auto* bystander : {"my_app@blue.service", "my_app2@1.service"})
        CHECK(left.at(bystander) == std::pair(v1, std::optional(JobState::launched)));
      CHECK(world->running(v2).size() == world->running().size());
      CHECK(world->running().size() >= 4);
      // One more that somebody created counts as wanted.
      check_limits(*world, 5 - meddling.cost, 8);
    }
    std::string words;
    for (const auto& [ending, count] : endings)
      words += fmt::format(" {} {}", count, ending);
    WARN("somebody " << meddling.name << ":" << words);
  }
}

TEST_CASE("A release interrupted at any request says how to go on, and goes on or back") {
  enum class Then { again, rollback, undo };
  for (const auto& way : both_ways()) {
    for (const auto then : {Then::again, Then::rollback, Then::undo}) {
      std::map<std::string, int> endings;
      for (std::size_t turn = 1;; turn += 2 * sweep_stride) {
        INFO(way.name << ", interrupted at request " << turn << ", then "
                      << static_cast<int>(then));
        const auto world = quick_world(way, v1);
        const auto before = holdings_of(*world);
        if (then == Then::undo) {
          world->asks_to_undo = [&] {
            world->stop.forget();
            return true;
          };
        }
        std::size_t seen = 0;
        world->http->before_acting = [&](const HttpRequest&) {
          if (++seen == turn) world->stop.raise();
        };
        const auto report = world->release(way.request(v2), quick_options());
        if (seen < turn) break;
        INFO(message_of(report));
        ++endings[std::string(to_string(report.result))];
        CHECK(report.scale.status == ScaleStatus::interrupted);
        REQUIRE(report.scale.error);
        check_truth(report, before, *world);
        check_limits(*world);
        if (report.result == ReleaseResult::stopped) {
          CHECK(report.signal == 2);
          CHECK(report.onward == "scale-fleet deploy");
          CHECK(report.back.starts_with("scale-fleet rollback "));
        }
        world->stop.forget();
        // Where all run the new text already, nobody is asked.
        const bool is_over = report.result == ReleaseResult::released;
        if (then == Then::undo && !is_over && report.result != ReleaseResult::not_begun) {
          CHECK(report.result == ReleaseResult::undone);
          CHECK(holdings_of(*world) == before);
        }
        const auto request = then == Then::again ? way.request(v2) : way.rollback();
        if (then != Then::undo || is_over) {
          const auto next = world->release(request, quick_options());
          INFO(message_of(next));
          const bool had_begun = report.result != ReleaseResult::not_begun;
          if (had_begun || then == Then::again) CHECK_FALSE(next.scale.error);
        }
        if (then == Then::again) {
          check_ends_at(*world, way.service, v2);
        } else {
          check_ends_at(*world, way.former, v1);
        }
        check_limits(*world);
      }
      std::string words;
      for (const auto& [ending, count] : endings)
        words += fmt::format(" {} {}", count, ending);
      WARN("interrupted, " << way.name << ":" << words);
    }
  }
}
