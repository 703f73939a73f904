#include "scale_fleet/core/release_record.hpp"

#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;

namespace {

Unit kept(const std::string& name, UnitOptions options) {
  return {.name = name,
          .options = std::move(options),
          .desired_state = JobState::inactive,
          .current_state = JobState::inactive};
}

}  // namespace

TEST_CASE("What a release keeps stands beside the service, under names that tell what they are") {
  struct Row {
    const char* service;
    const char* former;
    const char* mark;
  };

  for (const auto& row :
       {Row{"my_app", "my_app.former@.service", "my_app.release@.service"},
        Row{"example:1.0.0", "example:1.0.0.former@.service", "example:1.0.0.release@.service"},
        Row{"backup@.timer", "backup.former@.timer", "backup.release@.timer"}}) {
    const auto service = *Service::parse(row.service);
    CHECK(former_unit_name(service) == row.former);
    CHECK(mark_unit_name(service) == row.mark);
    CHECK(kept_for(row.former) == service);
    CHECK(kept_for(row.mark) == service);
  }
  for (const auto* other : {"my_app@.service",
                            "my_app.former@1.service",
                            "my_app.former.service",
                            ".former@.service",
                            "former@.service",
                            "my_app.formers@.service"}) {
    CAPTURE(other);
    CHECK_FALSE(kept_for(other));
  }
}

TEST_CASE("What was kept is read back as it was, whatever its text") {
  auto odd = plain_options();
  odd.push_back({.section = "Service", .name = "ExecStop", .value = "/bin/true \\\n  --last"});
  odd.push_back({.section = "X-Fleet", .name = "Conflicts", .value = ""});
  for (const auto& text : {plain_options(), odd, UnitOptions{}}) {
    const FormerVersion former{.service = *Service::parse("example:1.0.0"), .text = text};
    CHECK(read_former(kept("a@.service", write_former(former))) == former);
    ReleaseMark mark{.command = "deploy",
                     .count = 5,
                     .former_count = 4,
                     .surge = 1,
                     .unavailable = 2,
                     .replaces = {},
                     .text = text};
    CHECK(read_mark(kept("a@.service", write_mark(mark))) == mark);
    mark.replaces = *Service::parse("example:1.0.0");
    mark.sidekicks = {{.sidekick = *Service::parse("log"), .main = *Service::parse("my_app")},
                      {.sidekick = *Service::parse("a@.timer"), .main = *mark.replaces}};
    mark.numbers = {1, 2, 7};
    CHECK(read_mark(kept("a@.service", write_mark(mark))) == mark);
  }
}

TEST_CASE("A unit of such a name that somebody else wrote is refused, and named") {
  const auto unit = kept("my_app.former@.service", plain_options());
  REQUIRE_FALSE(read_former(unit));
  CHECK(read_former(unit).error().kind == ErrorKind::refused);
  CHECK(read_former(unit).error().message.find("my_app.former@.service") != std::string::npos);
  auto mark =
      write_mark({.command = "deploy", .count = 5, .replaces = {}, .text = {}, .numbers = {1, 2}});
  for (auto& line : mark) {
    const auto was = line.value;
    line.value = "many";
    CAPTURE(line.name);
    CHECK(read_mark(kept("m@.service", mark)).has_value() == (line.name == "Command"));
    line.value = was;
  }
}

TEST_CASE("A template of such a name that somebody else wrote is kept for nobody") {
  const auto my_app = *Service::parse("my_app");
  const auto former = write_former({.service = my_app, .text = plain_options()});
  const auto mark = write_mark({.command = "deploy", .replaces = {}, .text = {}});
  CHECK(kept_for(kept("my_app.former@.service", former)) == my_app);
  CHECK(kept_for(kept("my_app.release@.service", mark)) == my_app);
  CHECK_FALSE(kept_for(kept("my_app.former@.service", plain_options())));
  CHECK_FALSE(kept_for(kept("my_app@.service", former)));
}
