#include <random>

#include "config/declared_file_maker.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

namespace {

DeclaredFile read_back(const std::string& text, const std::filesystem::path& path) {
  const auto file = parse_declared_file(text, path);
  INFO(text);
  INFO((file ? "" : file.error().message));
  REQUIRE(file);
  return *file;
}

std::string shown_again(const std::string& text) {
  return show_declared_file(read_back(text, "conf/fleet.yaml"));
}

}  // namespace

TEST_CASE("A declared file is shown in our form without what is usual") {
  CHECK(shown_again("services: {}") == "services: {}\n");
  CHECK(shown_again("interval: 10s\nservices: {web: {min: 3, max: 3, "
                    "timeout: 60s, instances: {first: 1}}}") ==
        "services:\n  web:\n    count: 3\n");
  CHECK(shown_again("metrics_file: conf/m\n"
                    "services:\n"
                    "  db: {unit: db.service, count: 1, template_file: ../db.service}\n"
                    "  worker@: {max: 9, after: [db], scale_up: [{above: 1.0, step: 1, metric: "
                    "{file: load}}]}\n") ==
        "metrics_file: conf/m\n"
        "services:\n"
        "  db.service:\n"
        "    count: 1\n"
        "    unit: db.service\n"
        "    template_file: \"../db.service\"\n"
        "  worker:\n"
        "    max: 9\n"
        "    after: [db.service]\n"
        "    scale_up:\n"
        "      - {metric: {file: load}, above: 1}\n");
}

TEST_CASE("What another reader of YAML would take for something else is shown between quotes") {
  const auto shown = [](const std::string& type) {
    const auto text = shown_again(
        "etcd: {}\nservices: {a: {max: 1, scale_up: [{metric: {etcd: x, "
        "type: " +
        type + "}, above: 1}]}}");
    const auto start = text.find("type: ") + 6;
    return text.substr(start, text.find('}', start) - start);
  };
  CHECK(shown("'yes'") == "\"yes\"");
  CHECK(shown("'010'") == "\"010\"");
  CHECK(shown("'n'") == "\"n\"");
  CHECK(shown("'null'") == "\"null\"");
  CHECK(shown("'1e3'") == "\"1e3\"");
  CHECK(shown("'2026-11-21'") == "\"2026-11-21\"");
  CHECK(shown("\"a\\x1bb\"") == "\"a\\x1bb\"");
  CHECK(shown("\"\\u202e\"") == "\"\\u202e\"");
  CHECK(shown("web_server") == "web_server");
}

TEST_CASE("Dynamite's file is shown in our form, and means the same there") {
  const auto dynamite = TemporaryFolder::read(SCALE_FLEET_EXAMPLES "/dynamite.yaml");
  auto file = read_back(dynamite, "conf/dynamite.yaml");
  const auto text = show_declared_file(file);
  CHECK(file.form == DeclaredFile::Form::dynamite);
  file.form = DeclaredFile::Form::own;
  file.dynamite_configuration.clear();
  CHECK(read_back(text, file.path) == file);
}

TEST_CASE("The example is shown in our form, and means the same there") {
  const auto file =
      read_back(TemporaryFolder::read(SCALE_FLEET_EXAMPLES "/services.yaml"), "e.yaml");
  CHECK(read_back(show_declared_file(file), file.path) == file);
}

TEST_CASE("Any declared file means the same once it is shown and read again") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  RandomSource random(seed);
  DeclaredFileMaker maker(random);
  for (int turn = 0; turn < 500; ++turn) {
    const auto file = maker.file();
    const auto text = show_declared_file(file);
    INFO(text);
    const auto again = parse_declared_file(text, file.path);
    INFO((again ? show_declared_file(*again) : again.error().message));
    REQUIRE(again.has_value());
    REQUIRE(*again == file);
    REQUIRE(show_declared_file(*again) == text);
  }
}
