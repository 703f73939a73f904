#include "scale_fleet/platform/lock_holder.hpp"

#include <unistd.h>

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const LockHolder alice{.pid = "812",
                       .user = "alice",
                       .host = "build-7",
                       .since = "2026-11-21T01:18:55Z",
                       .token = "t0ken",
                       .command = "scale-fleet my_app 5"};

}  // namespace

TEST_CASE("A holder's line is read back as it was") {
  const auto text = write_lock_holder(alice);
  CHECK(text ==
        "pid=812 user=alice host=build-7 since=2026-11-21T01:18:55Z token=t0ken "
        "command=scale-fleet my_app 5\n");
  CHECK(read_lock_holder(text) == alice);
}

TEST_CASE("A holder can't forge a second line or word") {
  auto mallory = alice;
  mallory.user = "mallory pid=1";
  mallory.command = "x\npid=1 user=root\x1b[2J";
  const auto text = write_lock_holder(mallory);
  CHECK(text.find('\n') == text.size() - 1);
  const auto read = read_lock_holder(text);
  CHECK(read.pid == "812");
  CHECK(read.user == "mallory_pid=1");
  CHECK(read.command == "x\\x0apid=1 user=root\\x1b[2J");
}

TEST_CASE("A torn, empty or foreign text still gives a sentence") {
  struct Row {
    std::string text;
    std::string sentence;
  };

  for (const auto& row : {
           Row{"", "a process that left no name"},
           Row{"\n", "a process that left no name"},
           Row{"pid=81", "a process that left no name"},
           Row{"hello world\n", "a process that left no name"},
           Row{"pid=812 us", "pid 812"},
           Row{"pid=812 user=alice host=bui", "pid 812 of alice"},
           Row{"user=alice command=scale-fleet my", "a process of alice (scale-fleet my...)"},
           Row{"pid=1 \x1b[31m=x pid=2 command=\x1b[31m\n", "pid 2 (\\x1b[31m)"},
           Row{write_lock_holder(alice),
               "pid 812 of alice on build-7 since 2026-11-21T01:18:55Z (scale-fleet my_app 5)"},
       }) {
    INFO(row.text);
    CHECK(describe(read_lock_holder(row.text)) == row.sentence);
  }
  CHECK(read_lock_holder("pid=" + std::string(5000, '9') + " ").pid.size() == 256);
}

TEST_CASE("No prefix of a holder's line tells something that isn't so") {
  const auto text = write_lock_holder(alice);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto read = read_lock_holder(text.substr(0, length));
    INFO(text.substr(0, length));
    CHECK((read.pid.empty() || read.pid == alice.pid));
    CHECK((read.user.empty() || read.user == alice.user));
    CHECK((read.token.empty() || read.token == alice.token));
  }
}

TEST_CASE("Credentials in a command line's URLs are not shown") {
  struct Row {
    std::vector<const char*> arguments;
    std::string shown;
  };

  for (const auto& row : {
           Row{{"scale-fleet", "my_app@.service", "5"}, "scale-fleet my_app@.service 5"},
           Row{{"--endpoint", "https://bob:s3cret@fleet:443/x"},
               "--endpoint https://***@fleet:443/x"},
           Row{{"--endpoint=http://bob@fleet"}, "--endpoint=http://***@fleet"},
           Row{{"--lock-etcd", "http://a:1@b@h1:2379,http://c:s,3@h2"},
               "--lock-etcd http://***@h1:2379,http://***@h2"},
           Row{{"http://h/a@b", "http://h?x@y"}, "http://h/a@b http://h?x@y"},
           Row{{"unix:///run/fleet.sock", "://"}, "unix:///run/fleet.sock ://"},
           Row{{"a\nb", ""}, "a\\x0ab "},
       }) {
    INFO(row.shown);
    CHECK(command_line_without_secrets(row.arguments) == row.shown);
  }
}

TEST_CASE("A long command line is cut between characters") {
  const auto long_word = "x" + std::string(97, 'x') + [] {
    std::string umlauts;
    for (int i = 0; i < 80; ++i)
      umlauts += "\xc3\xa4";
    return umlauts;
  }();
  const std::vector<const char*> arguments{long_word.c_str()};
  const auto line = command_line_without_secrets(arguments);
  CHECK(line.size() == 200 - 1);
  CHECK(line.ends_with("\xc3\xa4..."));
}

TEST_CASE("This process is named by its number, user, host and the time it was given") {
  const auto holder = this_process_as_holder("x", std::chrono::sys_days(2026y / 11 / 21) + 4735s);
  CHECK(holder.pid == std::to_string(::getpid()));
  CHECK_FALSE(holder.user.empty());
  CHECK_FALSE(holder.host.empty());
  CHECK(holder.since == "2026-11-21T01:18:55Z");
}
