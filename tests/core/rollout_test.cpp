#include "scale_fleet/core/rollout.hpp"

#include "core/rollout_sides.hpp"
#include "core/rollout_words.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

/// Every batch up to the end, if all goes well.
Result<std::vector<RolloutBatch>> all_batches(const RolloutGoal& goal, RolloutLook look) {
  std::vector<RolloutBatch> batches;
  for (;;) {
    auto batch = next_batch(goal, look);
    if (!batch) return tl::unexpected(batch.error());
    if (batch->is_end) return batches;
    make_well(batch->renewed, look.service);
    carry_out(batch->steps, look.service);
    if (look.outgoing) carry_out(batch->steps, *look.outgoing);
    for (const auto& step : batch->steps)
      look.restarted.insert(step.unit);
    if (!batch->steps.empty()) batches.push_back(std::move(*batch));
  }
}

std::string all_in_short(const RolloutGoal& goal, const RolloutLook& look) {
  const auto batches = all_batches(goal, look);
  if (!batches) return "error: " + batches.error().message;
  std::vector<std::string> texts;
  for (const auto& batch : *batches)
    texts.push_back(in_short(batch));
  return fmt::format("{}", fmt::join(texts, " | "));
}

}  // namespace

TEST_CASE("A rollout in place renews instances in steps, and never has too few or too many") {
  struct Row {
    const char* name;
    std::vector<std::string> instances;
    RolloutLimits limits;
    const char* batches;
  };

  const std::vector<std::string> three{"1a", "2a", "3a"};
  for (const auto& row : {
           Row{"one more, none fewer",
               three,
               {},
               "create 4 | replace 1 | replace 2 | replace 3 | destroy 4"},
           Row{"one fewer",
               three,
               {.surge = 0, .unavailable = 1},
               "replace 1 | replace 2 | replace 3"},
           Row{"one more and one fewer",
               three,
               {.surge = 1, .unavailable = 1},
               "replace 1, create 4 | replace 2, replace 3 | destroy 4"},
           Row{"many more",
               three,
               {.surge = 9},
               "create 4, create 5, create 6 | replace 1, replace "
               "2, replace 3 | destroy 4, destroy 5, destroy 6"},
           Row{"all at once",
               three,
               {.surge = 0, .unavailable = 3},
               "replace 1, replace 2, replace 3"},
           Row{"one that failed goes first, for nothing is lost",
               {"1a", "2a", "3a!"},
               {},
               "replace 3, create 4 | replace 1 | replace 2 | destroy 4"},
           Row{"all that failed at once",
               {"1a!", "2a!", "3a!"},
               {},
               "replace 1, replace 2, replace 3"},
           Row{"one that its machine is about to restart counts for nobody",
               {"1a", "2a", "3a~", "4b"},
               {.surge = 1},
               "replace 3 | replace 1 | replace 2 | destroy 4"},
           Row{"what an earlier run has begun is waited for, not given up",
               {"1a", "2a", "3a", "4b!"},
               {},
               "replace 1 | replace 2 | replace 3 | destroy 4"},
           Row{"one that has its text, likewise",
               {"1b!", "2a", "3a", "4a"},
               {.surge = 1},
               "replace 2 | replace 3 | destroy 4"},
           Row{"a canary is one more",
               three,
               {.canary = 1},
               "create 4 (canary) | replace 1 | replace 2 | replace 3 | destroy 4"},
           Row{"two canaries, of which one is one more",
               three,
               {.canary = 2},
               "create 4 | replace 1 (canary) | replace 2 | replace 3 | destroy 4"},
           Row{"a canary with none more",
               three,
               {.surge = 0, .unavailable = 2, .canary = 1},
               "replace 1 (canary) | replace 2, replace 3"},
           Row{"taken up half-way",
               {"1b", "2a", "3a", "4b"},
               {},
               "replace 2 | replace 3 | destroy 4"},
           Row{"taken up at the end", {"1b", "2b", "3b", "4b"}, {}, "destroy 4"},
           Row{"one with its text that isn't launched", {"1b", "2b-", "3b"}, {}, "launch 2"},
           Row{"done", {"1b", "2b", "3b"}, {}, ""},
           Row{"the new ones have to become well first",
               {"1b!", "2a", "3a"},
               {},
               "create 4 | replace 2 | replace 3 | destroy 4"},
           Row{"two too few", {"1b"}, {}, "create 2, create 3"},
           Row{"a spare that only has to go needn't become well",
               {"1b", "2b", "3b", "4b!"},
               {},
               "destroy 4"},
           Row{"fewer than before: those beyond stand in for the others",
               {"1a", "2a", "3a", "4a", "5a"},
               {},
               "replace 1, replace 2 | replace 3, destroy 4 | destroy 5"},
       }) {
    CAPTURE(row.name);
    const RolloutLook look{
        .service = cluster("my_app", row.instances), .outgoing = {}, .restarted = {}};
    CHECK(all_in_short(to_b({1, 2, 3}, row.limits), look) == row.batches);
  }
}

TEST_CASE("A rollout beside the former service starts one and removes one in turn") {
  struct Row {
    const char* name;
    std::vector<std::string> instances;
    std::vector<std::string> outgoing;
    RolloutLimits limits;
    const char* batches;
  };

  const std::vector<std::string> three{"1a", "2a", "3a"};
  for (const auto& row :
       {Row{"one more, none fewer",
            {},
            three,
            {},
            "create 1 | destroy old1 | create 2 | destroy old2 | create 3 | destroy old3"},
        Row{"one fewer, none more",
            {},
            three,
            {.surge = 0, .unavailable = 1},
            "destroy old1 | create 1 | destroy old2 | create 2 | destroy old3 | create 3"},
        Row{"all at once",
            {},
            three,
            {.surge = 3},
            "create 1, create 2, create 3 | destroy old1, "
            "destroy old2, destroy old3"},
        Row{"those that failed go at once",
            {},
            {"1a!", "2a", "3a"},
            {},
            "create 1, destroy old1 | create 2 | destroy old2 | create 3 | destroy old3"},
        Row{"two canaries",
            {},
            three,
            {.canary = 2},
            "create 1 | destroy old1 | create 2 (canary) | destroy old2 | create 3 | destroy old3"},
        Row{"taken up half-way",
            {"1b", "2b"},
            {"2a", "3a"},
            {},
            "destroy old2 | create 3 | destroy old3"},
        Row{"without canaries it would wait for ever",
            {},
            three,
            {.surge = 0, .unavailable = 0},
            "error: nothing of my_app can be changed: 3 of 3 instances are healthy, at least 3 "
            "must be, and no more than 3 may exist"}}) {
    CAPTURE(row.name);
    const RolloutLook look{.service = cluster("my_app", row.instances),
                           .outgoing = cluster("old", row.outgoing),
                           .restarted = {}};
    CHECK(all_in_short(to_b({1, 2, 3}, row.limits), look) == row.batches);
  }
}

TEST_CASE("A restart replaces every instance once, stopping it first, and keeps its text") {
  RolloutGoal goal{.service = *Service::parse("my_app"),
                   .wanted = {{1, shared_text("a")}, {2, shared_text("b")}},
                   .spare_text = shared_text("a"),
                   .restarts = true};
  const RolloutLook look{
      .service = cluster("my_app", {"1a", "2b"}), .outgoing = {}, .restarted = {}};
  CHECK(all_in_short(goal, look) == "create 3 | stop+replace 1 | stop+replace 2 | destroy 3");
}
