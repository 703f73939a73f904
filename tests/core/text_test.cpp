#include "scale_fleet/core/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE(
    "What could forge or turn around a line is shown as bytes, and everything else is left as it "
    "is") {
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
                              {"\xc2", "\\xc2"},
                              {"\x9b"
                               "2J",
                               "\\x9b"
                               "2J"},
                              {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
                              {"\xd8\x9c", "\\xd8\\x9c"},
                              {"\xe2\x80\x8d", "\xe2\x80\x8d"},
                              {"\xe2\x80\x8e", "\\xe2\\x80\\x8e"},
                              {"\xe2\x80\x8f", "\\xe2\\x80\\x8f"},
                              {"\xe2\x80\x90", "\xe2\x80\x90"},
                              {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
                              {"\xe2\x80\xae", "\\xe2\\x80\\xae"},
                              {"\xe2\x80\xaf", "\xe2\x80\xaf"},
                              {"\xe2\x81\xa5", "\xe2\x81\xa5"},
                              {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
                              {"\xe2\x81\xa9", "\\xe2\\x81\\xa9"},
                              {"\xe2\x81\xaa", "\xe2\x81\xaa"},
                              {"\xe4\x82\x9b", "\xe4\x82\x9b"}};
  for (const auto& row : rows) {
    CAPTURE(row.shown);
    CHECK(printable(row.text) == row.shown);
  }
}

TEST_CASE("A long text is cut between two characters") {
  struct Row {
    std::size_t bytes;
    std::string start;
    std::string shown;
  };

  const std::string text = "a\xc3\xa9\xe2\x82\xac\n";
  for (const auto& row : {Row{0, "", "…"},
                          Row{1, "a", "a…"},
                          Row{2, "a", "a…"},
                          Row{3, "a\xc3\xa9", "a\xc3\xa9…"},
                          Row{5, "a\xc3\xa9", "a\xc3\xa9…"},
                          Row{6, "a\xc3\xa9\xe2\x82\xac", "a\xc3\xa9\xe2\x82\xac…"},
                          Row{7, text, "a\xc3\xa9\xe2\x82\xac\\x0a"},
                          Row{100, text, "a\xc3\xa9\xe2\x82\xac\\x0a"}}) {
    CAPTURE(row.bytes);
    CHECK(shortened(text, row.bytes) == row.start);
    CHECK(printable_start(text, row.bytes) == row.shown);
  }
}

TEST_CASE("User and password of every URL in a text are left out") {
  struct Row {
    std::string text;
    std::string shown;
  };

  for (const auto& row :
       {Row{"", ""},
        Row{"'http://bob:s3cret@h:80/x' is no count", "'http://***@h:80/x' is no count"},
        Row{"http://a:1@b@h, unix://c@d", "http://***@h, unix://***@d"},
        Row{"--endpoint=https://bob@h?a@b", "--endpoint=https://***@h?a@b"},
        Row{"units at http://h:80: my_app@1.service", "units at http://h:80: my_app@1.service"},
        Row{"http://h\nmy_app@1.service", "http://h\nmy_app@1.service"},
        Row{"http://h/units/my_app@1.service", "http://h/units/my_app@1.service"},
        Row{"my_app@1.service ://", "my_app@1.service ://"}}) {
    CHECK(without_credentials(row.text) == row.shown);
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
