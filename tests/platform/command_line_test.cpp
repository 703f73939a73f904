#include "scale_fleet/platform/command_line.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

using Words = std::vector<std::string>;

struct Taken {
  Words arguments;  ///< What the program gets.
  Words left;       ///< What the system shows afterwards.
};

Taken take(Words words) {
  words.insert(words.begin(), "scale-fleet");
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  auto arguments = take_arguments(static_cast<int>(argv.size()), argv.data());
  return {.arguments = std::move(arguments), .left = {words.begin() + 1, words.end()}};
}

/// What a shell makes of a command's words behind the first.
Words read_by(const std::string& shell, const std::string& command) {
  // In a variable, so that the command reaches the shell as it is.
  ::setenv("COMMAND", command.c_str(), 1);
  const auto script =
      shell + R"( -c 'eval "set -- $COMMAND"; shift; for word; do printf "%s\0" "$word"; done')";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(script.c_str(), "r"), ::pclose);
  Words words(1);
  for (int c = std::getc(pipe.get()); c != EOF; c = std::getc(pipe.get())) {
    if (c != 0) {
      words.back() += static_cast<char>(c);
    } else {
      words.emplace_back();
    }
  }
  words.pop_back();
  return words;
}

}  // namespace

TEST_CASE("The program gets its arguments whole, the list of processes without passwords") {
  struct Row {
    std::string word;
    std::string left;
  };

  for (const auto& row : {Row{"my_app", "my_app"},
                          Row{"", ""},
                          Row{"https://fleet:8443", "https://fleet:8443"},
                          Row{"http://bob:s3cret@h", "http://***@h       "},
                          Row{"--endpoint=http://bob:pw@h", "--endpoint=http://***@h   "},
                          Row{"http://a@h", "http://***"}}) {
    CAPTURE(row.word);
    const auto taken = take({row.word, "5"});
    CHECK(taken.arguments == Words{row.word, "5"});
    CHECK(taken.left == Words{row.left, "5"});
  }
}

TEST_CASE("A program without arguments, or even a name, has none") {
  CHECK(take({}).arguments.empty());
  CHECK(take_arguments(0, nullptr).empty());
}

TEST_CASE("A command to repeat is quoted where a shell would take it for something else") {
  struct Row {
    Words words;
    std::string command;
  };

  for (const auto& row : std::vector<Row>{
           {{"my_app", "5"}, "scale-fleet my_app 5"},
           {{"my_app=5", "a:b@c.d_e,f/g+h%i"}, "scale-fleet my_app=5 a:b@c.d_e,f/g+h%i"},
           {{"--check-cmd", "[ %i != 1 ]"}, "scale-fleet --check-cmd '[ %i != 1 ]'"},
           {{"--check-cmd=a; b"}, "scale-fleet '--check-cmd=a; b'"},
           {{"--check-cmd", "it's"}, R"(scale-fleet --check-cmd 'it'\''s')"},
           {{"", "'"}, R"(scale-fleet '' ''\''')"},
           {{R"(a\x2db)", R"($x `y` "z" *)"}, R"(scale-fleet 'a\x2db' '$x `y` "z" *')"},
           {{"~", "=ls", "#", "!", "{a,b}", "é"}, "scale-fleet '~' '=ls' '#' '!' '{a,b}' 'é'"},
           {{std::string(5000, 'x')}, "scale-fleet " + std::string(5000, 'x')}}) {
    CAPTURE(row.command);
    CHECK(command_to_repeat(row.words) == row.command);
    CHECK(read_by("sh", row.command) == row.words);
  }
}

TEST_CASE("A command to repeat is one line without control characters, whatever its words") {
  const Words words{"true\n\ttrue 7",
                    "\x1b[2J\\'",
                    "\xff"
                    "0\xc2\x9b",
                    "\xe2\x80\xae"};
  const auto command = command_to_repeat(words);
  CHECK(command ==
        R"(scale-fleet $'true\012\011true 7' $'\033[2J\\\'' $'\3770\302\233' $'\342\200\256')");
  CHECK(read_by("bash", command) == words);
}

TEST_CASE("A command to repeat holds no password") {
  CHECK(command_to_repeat({"--endpoint=https://bob:s3cret@fleet:8443", "my_app", "5"}) ==
        "scale-fleet '--endpoint=https://***@fleet:8443' my_app 5");
}
