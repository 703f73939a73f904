// The scripts in the shells themselves. A shell that this machine doesn't have is skipped, with a
// note.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/completion.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

/// A completion script in a file that is gone at the end of the test.
class ScriptFile {
 public:
  explicit ScriptFile(Shell shell) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "completion_script_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::ofstream(path()) << completion_script(shell, command_table());
  }

  ~ScriptFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  ScriptFile(const ScriptFile&) = delete;
  ScriptFile& operator=(const ScriptFile&) = delete;

  std::string path() const { return (folder_ / "script").string(); }

 private:
  std::filesystem::path folder_;
};

struct Run {
  int status;
  std::vector<std::string> lines;
};

Run run(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    output += static_cast<char>(c);
  Run result{.status = ::pclose(pipe), .lines = {}};
  std::istringstream stream(output);
  for (std::string line; std::getline(stream, line);)
    result.lines.push_back(line);
  return result;
}

bool is_here(const std::string& shell) {
  if (run("command -v " + shell + " 2>/dev/null").status == 0) return true;
  std::cout << "note: " << shell << " is not on this machine; its completion is not tried\n";
  return false;
}

using Words = std::vector<std::string>;

/// What `shell` makes of each of `lines` and a press of Tab.
Words completed(const std::string& shell, const ScriptFile& script, const Words& lines) {
  auto command = shell + " " SCALE_FLEET_TEST_DATA "/complete." + shell.substr(0, shell.find(' '));
  command += " '" + script.path() + "'";
  for (const auto& line : lines)
    command += " '" + line + "'";
  return run(command).lines;
}

struct Row {
  const char* line;
  Words words;
};

}  // namespace

TEST_CASE("bash completes commands, services, options and their values") {
  if (!is_here("bash")) return;
  const ScriptFile script(Shell::bash);
  for (const auto& row : {
           Row{"scale-fleet sta", {"status"}},
           Row{"scale-fleet s", {"scale", "status", "submit", "sandbox"}},
           Row{"scale-fleet my", {"my_app"}},
           Row{"scale-fleet exa", {"example:1.0.0"}},
           Row{"scale-fleet example:1", {"1.0.0"}},
           Row{"scale-fleet backup@", {"@.timer"}},
           Row{"scale-fleet backup@.t", {"@.timer"}},
           Row{"scale-fleet a", {"apply", "a\\\\x2db"}},
           Row{"scale-fleet my_app ", {}},
           Row{"scale-fleet scale my", {"my_app"}},
           Row{"scale-fleet scale my_app 5 my", {}},
           Row{"scale-fleet my_app 5 --dr", {"--dry-run"}},
           Row{"scale-fleet --dr", {"--dry-run"}},
           Row{"scale-fleet status my_app my", {"my_app"}},
           Row{"scale-fleet status --wa", {"--watch"}},
           Row{"scale-fleet status --dr", {}},
           Row{"scale-fleet --endpoint http://h:1 st", {"status"}},
           Row{"scale-fleet --endpoint ", {}},
           Row{"scale-fleet --endpoint=http://h:1 status --wa", {"--watch"}},
           Row{"scale-fleet --output ", {"text", "json"}},
           Row{"scale-fleet --output=j", {"json"}},
           Row{"scale-fleet x 1 --scale-down-order i", {"idle-first"}},
           Row{"scale-fleet --ca-file ", {"compopt -o default"}},
           Row{"scale-fleet submit ", {"compopt -o default"}},
           Row{"scale-fleet submit a b", {"compopt -o default"}},
           Row{"scale-fleet re", {"restart", "refresh", "resume"}},
           Row{"scale-fleet rollback my", {"my_app"}},
           Row{"scale-fleet rollback my_app --from", {}},
           Row{"scale-fleet deploy my_app --from", {"--from", "--from-service"}},
           Row{"scale-fleet deploy my_app --from ", {"compopt -o default"}},
           Row{"scale-fleet deploy my_app --replaces exa", {"example:1.0.0"}},
           Row{"scale-fleet deploy my_app --on-failure ", {"rollback", "stop"}},
           Row{"scale-fleet deploy my_app --settle ", {}},
           Row{"scale-fleet sandbox ", {}},
           Row{"scale-fleet completion ", {"bash", "zsh", "fish"}},
           Row{"scale-fleet config ", {"check", "show"}},
           Row{"scale-fleet config check ", {"compopt -o default"}},
           Row{"scale-fleet config check f ", {}},
           Row{"scale-fleet completion zsh ", {}},
       }) {
    CAPTURE(row.line);
    CHECK(completed("bash", script, {row.line}) == row.words);
  }
}

TEST_CASE("fish completes commands, services, options and their values") {
  if (!is_here("fish")) return;
  const ScriptFile script(Shell::fish);
  // Not --dr: fish 4 also offers what has these letters in this order, --scale-down-order.
  for (const auto& row : {
           Row{"scale-fleet sta", {"status"}},
           Row{"scale-fleet example:1", {"example:1.0.0"}},
           Row{"scale-fleet my_app ", {}},
           Row{"scale-fleet my_app 5 --dry", {"--dry-run"}},
           Row{"scale-fleet --dry", {"--dry-run"}},
           Row{"scale-fleet status my_app ex", {"example:1.0.0"}},
           Row{"scale-fleet status --dr", {}},
           Row{"scale-fleet --endpoint http://h:1 stat", {"status"}},
           Row{"scale-fleet --output ", {"json", "text"}},
           Row{"scale-fleet --output=j", {"--output=json"}},
           Row{"scale-fleet rollb", {"rollback"}},
           Row{"scale-fleet rollback my_", {"my_app"}},
           Row{"scale-fleet deploy my_app --from-s", {"--from-service"}},
           Row{"scale-fleet rollback my_app --from-s", {}},
           Row{"scale-fleet deploy my_app --replaces exa", {"example:1.0.0"}},
           Row{"scale-fleet deploy my_app --on-failure ", {"rollback", "stop"}},
           Row{"scale-fleet sandbox ", {}},
           Row{"scale-fleet completion z", {"zsh"}},
           Row{"scale-fleet completion zsh ", {}},
       }) {
    CAPTURE(row.line);
    CHECK(completed("fish", script, {row.line}) == row.words);
  }
}

TEST_CASE("zsh completes commands, services, options and their values") {
  if (!is_here("zsh")) return;
  const ScriptFile script(Shell::zsh);

  struct Line {
    const char* before;
    const char* after;
  };

  const std::vector<Line> rows = {
      {"scale-fleet sta", "scale-fleet status "},
      {"scale-fleet example:1", "scale-fleet example:1.0.0 "},
      {"scale-fleet my_app ", "scale-fleet my_app "},
      {"scale-fleet my_app 5 --dr", "scale-fleet my_app 5 --dry-run "},
      {"scale-fleet --dr", "scale-fleet --dry-run "},
      {"scale-fleet status my_app ex", "scale-fleet status my_app example:1.0.0 "},
      {"scale-fleet status --dr", "scale-fleet status --dr"},
      {"scale-fleet --retries 3 stat", "scale-fleet --retries 3 status "},
      {"scale-fleet --output=j", "scale-fleet --output=json "},
      {"scale-fleet rollb", "scale-fleet rollback "},
      {"scale-fleet rollback my_", "scale-fleet rollback my_app "},
      {"scale-fleet deploy my_app --from-s", "scale-fleet deploy my_app --from-service="},
      {"scale-fleet deploy my_app --replaces exa",
       "scale-fleet deploy my_app --replaces example:1.0.0 "},
      {"scale-fleet deploy my_app --on-failure s", "scale-fleet deploy my_app --on-failure stop "},
      {"scale-fleet completion z", "scale-fleet completion zsh "},
  };
  Words before;
  Words after;
  for (const auto& row : rows) {
    before.emplace_back(row.before);
    after.emplace_back(row.after);
  }
  CHECK(completed("zsh -f", script, before) == after);
}
