#include "scale_fleet/config/settings_file.hpp"

#include <sys/stat.h>

#include <random>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

constexpr std::string_view known[] = {"endpoint", "request-timeout", "retries", "no-color"};

Result<SettingsValues> parse(std::string_view text) {
  return parse_settings(text, "conf.yaml", known);
}

}  // namespace

TEST_CASE("Settings are taken as written, each with its line") {
  const auto settings = parse(
      "# the test cluster\n"
      "endpoint: http://127.0.0.1:49153\n"
      "request-timeout: 010\n"
      "\n"
      "no-color: yes\n"
      "retries: \"\"\n");
  REQUIRE(settings);
  CHECK(*settings == SettingsValues{.file = "conf.yaml",
                                    .by_name = {{"endpoint", {"http://127.0.0.1:49153", 2}},
                                                {"request-timeout", {"010", 3}},
                                                {"no-color", {"yes", 5}},
                                                {"retries", {"", 6}}}});
}

TEST_CASE("A value keeps its text, however YAML would read it") {
  struct Row {
    const char* written;
    const char* value;
  };

  for (const auto& row : {
           Row{"0x10", "0x10"},
           Row{"1_000", "1_000"},
           Row{"1e3", "1e3"},
           Row{"true", "true"},
           Row{"'5'", "5"},
           Row{"\"a # b\" # c", "a # b"},
           Row{"a b  # c", "a b"},
           Row{"'null'", "null"},
           Row{"!!str 7", "7"},
           Row{"&x 7", "7"},
           Row{"|\n  7", "7"},
           Row{"unix:///run/fleet.sock", "unix:///run/fleet.sock"},
       }) {
    INFO(row.written);
    const auto settings = parse(std::string("endpoint: ") + row.written);
    REQUIRE(settings);
    CHECK(settings->by_name.at("endpoint").value == row.value);
  }
}

TEST_CASE("A file that says nothing has no settings") {
  for (const auto* text : {"", "\n\n", "# nothing\n", "---\n", "{}", "---\n...\n", "~"}) {
    INFO(text);
    const auto settings = parse(text);
    REQUIRE(settings);
    CHECK(settings->by_name.empty());
  }
}

TEST_CASE("A mistake is told with its place") {
  struct Row {
    std::string text;
    std::string message;
  };

  for (const auto& row : {
           Row{"endpont: x",
               "conf.yaml:1:1: there is no option 'endpont'; did you mean 'endpoint'?"},
           Row{"xyz: x", "conf.yaml:1:1: there is no option 'xyz'"},
           Row{"--retries: 3",
               "conf.yaml:1:1: there is no option '--retries'; write it without dashes in front, "
               "'retries'"},
           Row{"retries: 1\nretries: 2",
               "conf.yaml:2:1: 'retries' stands here again; first in line 1"},
           Row{"\nretries:\n", "conf.yaml:2:1: 'retries' has no value"},
           Row{"retries: ~", "conf.yaml:1:1: 'retries' has no value"},
           Row{"retries: [1]", "conf.yaml:1:10: 'retries' takes one value, not a list or mapping"},
           Row{"retries:\n  endpoint: x",
               "conf.yaml:2:3: 'retries' takes one value, not a list or mapping"},
           Row{"retries: &x [*x]", "conf.yaml:1:14: an alias inside of what it stands for"},
           Row{"[a]: x", "conf.yaml:1:1: an option's name is one word"},
           Row{"<<: {retries: 1}", "conf.yaml:1:1: there is no option '<<'"},
           Row{"- retries: 1",
               "conf.yaml:1:1: a settings file has lines of the form 'option: value'"},
           Row{"retries", "conf.yaml:1:1: a settings file has lines of the form 'option: value'"},
           Row{"retries = 3",
               "conf.yaml:1:1: a settings file has lines of the form 'option: value'"},
           Row{"retries: 1\n---\nretries: 2",
               "conf.yaml:2:1: a second document begins; a file has one"},
           Row{", retries", "conf.yaml:1:1: this isn't YAML: a comma without a list"},
           Row{"\"a\\x1bb\": 1", "conf.yaml:1:1: there is no option 'a\\x1bb'"},
       }) {
    INFO(row.text);
    const auto settings = parse(row.text);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().kind == ErrorKind::usage);
    CHECK(settings.error().message == row.message);
  }
}

TEST_CASE("All mistakes are told at once") {
  const auto settings = parse("endpont: a\nretries:\nretries: [1]\nno-color: 1\n");
  REQUIRE_FALSE(settings);
  CHECK(settings.error().message ==
        "conf.yaml:1:1: there is no option 'endpont'; did you mean 'endpoint'?\n"
        "conf.yaml:2:1: 'retries' has no value\n"
        "conf.yaml:3:1: 'retries' stands here again; first in line 2\n"
        "conf.yaml:3:10: 'retries' takes one value, not a list or mapping");
}

TEST_CASE("A text that isn't YAML is told with line and column, without what it holds") {
  struct Row {
    std::string text;
    std::string place;
  };

  for (const auto& row : {
           Row{"retries: 1\nendpoint: [http://bob:s3cret@x", "conf.yaml:2:"},
           Row{"retries: 1\n\tendpoint: s3cret", "conf.yaml:2:"},
           Row{"endpoint: 's3cret", "conf.yaml:1:"},
           Row{"endpoint: *s3cret", "conf.yaml:1:"},
           Row{"endpoint: " + std::string(2000, '['), "conf.yaml:1:"},
           Row{std::string("retries: 1\n\0\n", 13), "conf.yaml:"},
       }) {
    INFO(row.text);
    const auto settings = parse(row.text);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().kind == ErrorKind::usage);
    CHECK(settings.error().message.starts_with(row.place));
    CHECK(settings.error().message.find("bob:s3cret") == std::string::npos);
  }
}

TEST_CASE("Any bytes give settings or an error, and never an exception") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string_view letters = "endpoint: retries\n\n-[]{}&*!|>'\"%#~?,\t\x01\xc3\xa4\xff";
  for (int turn = 0; turn < 2000; ++turn) {
    std::string text;
    for (auto length = random() % 40; length > 0; --length) {
      text += letters[random() % letters.size()];
    }
    CAPTURE(text);
    const auto settings = parse(text);
    if (settings) continue;
    CHECK(settings.error().kind == ErrorKind::usage);
    CHECK_FALSE(settings.error().message.empty());
  }
}

TEST_CASE("A file is read, and what can't be is an error that names it") {
  const TemporaryFolder folder;
  const auto good = folder.write("good.yaml", "retries: 3\n");
  const auto settings = read_settings_file(good, known);
  REQUIRE(settings);
  CHECK(settings->file == good.string());
  CHECK(settings->by_name.at("retries") == FileSetting{.value = "3", .line = 1});
  CHECK(read_settings_file("/dev/null", known));

  const auto longest = folder.write("longest.yaml", std::string(64 * 1024, '#'));
  CHECK(read_settings_file(longest, known));
  for (const auto& path : {folder.path(),
                           folder.path() / "missing.yaml",
                           folder.write("long.yaml", std::string(64 * 1024 + 1, '#'))}) {
    const auto wrong = read_settings_file(path, known);
    INFO(path);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::usage);
    CHECK(wrong.error().message.find(path.string() + ": ") != std::string::npos);
    CHECK(wrong.error().message.find("Success") == std::string::npos);
  }
}

TEST_CASE("A pipe or a device is no settings file, and isn't waited for") {
  const TemporaryFolder folder;
  const auto pipe = folder.path("pipe.yaml");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (const auto& path : {pipe, std::string("/dev/zero")}) {
    CAPTURE(path);
    const auto settings = read_settings_file(path, known);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().kind == ErrorKind::usage);
    CHECK(settings.error().message == "cannot read the settings file " + path +
                                          ": it is a pipe, a socket or a device, and not a file");
  }
  const auto none = read_settings_file("/dev/null", known);
  REQUIRE(none);
  CHECK(none->by_name.empty());
}

TEST_CASE("The environment says where the settings file may be") {
  using Environment = std::map<std::string, std::string, std::less<>>;

  struct Row {
    Environment environment;
    std::vector<SettingsFileCandidate> candidates;
  };

  const SettingsFileCandidate system{"/etc/scale-fleet/config.yaml"};
  for (const auto& row : {
           Row{{{"SCALE_FLEET_CONFIG", "x.yaml"}, {"HOME", "/home/a"}}, {{"x.yaml", true}}},
           Row{{{"XDG_CONFIG_HOME", "/x"}, {"HOME", "/home/a"}},
               {{"/x/scale-fleet/config.yaml"}, system}},
           Row{{{"SCALE_FLEET_CONFIG", ""}, {"XDG_CONFIG_HOME", ""}, {"HOME", "/home/a"}},
               {{"/home/a/.config/scale-fleet/config.yaml"}, system}},
           Row{{{"XDG_CONFIG_HOME", "relative"}, {"HOME", "/home/a"}},
               {{"/home/a/.config/scale-fleet/config.yaml"}, system}},
           Row{{{"HOME", "relative"}}, {system}},
           Row{{}, {system}},
       }) {
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
      const auto found = row.environment.find(name);
      return found == row.environment.end() ? std::nullopt : std::optional(found->second);
    };
    CHECK(settings_file_candidates(lookup) == row.candidates);
  }
}

TEST_CASE("The first file that exists counts, and a named one must exist") {
  const TemporaryFolder folder;
  const auto file = folder.write("second.yaml", "retries: 2\n");
  const auto third = folder.write("third.yaml", "retries: 3\n");
  const auto missing = folder.path() / "missing.yaml";
  const auto below_a_file = file / "config.yaml";
  const std::vector<SettingsFileCandidate> several{{missing}, {below_a_file}, {file}, {third}};
  const auto settings = read_first_settings_file(several, known);
  REQUIRE(settings);
  REQUIRE(settings->has_value());
  CHECK((*settings)->by_name.at("retries").value == "2");

  const std::vector<SettingsFileCandidate> none{{missing}};
  REQUIRE(read_first_settings_file(none, known));
  CHECK_FALSE(read_first_settings_file(none, known)->has_value());

  const std::vector<SettingsFileCandidate> named{{missing, true}};
  const auto refused = read_first_settings_file(named, known);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::usage);
  CHECK(refused.error().message.find("SCALE_FLEET_CONFIG") != std::string::npos);

  const std::vector<SettingsFileCandidate> wrong{{folder.write("bad.yaml", "x: 1")}, {third}};
  CHECK_FALSE(read_first_settings_file(wrong, known));
}
