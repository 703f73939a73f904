#include "scale_fleet/daemon/event_file.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "scale_fleet/daemon/event_tail.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

Event numbered_event(int number) {
  return {.time = WallTime(Millis(1'795'248'900'000 + number)),
          .kind = EventKind::launch,
          .service = "worker",
          .before = 2,
          .after = 3,
          .units = {},
          .asked_by = "file",
          .reason = std::to_string(number)};
}

std::uint64_t line_bytes() {
  return event_line(numbered_event(1)).size();
}

/// What each line that `tail` has next says: its number, or `?` where it is no event.
std::vector<std::string> next_reasons(EventTail& tail) {
  std::vector<std::string> reasons;
  const auto read = tail.read([&](std::string_view line) {
    const auto event = parse_event_line(line);
    reasons.push_back(event ? event->reason : "?");
  });
  CHECK(read);
  return reasons;
}

std::vector<std::string> all_reasons(const EventFilePlace& place) {
  EventTail tail(place);
  return next_reasons(tail);
}

void record_all(EventFile& file, int first, int last) {
  for (int number = first; number <= last; ++number)
    REQUIRE(file.record(numbered_event(number)));
}

/// Files of this process may not grow beyond so many bytes; a write is told so, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    former_action_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &former_);
    auto limit = former_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    ::signal(SIGXFSZ, former_action_);
  }

 private:
  struct rlimit former_ {};

  void (*former_action_)(int) = nullptr;
};

using Reasons = std::vector<std::string>;

}  // namespace

TEST_CASE("events are appended, in a folder and a file that are made for them") {
  const TemporaryFolder folder;
  const EventFilePlace place{.path = folder.path() / "state/events.jsonl"};
  EventFile file(place);
  record_all(file, 1, 2);
  EventFile after_restart(place);
  record_all(after_restart, 3, 3);
  CHECK(TemporaryFolder::read(place.path) == event_line(numbered_event(1)) +
                                                 event_line(numbered_event(2)) +
                                                 event_line(numbered_event(3)));
  const auto rights = std::filesystem::status(place.path).permissions();
  CHECK((static_cast<unsigned>(rights) & 07) == 0);
}

TEST_CASE("a file is rotated before a line makes it too long, and so many are kept") {
  const auto [keep, expected] = GENERATE(table<int, Reasons>({
      {0, {"9"}},
      {1, {"7", "8", "9"}},
      {3, {"3", "4", "5", "6", "7", "8", "9"}},
      {9, {"1", "2", "3", "4", "5", "6", "7", "8", "9"}},
  }));
  const TemporaryFolder folder;
  const EventFilePlace place{
      .path = folder.path() / "events.jsonl", .max_bytes = 2 * line_bytes(), .keep = keep};
  EventFile file(place);
  record_all(file, 1, 9);
  CAPTURE(keep);
  CHECK(all_reasons(place) == expected);
  for (int number = 1; number <= keep && number <= 4; ++number)
    CHECK(std::filesystem::file_size(rotated_path(place.path, number)) == 2 * line_bytes());
  CHECK_FALSE(std::filesystem::exists(rotated_path(place.path, keep + 1)));
}

TEST_CASE("a line longer than the file may be is written all the same") {
  const TemporaryFolder folder;
  const EventFilePlace place{.path = folder.path() / "events.jsonl", .max_bytes = 1, .keep = 2};
  EventFile file(place);
  record_all(file, 1, 3);
  CHECK(all_reasons(place) == Reasons{"1", "2", "3"});
}

TEST_CASE("a full disk is an error that may pass, and the next line is whole") {
  const TemporaryFolder folder;
  const EventFilePlace place{.path = folder.path() / "events.jsonl"};
  EventFile file(place);
  record_all(file, 1, 1);
  {
    const FullDisk full(line_bytes() + 10);
    const auto torn = file.record(numbered_event(2));
    REQUIRE_FALSE(torn);
    CHECK(torn.error().kind == ErrorKind::unavailable);
    CHECK(holds(torn.error().message, "events.jsonl"));
    CHECK_FALSE(file.record(numbered_event(3)));
  }
  record_all(file, 4, 5);
  CHECK(all_reasons(place) == Reasons{"1", "?", "4", "5"});
}

TEST_CASE("what is no plain file is left alone") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "events.jsonl";

  SECTION("a folder") {
    std::filesystem::create_directory(path);
  }
  SECTION("a pipe, which nobody waits for") {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  }
  SECTION("a link") {
    std::filesystem::create_symlink("/dev/null", path);
  }
  EventFile file({.path = path});
  const auto recorded = file.record(numbered_event(1));
  REQUIRE_FALSE(recorded);
  CHECK(recorded.error().kind == ErrorKind::refused);
}

TEST_CASE("two processes append to one file, and no line is torn or lost over many rotations") {
  constexpr int lines_of_each = 300;
  const TemporaryFolder folder;
  const EventFilePlace place{
      .path = folder.path() / "events.jsonl", .max_bytes = 10 * line_bytes(), .keep = 1'000};
  std::vector<pid_t> children;
  for (int child = 0; child < 2; ++child) {
    const auto pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      EventFile file(place);
      bool recorded = true;
      for (int line = 0; line < lines_of_each; ++line)
        recorded = file.record(numbered_event(child * lines_of_each + line)) && recorded;
      ::_exit(recorded ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const auto pid : children) {
    int status = -1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  const auto reasons = all_reasons(place);
  CHECK(reasons.size() == 2 * lines_of_each);
  CHECK(std::set<std::string>(reasons.begin(), reasons.end()).size() == 2 * lines_of_each);
  // Each was rotated once, when it was full.
  int rotated = 0;
  while (std::filesystem::exists(rotated_path(place.path, rotated + 1))) {
    ++rotated;
    CHECK(std::filesystem::file_size(rotated_path(place.path, rotated)) > 8 * line_bytes());
  }
  CHECK(rotated >= 10);
}

TEST_CASE("a tail goes on over rotations, each line once") {
  const int lines_between = GENERATE(1, 2, 3, 5, 7);
  const TemporaryFolder folder;
  const EventFilePlace place{
      .path = folder.path() / "events.jsonl", .max_bytes = 2 * line_bytes(), .keep = 6};
  EventFile file(place);
  EventTail tail(place);
  CHECK(next_reasons(tail).empty());
  Reasons seen;
  Reasons expected;
  for (int number = 1; number <= 40; ++number) {
    record_all(file, number, number);
    expected.push_back(std::to_string(number));
    if (number % lines_between != 0) continue;
    for (auto& reason : next_reasons(tail))
      seen.push_back(std::move(reason));
  }
  for (auto& reason : next_reasons(tail))
    seen.push_back(std::move(reason));
  CAPTURE(lines_between);
  CHECK(seen == expected);
  CHECK(next_reasons(tail).empty());
}

TEST_CASE("a tail that comes too late goes on with what there still is") {
  const TemporaryFolder folder;
  const EventFilePlace place{
      .path = folder.path() / "events.jsonl", .max_bytes = line_bytes(), .keep = 1};
  EventFile file(place);
  record_all(file, 1, 1);
  EventTail tail(place);
  CHECK(next_reasons(tail) == Reasons{"1"});
  record_all(file, 2, 6);
  CHECK(next_reasons(tail) == Reasons{"5", "6"});
  record_all(file, 7, 7);
  CHECK(next_reasons(tail) == Reasons{"7"});
}

TEST_CASE("a line that came to a file after it was rotated is seen as well") {
  const TemporaryFolder folder;
  const EventFilePlace place{
      .path = folder.path() / "events.jsonl", .max_bytes = line_bytes(), .keep = 3};
  EventFile file(place);
  record_all(file, 1, 1);
  EventTail tail(place);
  CHECK(next_reasons(tail) == Reasons{"1"});
  record_all(file, 2, 2);
  CHECK(next_reasons(tail) == Reasons{"2"});
  std::ofstream(rotated_path(place.path, 1), std::ios::app) << event_line(numbered_event(3));
  CHECK(next_reasons(tail) == Reasons{"3"});
}

TEST_CASE("a line is read when it has its end, or when nothing more is to come") {
  const TemporaryFolder folder;
  const EventFilePlace place{.path = folder.path() / "events.jsonl"};
  const auto line = event_line(numbered_event(1));
  folder.write("events.jsonl", "\n\n" + line.substr(0, 20));
  EventTail tail(place);
  CHECK(next_reasons(tail).empty());
  std::ofstream(place.path, std::ios::app) << line.substr(20) << "{\"torn";
  CHECK(next_reasons(tail) == Reasons{"1"});
  std::vector<std::string> torn;
  tail.read_torn([&](std::string_view rest) { torn.emplace_back(rest); });
  CHECK(torn == std::vector<std::string>{"{\"torn"});
}

TEST_CASE("a file that is emptied in place is read from its start") {
  const TemporaryFolder folder;
  const EventFilePlace place{.path = folder.path() / "events.jsonl"};
  EventFile file(place);
  record_all(file, 1, 3);
  EventTail tail(place);
  CHECK(next_reasons(tail).size() == 3);
  std::filesystem::resize_file(place.path, 0);
  record_all(file, 4, 4);
  CHECK(next_reasons(tail) == Reasons{"4"});
}

TEST_CASE("a line without end takes no more memory than a line may") {
  const TemporaryFolder folder;
  const EventFilePlace place{.path = folder.path() / "events.jsonl"};
  folder.write(
      "events.jsonl",
      std::string(3 * EventTail::longest_line, 'x') + "\n" + event_line(numbered_event(1)));
  EventTail tail(place);
  std::vector<std::size_t> lengths;
  REQUIRE(tail.read([&](std::string_view line) { lengths.push_back(line.size()); }));
  CHECK(lengths == std::vector<std::size_t>{EventTail::longest_line, line_bytes() - 1});
}
