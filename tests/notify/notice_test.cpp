#include "scale_fleet/notify/notice.hpp"

#include <set>

#include "scale_fleet/core/wall_time_text.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("An event's id is its moment and a random number") {
  struct Row {
    WallTime time;
    std::uint32_t random;
    const char* id;
  };

  for (const auto& row :
       std::vector<Row>{{WallTime{}, 0, "00000000000-00000000"},
                        {WallTime{255ms}, 0x89abcdef, "000000000ff-89abcdef"},
                        {*parse_wall_time("2026-11-22T08:15:30.123Z"), 7, "1a20253194b-00000007"},
                        {*parse_wall_time("2200-01-01T00:00:00Z"), 1, "699e991a800-00000001"}}) {
    CAPTURE(row.id);
    CHECK(event_id(row.time, row.random) == row.id);
  }
}

TEST_CASE("Ids differ within a millisecond, and sort by the time") {
  RandomSource draw(1);
  std::set<std::string> ids;
  for (int count = 0; count < 1'000; ++count)
    ids.insert(
        event_id(WallTime{1'795'000'000s}, static_cast<std::uint32_t>(draw.below(1ULL << 32U))));
  CHECK(ids.size() == 1'000);
  CHECK(*ids.rbegin() < event_id(WallTime{1'795'000'000s + 1ms}, 0));
}

TEST_CASE("A stamp changes the time and the id, and nothing that was said") {
  const Notice said{.alertname = AlertName::scale_nodes,
                    .service = "aws",
                    .request = "Scale nodes",
                    .status = NoticeStatus::error,
                    .summary = "no"};
  const WallTime time{1s};
  auto expected = said;
  expected.time = time;
  expected.event_id = event_id(time, 3);
  CHECK(stamped(said, time, 3) == expected);
}
