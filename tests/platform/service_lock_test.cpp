#include "scale_fleet/platform/service_lock.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_stop_request.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const LockedService my_app{.endpoint = "http://127.0.0.1:49153", .service = "my_app"};

LockHolder named(const std::string& user) {
  return {.pid = std::to_string(::getpid()), .user = user, .command = "scale-fleet my_app 5"};
}

bool can_lock(const LockPlace& place, const LockedService& locked = my_app) {
  const auto attempt = try_lock_service(place, locked, named("second"));
  REQUIRE(attempt);
  return std::holds_alternative<ServiceLock>(*attempt);
}

/// Another process that does `work`, says so, and lives until it is ended.
class Child {
 public:
  explicit Child(const std::function<bool()>& work) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const auto result = work();
      const char answer = result ? 'y' : 'n';
      if (::write(ends[1], &answer, 1) == 1) ::pause();
      ::_exit(0);
    }
    ::close(ends[1]);
    char answer = '?';
    REQUIRE(::read(ends[0], &answer, 1) == 1);
    ::close(ends[0]);
    worked_ = answer == 'y';
  }

  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  ~Child() { kill(); }

  bool worked() const { return worked_; }

  pid_t pid() const { return pid_; }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  bool worked_ = false;
};

}  // namespace

TEST_CASE("A lock keeps others out until it is let go, and leaves an empty file") {
  const TemporaryFolder folder;
  const LockPlace place{folder.path()};
  std::filesystem::path path;
  {
    auto attempt = try_lock_service(place, my_app, named("first"));
    REQUIRE(attempt);
    const auto* lock = std::get_if<ServiceLock>(&*attempt);
    REQUIRE(lock != nullptr);
    path = lock->path();
    CHECK(read_lock_holder(TemporaryFolder::read(path)) == named("first"));

    const auto second = try_lock_service(place, my_app, named("second"));
    REQUIRE(second);
    REQUIRE(std::holds_alternative<LockHeld>(*second));
    CHECK(std::get<LockHeld>(*second).holder == describe(named("first")));
    CHECK(read_lock_holder(TemporaryFolder::read(path)) == named("first"));
  }
  CHECK(TemporaryFolder::read(path).empty());
  CHECK(can_lock(place));
}

TEST_CASE("A lock that was moved is held once and let go once") {
  const TemporaryFolder folder;
  const LockPlace place{folder.path()};
  auto attempt = try_lock_service(place, my_app, named("first"));
  REQUIRE(attempt);
  {
    const ServiceLock lock = std::move(std::get<ServiceLock>(*attempt));
    CHECK_FALSE(can_lock(place));
  }
  CHECK(can_lock(place));
}

TEST_CASE("Another service or endpoint has a lock of its own") {
  const TemporaryFolder folder;
  const LockPlace place{folder.path()};
  const auto first = try_lock_service(place, my_app, named("first"));
  REQUIRE(first);
  CHECK(can_lock(place, {.endpoint = my_app.endpoint, .service = "my_app2"}));
  CHECK(can_lock(place, {.endpoint = "http://127.0.0.1:49154", .service = "my_app"}));
  CHECK_FALSE(can_lock(place));
}

TEST_CASE("A process that holds the lock is named, and lets go of it by dying") {
  const TemporaryFolder folder;
  const LockPlace place{folder.path()};
  std::optional<Result<LockAttempt<ServiceLock>>> kept;
  Child child([&] {
    kept = try_lock_service(place, my_app, named("child"));
    return *kept && std::holds_alternative<ServiceLock>(**kept);
  });
  REQUIRE(child.worked());

  const auto held = try_lock_service(place, my_app, named("parent"));
  REQUIRE(held);
  REQUIRE(std::holds_alternative<LockHeld>(*held));
  CHECK(std::get<LockHeld>(*held).holder ==
        "pid " + std::to_string(child.pid()) + " of child (scale-fleet my_app 5)");

  child.kill();
  CHECK(can_lock(place));
}

TEST_CASE("Processes that want the lock at the same time have it one after the other") {
  const TemporaryFolder folder;
  const LockPlace place{folder.path()};
  const auto counter = folder.write("counter", "0");
  constexpr int processes = 4;
  constexpr int turns = 100;
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const auto pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      for (int turn = 0; turn < turns;) {
        const auto attempt = try_lock_service(place, my_app, named("child"));
        if (!attempt) ::_exit(1);
        if (!std::holds_alternative<ServiceLock>(*attempt)) continue;
        const auto count = std::stoi(TemporaryFolder::read(counter));
        folder.write("counter", std::to_string(count + 1));
        ++turn;
      }
      ::_exit(0);
    }
    children.push_back(pid);
  }
  for (const auto pid : children) {
    int status = -1;
    ::waitpid(pid, &status, 0);
    CHECK(status == 0);
  }
  CHECK(TemporaryFolder::read(counter) == std::to_string(processes * turns));
}

TEST_CASE("A lock file is open to every user, whatever the maker's umask") {
  const TemporaryFolder folder;
  const auto umask_before = ::umask(077);
  const auto attempt = try_lock_service({folder.path()}, my_app, named("first"));
  ::umask(umask_before);
  REQUIRE(attempt);

  struct stat status {};

  const auto path = folder.path() / lock_file_name(my_app);
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0666U);
}

TEST_CASE("A lock file that may only be read can be locked all the same") {
  const TemporaryFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 01777) == 0);
  const auto path = folder.write(lock_file_name(my_app), "");
  REQUIRE(::chmod(path.c_str(), 0444) == 0);
  std::optional<Result<LockAttempt<ServiceLock>>> kept;
  Child child([&] {
    // As root every file may be written, so be somebody else.
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return false;
    kept = try_lock_service({folder.path()}, my_app, named("child"));
    return *kept && std::holds_alternative<ServiceLock>(**kept);
  });
  CHECK(child.worked());
  CHECK_FALSE(can_lock({folder.path()}));
}

TEST_CASE("What isn't a plain file of our own is refused and left as it was") {
  const TemporaryFolder folder;
  const auto path = folder.path() / lock_file_name(my_app);
  const auto victim = folder.write("victim", "precious");
  SECTION("a link") {
    std::filesystem::create_symlink(victim, path);
  }
  SECTION("a second name") {
    std::filesystem::create_hard_link(victim, path);
  }
  SECTION("a FIFO") {
    REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
  }
  SECTION("a folder") {
    std::filesystem::create_directory(path);
  }
  const auto attempt = try_lock_service({folder.path()}, my_app, named("first"));
  REQUIRE_FALSE(attempt);
  CHECK(attempt.error().kind == ErrorKind::usage);
  CHECK(attempt.error().message.find(path.string()) != std::string::npos);
  CHECK(TemporaryFolder::read(victim) == "precious");
}

TEST_CASE("A folder that isn't there is an error that names it") {
  const TemporaryFolder folder;
  const auto attempt = try_lock_service({folder.path() / "no"}, my_app, named("first"));
  REQUIRE_FALSE(attempt);
  CHECK(attempt.error().kind == ErrorKind::usage);
  CHECK(attempt.error().message.find("SCALE_FLEET_LOCK_DIR") != std::string::npos);
}

TEST_CASE("The configured folder is taken, and one for all where none is") {
  CHECK(choose_lock_place("/srv/locks").folder == "/srv/locks");
  for (const auto& unset : {std::optional<std::string>(), std::optional<std::string>("")}) {
    const auto folder = choose_lock_place(unset).folder;
    CHECK((folder == "/run/lock" || folder == "/tmp"));
  }
}

TEST_CASE("File names are safe, bounded and different for different pairs") {
  struct Row {
    LockedService one;
    LockedService other;
  };

  const std::string long_text(400, 'x');
  for (const auto& row : {
           Row{{"a", "b"}, {"ab", ""}},
           Row{{"http://h/", "s"}, {"http://h-", "s"}},
           Row{{"unix:///run/fleet.sock", "a:b"}, {"unix:///run/fleet.sock", "a\\b"}},
           Row{{long_text, long_text + "1"}, {long_text, long_text + "2"}},
           Row{{"../../etc", ".."}, {"../../etc", "."}},
       }) {
    const auto name = lock_file_name(row.one);
    INFO(name);
    CHECK(name != lock_file_name(row.other));
    CHECK(name == lock_file_name(row.one));
    CHECK(name.size() <= 150);
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789._-") == std::string::npos);
  }
}

TEST_CASE("Waiting for a lock ends in it, at the limit or with a stop") {
  const TemporaryFolder folder;
  const LockPlace place{folder.path()};
  auto first = try_lock_service(place, my_app, named("first"));
  REQUIRE(first);
  FakeClock clock;
  const auto start = clock.now();
  FakeStopRequest stop{clock};
  std::vector<std::string> told;
  int turns = 0;
  std::function<void()> each_turn = [] {};

  class WatchedClock : public Clock {
   public:
    WatchedClock(FakeClock& inner, std::function<void()>& on_wait)
        : inner_(inner), on_wait_(on_wait) {}

    TimePoint now() const override { return inner_.now(); }

    void wait_until(TimePoint until) override {
      on_wait_();
      inner_.wait_until(until);
    }

   private:
    FakeClock& inner_;
    std::function<void()>& on_wait_;
  } watched(clock, each_turn);

  const LockPatience patience{
      .clock = watched, .stop = stop, .limit = 1s, .on_waiting = [&](const LockHeld& held) {
        told.push_back(held.holder);
      }};
  const auto wait = [&] { return lock_service(place, my_app, named("second"), patience); };

  SECTION("free at once: nobody is told") {
    first = LockHeld{};
    CHECK(wait());
    CHECK(told.empty());
    CHECK(clock.now() == start);
  }
  SECTION("free after a while") {
    each_turn = [&] {
      if (++turns == 3) first = LockHeld{};
    };
    CHECK(wait());
    CHECK(clock.now() - start == 600ms);
    CHECK(told == std::vector{describe(named("first"))});
  }
  SECTION("held to the end") {
    const auto lock = wait();
    REQUIRE_FALSE(lock);
    CHECK(lock.error().kind == ErrorKind::precondition);
    CHECK(lock.error().message.find(describe(named("first"))) != std::string::npos);
    CHECK(clock.now() - start == 1s);
  }
  SECTION("a signal") {
    each_turn = [&] { stop.raise(SIGINT); };
    const auto lock = wait();
    REQUIRE_FALSE(lock);
    CHECK(lock.error().kind == ErrorKind::interrupted);
  }
  SECTION("another holder is told as well") {
    each_turn = [&] {
      if (++turns != 2) return;
      first = LockHeld{};
      first = try_lock_service(place, my_app, named("third"));
    };
    CHECK_FALSE(wait());
    CHECK(told == std::vector{describe(named("first")), describe(named("third"))});
  }
}
