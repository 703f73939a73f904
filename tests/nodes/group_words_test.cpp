#include "nodes/group_words.hpp"

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

TEST_CASE("A program's answer is the desired count, and a line for each machine") {
  struct Row {
    std::string text;
    InstanceCount desired;
    std::vector<GroupMember> members;
  };

  for (const auto& row : {
           Row{"3", 3, {}},
           Row{"0\n", 0, {}},
           Row{"3\r\n\r\n\n", 3, {}},
           Row{"65535\n", 65'535, {}},
           Row{"2\nnode-1 10.0.0.1\n node-2\t2001:db8::2 \n",
               2,
               {{.id = "node-1", .ip = "10.0.0.1"}, {.id = "node-2", .ip = "2001:db8::2"}}},
           Row{"1\ni-0a\nregion/zone:name@x\n", 1, {{.id = "i-0a"}, {.id = "region/zone:name@x"}}},
       }) {
    CAPTURE(row.text);
    const auto look = read_group_words(row.text);
    REQUIRE(look);
    CHECK(look->desired == row.desired);
    CHECK(look->members == row.members);
    CHECK(look->min == 0);
    CHECK_FALSE(look->max);
  }
}

TEST_CASE("An answer that can't be understood is an error, never a count of 0") {
  struct Row {
    std::string text;
    std::string error;
  };

  for (const auto& row : {
           Row{"", "line 1 ``: the first line is the desired count, and nothing else"},
           Row{"\n\n", "line 1"},
           Row{"three", "line 1 `three`"},
           Row{" 3", "line 1"},
           Row{"+3", "line 1"},
           Row{"-1", "line 1"},
           Row{"3 machines", "line 1"},
           Row{"3.0", "line 1"},
           Row{"0x3", "line 1"},
           Row{"65536", "line 1"},
           Row{"99999999999999999999", "line 1"},
           Row{"\n3", "line 1"},
           Row{"1\na b c", "line 2 `a b c`: a machine is a line `ID [ADDRESS]`"},
           Row{"1\na\n\nb", "line 3"},
           Row{"1\n-rf", "line 2 `-rf`: that is no id"},
           Row{"1\n" + std::string(256, 'x'), "that is no id"},
           Row{"1\n\x1b[2J", "line 2 `\\x1b[2J`"},
           Row{"1\nn\xc3\xa4", "that is no id"},
           Row{"2\na\na", "line 3 `a`: that id was there already"},
           Row{"1\na node-1.example", "the address is no IP address"},
           Row{"1\na 10.0.0.256", "the address is no IP address"},
           Row{std::string("1\0", 2), "line 1"},
       }) {
    CAPTURE(row.text);
    const auto look = read_group_words(row.text);
    REQUIRE_FALSE(look);
    CHECK(look.error().kind == ErrorKind::refused);
    CHECK(holds(look.error().message, row.error));
  }
}
