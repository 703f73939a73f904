#include "scale_fleet/daemon/folder_state_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

using StoredTexts = std::map<std::string, std::string>;

unsigned rights_of(const std::filesystem::path& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("a folder keeps texts by shelf and name, over a restart") {
  const TemporaryFolder parent;
  const auto folder = parent.path() / "new" / "state";
  FolderStateStore store(folder);
  CHECK(store.read("services") == StoredTexts{});
  REQUIRE(store.write("services", "web", "first"));
  REQUIRE(store.write("services", "web", "second"));
  REQUIRE(store.write("services", "worker", ""));
  REQUIRE(store.write("pauses", "web", std::string("any \0 byte\n", 11)));
  FolderStateStore after_restart(folder);
  CHECK(after_restart.read("services") == StoredTexts{{"web", "second"}, {"worker", ""}});
  CHECK(after_restart.read("pauses") == StoredTexts{{"web", std::string("any \0 byte\n", 11)}});
  CHECK(after_restart.read("desired") == StoredTexts{});
  CHECK(store.display_place() == folder.string());
}

TEST_CASE("what was removed is gone, and removing nothing is no error") {
  const TemporaryFolder folder;
  FolderStateStore store(folder.path());
  CHECK(store.remove("pauses", "web"));
  REQUIRE(store.write("pauses", "web", "text"));
  REQUIRE(store.write("pauses", "worker", "text"));
  CHECK(store.remove("pauses", "web"));
  CHECK(store.remove("pauses", "web"));
  CHECK(store.read("pauses") == StoredTexts{{"worker", "text"}});
}

TEST_CASE("any name of a service is one file's name, and no path") {
  const auto* name =
      GENERATE("web", "example:1.0", "a.service@.service", "\\x2d", ".", "..", ".new-1", "a.json");
  const TemporaryFolder folder;
  FolderStateStore store(folder.path());
  CAPTURE(name);
  REQUIRE(store.write("services", name, "text"));
  CHECK(store.read("services") == StoredTexts{{name, "text"}});
  CHECK(files_in(folder.path() / "services") == 1);
  REQUIRE(store.remove("services", name));
  CHECK(store.read("services") == StoredTexts{});
}

TEST_CASE("the state is its owner's alone, whatever the umask") {
  const TemporaryFolder parent;
  const auto former = ::umask(0);
  FolderStateStore store(parent.path() / "state");
  const auto written = store.write("services", "web", "text");
  ::umask(former);
  REQUIRE(written);
  CHECK(rights_of(parent.path() / "state") == 0700);
  CHECK(rights_of(parent.path() / "state/services") == 0700);
  CHECK(rights_of(parent.path() / "state/services/web.json") == 0600);
}

TEST_CASE("what a crash leaves is passed over, and written over by the next") {
  const TemporaryFolder folder;
  FolderStateStore store(folder.path());
  REQUIRE(store.write("services", "web", "good"));
  const auto shelf = folder.path() / "services";
  const auto torn = "services/.new-" + std::to_string(::getpid());
  folder.write(torn, "{\"half");
  folder.write("services/.new-1", "another process's");
  folder.write("services/web.json.bak", "an editor's");
  folder.write("services/%zz.json", "no name's");
  folder.write("services/.json", "nobody's");
  CHECK(store.read("services") == StoredTexts{{"web", "good"}});
  REQUIRE(store.write("services", "web", "better"));
  CHECK(store.read("services") == StoredTexts{{"web", "better"}});
  CHECK_FALSE(std::filesystem::exists(folder.path(torn)));
}

TEST_CASE("a write replaces the file and never changes what a reader has open") {
  const TemporaryFolder folder;
  FolderStateStore store(folder.path());
  REQUIRE(store.write("services", "web", "old"));
  const auto path = folder.path() / "services/web.json";
  std::ifstream reader(path);
  REQUIRE(store.write("services", "web", "new"));
  const std::string seen{std::istreambuf_iterator<char>(reader), {}};
  CHECK(seen == "old");
  CHECK(TemporaryFolder::read(path) == "new");
}

TEST_CASE("what can't be read or written is an error that names the place") {
  const TemporaryFolder folder;
  FolderStateStore store(folder.path());
  REQUIRE(store.write("services", "web", "text"));

  SECTION("a file where the folder should be") {
    FolderStateStore inside(folder.path() / "services/web.json");
    const auto written = inside.write("services", "web", "text");
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == ErrorKind::refused);
    CHECK(written.error().message.find("web.json") != std::string::npos);
    CHECK_FALSE(inside.read("services"));
  }
  SECTION("a folder where a text should be") {
    std::filesystem::create_directories(folder.path() / "services/worker.json");
    // It keeps no other text from being read.
    CHECK(store.read("services").value().at("worker").empty());
    CHECK_FALSE(store.write("services", "worker", "text"));
    CHECK(files_in(folder.path() / "services") == 2);
  }
  SECTION("a pipe, which nobody waits for") {
    REQUIRE(::mkfifo(folder.path("services/worker.json").c_str(), 0600) == 0);
    CHECK(store.read("services").value().at("worker").empty());
  }
  SECTION("a link") {
    std::filesystem::create_symlink("/dev/null", folder.path() / "services/worker.json");
    CHECK(store.read("services").value().at("worker").empty());
  }
  SECTION("a name too long for a file") {
    const auto written = store.write("services", std::string(256, 'a'), "text");
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == ErrorKind::refused);
    CHECK(files_in(folder.path() / "services") == 1);
  }
}
