#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

using Names = std::vector<std::string>;

inline constexpr auto second_version = "[Service]\nExecStart=/bin/app2 %i\n";
inline constexpr auto failing_version = "[Service]\nExecStart=/bin/false\n";
inline constexpr auto homeless_version =
    "[Service]\nExecStart=/bin/app2 %i\n[X-Fleet]\nMachineMetadata=role=nobody\n";

/// Two instances of my_app, and files with other versions: NEW, BAD, HOMELESS.
struct ReleasedWorld : ProgramWorld {
  explicit ReleasedWorld(const std::vector<StandingUnit>& units = my_app_with({1, 2}))
      : ProgramWorld(quick) {
    fleet.stand(units);
    folder.write("NEW", second_version);
    folder.write("BAD", failing_version);
    folder.write("HOMELESS", homeless_version);
  }

  /// The words of a line; the files by their short names.
  Names command(const std::string& line) const {
    auto result = words(line);
    for (auto& word : result) {
      if (word == "NEW" || word == "BAD" || word == "HOMELESS") word = folder.path(word);
    }
    return result;
  }

  ProgramEnd release(const std::string& line) const { return run(command(line)); }

  /// `my_app@1.service: /bin/app %i` of every unit, what is kept too.
  Names what_stands() {
    Names lines;
    for (const auto& unit : fleet.unit_records()) {
      const auto start = std::ranges::find(unit.options, "ExecStart", &UnitOption::name);
      lines.push_back(unit.name + ": " + (start == unit.options.end() ? "" : start->value));
    }
    return lines;
  }
};

inline const Names first_version_runs = {"my_app@.service: /bin/app %i",
                                         "my_app@1.service: /bin/app %i",
                                         "my_app@2.service: /bin/app %i"};

inline const Names second_version_runs = {"my_app.former@.service: /bin/app %i",
                                          "my_app@.service: /bin/app2 %i",
                                          "my_app@1.service: /bin/app2 %i",
                                          "my_app@2.service: /bin/app2 %i"};

inline constexpr auto deploy_new = "deploy my_app --from NEW --settle 0";

/// The command in an error's sentence between `before` and the next semicolon, as words.
inline Names command_behind(const std::string& before, const std::string& err) {
  const auto start = err.rfind(before);
  if (start == std::string::npos) return {};
  const auto from = start + before.size();
  auto command = words(err.substr(from, err.find_first_of(";\n\r", from) - from));
  CHECK(command.at(0) == "scale-fleet");
  command.erase(command.begin());
  return command;
}

inline nlohmann::json document_of(const ProgramEnd& end) {
  const auto document = nlohmann::json::parse(end.out, nullptr, false);
  REQUIRE(document.is_object());
  return document;
}

}  // namespace scale_fleet
