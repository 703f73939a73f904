#include "metrics/file_source.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const Metric queue{.source = FileMetric{.name = "queue"}};
const Metric load{.source = FileMetric{.name = "load"}, .per_instance = true};
const WallTime noon{Millis(1'763'726'400'000)};

using Points = std::vector<Reading::Point>;

}  // namespace

TEST_CASE("A line is a value of all together, of an instance, or bad") {
  struct Row {
    const char* line;
    std::optional<MetricLines::Value> value;
    std::size_t bad_lines;
  };

  using Value = MetricLines::Value;
  for (const auto& row : std::vector<Row>{
           {"m 5", Value{"", 5, {}}, 0},
           {"\t m   -5.5 # how deep it is\r", Value{"", -5.5, {}}, 0},
           {"m web@1.service 5", Value{"web@1.service", 5, {}}, 0},
           {"m web@1.service 5 1763726400", Value{"web@1.service", 5, noon}, 0},
           {"m web@1.service 5 2025-11-21T12:00:00Z", Value{"web@1.service", 5, noon}, 0},
           {"m 5 2025-11-21T12:00:00Z", Value{"", 5, noon}, 0},
           {"m 1 1763726400", Value{"1", 1'763'726'400, {}}, 0},
           {"", std::nullopt, 0},
           {"  # m 5", std::nullopt, 0},
           {"m", std::nullopt, 1},
           {"m five", std::nullopt, 1},
           {"m NaN", std::nullopt, 1},
           {"m web@1.service", std::nullopt, 1},
           {"m web@1.service 5 noon", std::nullopt, 1},
           {"m web@1.service 5 2025-11-21 12:00:00", std::nullopt, 1},
       }) {
    INFO(row.line);
    const auto lines = parse_metric_lines(row.line);
    CHECK(lines.bad_lines == row.bad_lines);
    REQUIRE(lines.by_name.size() == (row.value ? 1 : 0));
    if (row.value) CHECK(lines.by_name.at("m") == std::vector{*row.value});
  }
}

TEST_CASE("Of a value that stands twice in a file the first counts") {
  const auto lines = parse_metric_lines("m 1\nm a 2\nm 3\nm a 4\nm a 5 1\nn 6\n");
  CHECK(lines.bad_lines == 2);
  CHECK(lines.by_name.at("m").size() == 3);
  CHECK(lines.by_name.at("n").size() == 1);
}

TEST_CASE("A file's values are of the moment when they are taken, unless it says another") {
  const TemporaryFolder folder;
  const auto path =
      folder.write("metrics", "queue 7\nload a 1\nload b 2 1763726400\nbad\nother 1\n");
  FileSource source(path, {queue, load, queue});
  auto reading = source.take(noon + 1h);
  CHECK(reading.points == Points{{metric_key(load), "a", {noon + 1h, 1}},
                                 {metric_key(load), "b", {noon, 2}},
                                 {metric_key(queue), "", {noon + 1h, 7}}});
  CHECK(reading.failures.empty());
  CHECK(reading.bad_values == 1);
  reading = source.take(noon + 2h);
  CHECK(reading.points.size() == 3);
  CHECK(reading.points[0].sample.time == noon + 2h);
  CHECK(reading.bad_values == 0);
}

TEST_CASE("A file is read again when it has changed, and fails while it can't be read") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "metrics";
  FileSource source(path, {queue});
  auto reading = source.take(noon);
  REQUIRE(reading.failures.size() == 1);
  CHECK(reading.failures[0].why == "cannot read " + path.string() + ": No such file or directory");
  folder.write("metrics", "queue 1\n");
  CHECK(source.take(noon).points.at(0).sample.value == 1);
  folder.write("metrics", "queue 22\n");
  CHECK(source.take(noon).points.at(0).sample.value == 22);
  // Of the same size, by a rename, as a careful program writes it.
  std::filesystem::rename(folder.write("new", "queue 33\n"), path);
  CHECK(source.take(noon).points.at(0).sample.value == 33);
  std::filesystem::remove(path);
  CHECK(source.take(noon).points.empty());
  std::filesystem::create_directory(path);
  CHECK(source.take(noon).failures.at(0).why == path.string() + " is no plain file");
}

TEST_CASE("A metric without a line of its own kind fails, and says which line is missing") {
  const TemporaryFolder folder;
  const auto path = folder.write("metrics", "queue a 7\nload 1\n");
  const auto reading = FileSource(path, {queue, load}).take(noon);
  CHECK(reading.points.empty());
  REQUIRE(reading.failures.size() == 2);
  CHECK(reading.failures[0].why == path.string() + " has no line `load INSTANCE VALUE`");
  CHECK(reading.failures[1].why == path.string() + " has no line `queue VALUE`");
}
