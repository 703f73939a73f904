#include "scale_fleet/platform/command_line.hpp"

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
