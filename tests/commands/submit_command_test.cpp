#include "scale_fleet/commands/submit_command.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Results = std::vector<SubmitResult>;

/// In the order in which Fleet answers them: each section's lines together.
UnitOptions other_options() {
  auto options = plain_options();
  options.insert(options.begin() + 1,
                 {.section = "Unit", .name = "After", .value = "docker.service"});
  return options;
}

TemplateFile file_of(const std::string& service, UnitOptions options = plain_options()) {
  return {.name = service + "@.service", .options = std::move(options), .warnings = {}};
}

SubmitReport submit(ScaleWorld& world,
                    const std::vector<TemplateFile>& files,
                    SubmitOptions options = {}) {
  return SubmitCommand(world.world(), options).run(files);
}

Results results_of(const SubmitReport& report) {
  Results results;
  for (const auto& submission : report.submissions)
    results.push_back(submission.result);
  return results;
}

}  // namespace

TEST_CASE("A template that Fleet lacks is submitted, as an inactive unit") {
  ScaleWorld world;
  const auto report = submit(world, {file_of("my_app"), file_of("web")});
  CHECK_FALSE(report.error);
  CHECK(results_of(report) == Results{SubmitResult::submitted, SubmitResult::submitted});
  const auto stored = world.sandbox.cluster.unit("my_app@.service");
  REQUIRE(stored);
  CHECK(stored->options == plain_options());
  CHECK(stored->desired_state == JobState::inactive);
  CHECK(submit_text(report) == "Unit my_app@.service inactive\nUnit web@.service inactive\n");
}

TEST_CASE("A template that Fleet holds with the same text is left as it is") {
  ScaleWorld world;
  world.start_with({1});
  for (const bool replace : {false, true}) {
    const auto report = submit(world, {file_of("my_app")}, {.replace = replace});
    CHECK_FALSE(report.error);
    CHECK(results_of(report) == Results{SubmitResult::unchanged});
    CHECK(submit_text(report) == "Unit my_app@.service is there already, with the same text\n");
  }
  CHECK(world.sent("PUT") == 0);
}

TEST_CASE("One that differs keeps all from being submitted, unless it may be replaced") {
  ScaleWorld world;
  world.start_with({});
  const std::vector files{file_of("web"), file_of("my_app", other_options())};
  const auto report = submit(world, files);
  CHECK(results_of(report) == Results{SubmitResult::skipped, SubmitResult::refused});
  REQUIRE(report.error);
  CHECK(report.error->kind == ErrorKind::refused);
  CHECK(report.error->message ==
        "Fleet already holds my_app@.service with another text; add --replace to overwrite it "
        "(instances that exist keep theirs)");
  CHECK(world.sent("PUT") + world.sent("DELETE") == 0);
  CHECK(submit_text(report).empty());

  const auto replaced = submit(world, files, {.replace = true});
  CHECK_FALSE(replaced.error);
  CHECK(results_of(replaced) == Results{SubmitResult::submitted, SubmitResult::replaced});
  CHECK(world.sandbox.cluster.unit("my_app@.service")->options == other_options());
  CHECK(world.sent("PUT") == 2);
  CHECK(world.sent("DELETE") == 0);
}

TEST_CASE("Lines in another order are another text") {
  ScaleWorld world;
  world.start_with({});
  auto options = plain_options();
  std::swap(options.at(0), options.at(1));
  CHECK(results_of(submit(world, {file_of("my_app", options)})) == Results{SubmitResult::refused});
}

TEST_CASE("Instances that run with the former text are counted, and not touched") {
  ScaleWorld world;
  world.start_with({1, 2, 3});
  world.sandbox.cluster.put_unit("my_app@4.service", other_options(), JobState::launched);
  world.sandbox.cluster.put_unit("my_app@blue.service", plain_options(), JobState::launched);
  const auto report = submit(world, {file_of("my_app", other_options())}, {.replace = true});
  CHECK(report.submissions.at(0).drifted == 3);
  CHECK(world.progress.warnings ==
        std::vector<std::string>{"3 instances of my_app@.service still run with the former text"});
  CHECK(world.sandbox.cluster.unit("my_app@1.service")->options == plain_options());
  CHECK(world.sent("PUT") == 1);
  const auto none = submit(world, {file_of("web")});
  CHECK(none.submissions.at(0).drifted == 0);
  CHECK(world.progress.warnings.size() == 1);
}

TEST_CASE("A dry run changes nothing, and finds what would be refused") {
  ScaleWorld world;
  world.start_with({});
  const auto planned = submit(world, {file_of("web")}, {.dry_run = true});
  CHECK_FALSE(planned.error);
  CHECK(results_of(planned) == Results{SubmitResult::planned});
  CHECK(submit_text(planned) == "Unit web@.service would be submitted\n");
  const auto refused = submit(world, {file_of("my_app", other_options())}, {.dry_run = true});
  CHECK(results_of(refused) == Results{SubmitResult::refused});
  const auto replacing =
      submit(world, {file_of("my_app", other_options())}, {.replace = true, .dry_run = true});
  CHECK(results_of(replacing) == Results{SubmitResult::planned});
  CHECK(world.sent("PUT") == 0);
}

TEST_CASE("A Fleet that ignores the options of a unit it has is made to take them") {
  ScaleWorld world({.takes_new_options = false});
  world.start_with({1});
  const auto report = submit(world, {file_of("my_app", other_options())}, {.replace = true});
  CHECK_FALSE(report.error);
  CHECK(results_of(report) == Results{SubmitResult::replaced});
  CHECK(world.sandbox.cluster.unit("my_app@.service")->options == other_options());
  CHECK(world.sandbox.cluster.unit("my_app@.service")->desired_state == JobState::inactive);
  CHECK(world.sandbox.cluster.unit("my_app@1.service")->options == plain_options());
  std::vector<std::string> writes;
  for (const auto& request : world.http.requests()) {
    if (request.method != "GET") writes.push_back(request.method);
    CHECK_FALSE(request.target.starts_with("/fleet/v1/state"));
  }
  CHECK(writes == std::vector<std::string>{"PUT", "DELETE", "PUT"});
}

TEST_CASE("A template that is destroyed and not created again is told so") {
  ScaleWorld world({.takes_new_options = false});
  world.start_with({});
  world.inject("PUT:/units/my_app@.service:2:status=400,bad unit");
  const std::vector files{file_of("my_app", other_options())};
  const auto report = submit(world, files, {.replace = true});
  CHECK(results_of(report) == Results{SubmitResult::failed});
  REQUIRE(report.error);
  CHECK(report.error->message ==
        "my_app@.service was destroyed, to be created again with its new text, and that wasn't "
        "done: cannot create my_app@.service: HTTP 400: bad unit");
  CHECK_FALSE(world.sandbox.cluster.unit("my_app@.service"));
  CHECK(results_of(submit(world, files)) == Results{SubmitResult::submitted});
}

TEST_CASE("What Fleet refuses is said in its words, and the rest is skipped") {
  ScaleWorld world;
  world.inject("PUT:/units/my_app@.service:*:status=400,bad unit");
  const auto report = submit(world, {file_of("my_app"), file_of("web")});
  CHECK(results_of(report) == Results{SubmitResult::failed, SubmitResult::skipped});
  REQUIRE(report.error);
  CHECK(report.error->http_status == 400);
  CHECK(report.error->message.find("bad unit") != std::string::npos);
  CHECK_FALSE(world.sandbox.cluster.unit("web@.service"));
}

TEST_CASE("Where Fleet can't be read nothing is submitted") {
  ScaleWorld world;
  world.inject("GET:/units/web@.service:*:status=500");
  const auto report = submit(world, {file_of("my_app"), file_of("web")});
  CHECK(results_of(report) == Results{SubmitResult::skipped, SubmitResult::failed});
  CHECK(report.error->kind == ErrorKind::unavailable);
  CHECK(world.sent("PUT") == 0);
}

TEST_CASE("A signal before the first write leaves everything as it is") {
  ScaleWorld world;
  world.stop.raise();
  const auto report = submit(world, {file_of("my_app")});
  CHECK(world.sent("PUT") == 0);
  REQUIRE(report.error);
  CHECK(report.error->kind == ErrorKind::interrupted);
}

TEST_CASE("The answer for programs is one document, with or without an error") {
  ScaleWorld world;
  world.start_with({});
  const auto report = submit(world, {file_of("web"), file_of("my_app", other_options())});
  const auto document = nlohmann::json::parse(submit_json(report));
  CHECK(document["units"].size() == 2);
  CHECK(document["units"][0]["unit"] == "web@.service");
  CHECK(document["units"][0]["result"] == "skipped");
  CHECK(document["units"][0]["drifted_instances"].is_null());
  CHECK_FALSE(document["units"][0].contains("error"));
  CHECK(document["units"][1]["result"] == "refused");
  CHECK(document["units"][1]["error"]["message"] == report.error->message);
  CHECK(document["error"]["message"] == report.error->message);
  CHECK(nlohmann::json::parse(submit_json({}))["error"].is_null());
}
