#include "scale_fleet/nodes/command_node_group.hpp"

#include <memory>

#include "scale_fleet/platform/running_command.hpp"
#include "support/catch.hpp"
#include "support/fake_stop_request.hpp"
#include "support/holds.hpp"
#include "support/steady_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Asks to stop from the moment that it is looked at so often.
class StopAtNthLook : public StopRequest {
 public:
  explicit StopAtNthLook(int look) : left_(look) {}

  void stop_at_look(int look) { left_ = look; }

  std::optional<int> signal() const override {
    if (left_ > 0) --left_;
    return left_ == 0 ? std::optional(15) : std::nullopt;
  }

 private:
  mutable int left_;
};

constexpr int never = -1;

/// A program in the shell's language, which notes what it is called with.
struct ProgramAsCloud {
  explicit ProgramAsCloud(const std::string& text)
      : script(folder.write("cloud", "echo \"$*\" >> " + folder.path("calls") + "\n" + text)) {}

  std::unique_ptr<NodeGroup> group(Duration limit = 20s) {
    return make_command_node_group("web workers",
                                   {"/bin/sh", script.string(), "--zone", "a b"},
                                   {.clock = clock,
                                    .stop = stop,
                                    .environment = environment_of_ours(),
                                    .limit = limit,
                                    .grace = 5s});
  }

  std::string calls() const { return TemporaryFolder::read(folder.path("calls")); }

  TemporaryFolder folder;
  std::filesystem::path script;
  SteadyClock clock;
  StopAtNthLook stop{never};
};

}  // namespace

TEST_CASE("A program is asked for its group, told from what to what, and which machine goes") {
  ProgramAsCloud cloud("case $3 in look) echo 3; echo n1 10.0.0.1; echo chatter >&2;; esac");
  const auto group = cloud.group();
  CHECK(group->display_name() == "the group web workers of /bin/sh");
  const auto look = group->look();
  REQUIRE(look);
  CHECK(look->desired == 3);
  CHECK(look->members == std::vector<GroupMember>{{.id = "n1", .ip = "10.0.0.1"}});
  CHECK(group->set_desired(5));
  CHECK(group->set_desired(5));
  CHECK(group->terminate("n1"));
  CHECK(group->set_desired(0));
  CHECK(group->launch_failures({})->empty());
  CHECK(cloud.calls() ==
        "--zone a b look web workers\n"
        "--zone a b set web workers 3 5\n"
        "--zone a b remove web workers n1 5 4\n"
        "--zone a b set web workers 4 0\n");
}

TEST_CASE("Before a change whose start isn't known the program is asked") {
  ProgramAsCloud cloud(
      "case $3 in look) echo 2;; set) test -e \"$0.ok\" || { touch \"$0.ok\"; exit 75; };; esac");
  const auto group = cloud.group();
  REQUIRE_FALSE(group->set_desired(4));
  REQUIRE(group->set_desired(4));
  CHECK(cloud.calls() ==
        "--zone a b look web workers\n--zone a b set web workers 2 4\n"
        "--zone a b look web workers\n--zone a b set web workers 2 4\n");
  ProgramAsCloud empty("echo 0");
  const auto none = empty.group()->terminate("n1");
  REQUIRE_FALSE(none);
  CHECK(none.error().kind == ErrorKind::precondition);
  CHECK_FALSE(holds(empty.calls(), "remove"));
}

TEST_CASE("How a program ends is the class of the error, and its first line on stderr the reason") {
  struct Row {
    std::string text;
    ErrorKind kind;
    std::string message;
  };

  for (const auto& row : {
           Row{"echo 1; echo 'quota used up' >&2; echo more >&2; exit 1",
               ErrorKind::refused,
               "it exited with 1: quota used up"},
           Row{"echo busy >&2; exit 75", ErrorKind::precondition, "it exited with 75: busy"},
           Row{"exit 3", ErrorKind::refused, "it exited with 3"},
           Row{"kill -9 $$", ErrorKind::refused, "it was ended by signal 9"},
           Row{"echo https://me:secret@cloud.example >&2; exit 1",
               ErrorKind::refused,
               "https://***@cloud.example"},
           Row{"", ErrorKind::refused, "line 1 ``: the first line is the desired count"},
           Row{"echo '{\"count\": 3}'", ErrorKind::refused, "line 1"},
           Row{"echo 3 >&2", ErrorKind::refused, "line 1 ``"},
           Row{"echo 3; yes | head -c 2000000", ErrorKind::refused, "it wrote more than"},
       }) {
    CAPTURE(row.text);
    ProgramAsCloud cloud(row.text);
    const auto look = cloud.group()->look();
    REQUIRE_FALSE(look);
    CHECK(look.error().kind == row.kind);
    CHECK(look.error().message.starts_with("`/bin/sh look` of the group web workers"));
    CHECK(holds(look.error().message, row.message));
    CHECK_FALSE(holds(look.error().message, "secret"));
  }
}

TEST_CASE("A program that lasts too long is ended, and so it is by a stop") {
  ProgramAsCloud slow("echo 3; exec sleep 300");
  const auto late = slow.group(100ms)->look();
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == ErrorKind::timed_out);
  CHECK(holds(late.error().message, "it did not end within 100ms"));

  ProgramAsCloud stopped("echo 3; exec sleep 300");
  stopped.stop.stop_at_look(5);
  const auto begin = stopped.clock.now();
  const auto ended = stopped.group()->look();
  CHECK(stopped.clock.now() - begin < 10s);
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == ErrorKind::interrupted);
  const auto begun = stopped.group()->set_desired(4);
  REQUIRE_FALSE(begun);
  CHECK(begun.error().kind == ErrorKind::interrupted);
  CHECK(stopped.calls() == "--zone a b look web workers\n");
}

TEST_CASE("A program that isn't there is an error that names it") {
  SteadyClock clock;
  const StopAtNthLook stop{never};
  const auto group = make_command_node_group(
      "web", {"/nowhere/cloud"}, {.clock = clock, .stop = stop, .environment = {}});
  const auto look = group->look();
  REQUIRE_FALSE(look);
  CHECK(holds(look.error().message, "/nowhere/cloud"));
  CHECK(holds(look.error().message, "No such file"));
}
