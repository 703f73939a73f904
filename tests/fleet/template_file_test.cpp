#include "scale_fleet/fleet/template_file.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/catch.hpp"

using namespace scale_fleet;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone at the end of the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "template_file_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }

  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name, std::string_view text = {}) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

constexpr std::string_view unit_file = "[Service]\nExecStart=/bin/true \n";
constexpr std::string_view unit_json =
    R"( {"options": [{"section": "Service", "name": "ExecStart", "value": "/bin/true"}]})";
const UnitOptions stored_options{{"Service", "ExecStart", "/bin/true"}};

std::string refusal(const std::string& path, const std::optional<std::string>& name = {}) {
  const auto file = read_template_file(path, name);
  REQUIRE_FALSE(file);
  CHECK(file.error().kind == ErrorKind::usage);
  REQUIRE(file.error().message.starts_with(path));
  return file.error().message.substr(path.size());
}

}  // namespace

TEST_CASE("A template is read from either form, told apart by ending or content") {
  const Folder folder;

  struct Row {
    const char* file;
    std::string_view text;
    std::optional<std::string> name;
    const char* expected;
  };

  const std::string named = R"({"name": "b@.service", )" + std::string(unit_json.substr(2));
  const std::vector<Row> rows = {
      {"my_app@.service", unit_file, {}, "my_app@.service"},
      {"my_app@.service", unit_file, "other@.service", "other@.service"},
      {"backup@.timer", unit_file, {}, "backup@.timer"},
      {"unit.json", unit_json, "a@.service", "a@.service"},
      {"unit.json", named, {}, "b@.service"},
      {"unit.json", named, "a@.service", "a@.service"},
      {"my_app@.service.json", unit_json, {}, "my_app@.service"},
      {"my_app@.service", unit_json, {}, "my_app@.service"},
      {"my_app@.service",
       "\xef\xbb\xbf{\"options\": [{\"section\": \"Service\", \"name\": "
       "\"ExecStart\", \"value\": \"/bin/true\"}]}",
       {},
       "my_app@.service"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file, row.text);
    const auto file = read_template_file(folder.file(row.file, row.text), row.name);
    INFO((file ? "" : file.error().message));
    REQUIRE(file);
    CHECK(*file == TemplateFile{.name = row.expected, .options = stored_options, .warnings = {}});
  }
}

TEST_CASE("A file that can't be read says why in the system's words") {
  const Folder folder;
  CHECK(refusal(folder.path() + "/none@.service") ==
        ": can't read this file: No such file or directory");
  CHECK(refusal(folder.path()) == ": can't read this file: Is a directory");
  CHECK(refusal(folder.file("a@.service", " \n\t")) == ": this file is empty");
}

TEST_CASE("A file is read up to a size that no template needs") {
  const Folder folder;
  std::string text(unit_file);
  while (text.size() + 2 <= max_template_file_bytes)
    text += "#\n";
  text.resize(max_template_file_bytes, '\n');
  CHECK(read_template_file(folder.file("fine@.service", text), {}));
  CHECK(refusal(folder.file("big@.service", text + "\n")) ==
        ": this file is greater than 1048576 bytes; no template is");
}

TEST_CASE("A name that isn't a template's is refused with one that would be") {
  const Folder folder;

  struct Row {
    const char* file;
    std::string_view text;
    std::optional<std::string> name;
    std::string_view message;
  };

  const std::vector<Row> rows = {
      {"my_app.service",
       unit_file,
       {},
       ": the file's name 'my_app.service' is not a template's, with @ before the last dot; name "
       "the template, for example --name my_app@.service"},
      {"my_app@1.service",
       unit_file,
       {},
       ": the file's name 'my_app@1.service' is not a template's, with @ before the last dot; name "
       "the template, for example --name my_app@.service"},
      {"unit.json",
       unit_json,
       {},
       ": the file's name 'unit' is none that Fleet takes: unit name must contain \".\"; name the "
       "template, for example --name unit@.service"},
      {"a@.service",
       unit_file,
       "no such name",
       ": the name 'no such name' is none that Fleet takes: unit name must contain \".\"; name the "
       "template, for example --name my_app@.service"},
      {"a@.service",
       R"({"name": "", "options": [{"section": "a", "name": "b"}]})",
       {},
       ": its \"name\" '' is none that Fleet takes: unit name cannot be empty; name the template, "
       "for example --name my_app@.service"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file);
    CHECK(refusal(folder.file(row.file, row.text), row.name) == row.message);
  }
}

TEST_CASE("What Fleet would refuse is refused before anything is sent") {
  const Folder folder;
  CHECK(refusal(folder.file("a@.service", "[Service]\nnonsense\n")).starts_with(":2: "));
  CHECK(refusal(folder.file("a.json", "{"), "a@.service").starts_with(":1:2: this is not JSON"));
  CHECK(refusal(folder.file("a@.service", "no section\n")).find("there are no options") !=
        std::string::npos);
  CHECK(refusal(folder.file("a@.service", "[X-Fleet]\nMachineID=a\nConflicts=b\n"))
            .find("MachineID cannot be used with Conflicts") != std::string::npos);
}

TEST_CASE("A desiredState in the file is left out, and said so") {
  const Folder folder;
  const auto path = folder.file(
      "a@.service", R"({"desiredState": "launched", )" + std::string(unit_json.substr(2)));
  const auto file = read_template_file(path, {});
  REQUIRE(file);
  CHECK(file->warnings ==
        std::vector<std::string>{path + ": its desiredState launched is left out: a template "
                                        "itself never runs, its instances do"});
}

TEST_CASE(
    "Options from JSON are given as Fleet will store them, with a warning where that differs") {
  const Folder folder;
  const auto path = folder.file("a@.service",
                                R"({"options": [{"section": "Service", "name": "ExecStart",
                                                 "value": " /bin/true "}]})");
  const auto file = read_template_file(path, {});
  REQUIRE(file);
  CHECK(file->options == stored_options);
  REQUIRE(file->warnings.size() == 1);
  CHECK(file->warnings.front().starts_with(path + ": Fleet won't store [Service] ExecStart"));
}
