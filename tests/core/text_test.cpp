#include "scale_fleet/core/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("Control characters are shown, and everything else is left as it is") {
  struct Row {
    std::string text;
    std::string shown;
  };

  const std::vector<Row> rows{{"", ""},
                              {"my_app@1.service", "my_app@1.service"},
                              {"two words ~", "two words ~"},
                              {"a\nb\r\tc", "a\\x0ab\\x0d\\x09c"},
                              {"\x1b[2J", "\\x1b[2J"},
                              {std::string("\0", 1), "\\x00"},
                              {"\x7f", "\\x7f"},
                              {"\xc3\xa9 \xe2\x80\xa6", "\xc3\xa9 \xe2\x80\xa6"},
                              {"\xc2\xa0", "\xc2\xa0"},
                              {"\xc2\x9b"
                               "2J",
                               "\\xc2\\x9b"
                               "2J"},
                              {"\xc2\x80\xc2\x9f", "\\xc2\\x80\\xc2\\x9f"},
                              {"\xc2", "\xc2"},
                              {"\xe4\x82\x9b", "\xe4\x82\x9b"}};
  for (const auto& row : rows) {
    CAPTURE(row.shown);
    CHECK(printable(row.text) == row.shown);
  }
}

TEST_CASE("The word that was meant is found when few letters are wrong") {
  struct Row {
    const char* word;
    const char* nearest;
  };

  const std::vector<std::string_view> known{"scale", "status", "submit", "sandbox", "completion"};
  const std::vector<Row> rows{{"status", "status"},
                              {"statsu", "status"},
                              {"stats", "status"},
                              {"sumbit", "submit"},
                              {"sandbx", "sandbox"},
                              {"completions", "completion"},
                              {"scael", "scale"},  // A swap of neighbours is one mistake.
                              {"my_app", ""},
                              {"", ""}};
  for (const auto& row : rows) {
    CAPTURE(row.word);
    CHECK(nearest_word(row.word, known) == row.nearest);
  }
  CHECK(nearest_word("status", {}).empty());
}

TEST_CASE("Of two words that are as near the first is meant") {
  const std::vector<std::string_view> known{"bat", "cat"};
  CHECK(nearest_word("rat", known) == "bat");
}

TEST_CASE("One thing is one, and every other number of them many") {
  CHECK(counted(0, "instance") == "0 instances");
  CHECK(counted(1, "instance") == "1 instance");
  CHECK(counted(2, "machine") == "2 machines");
}
