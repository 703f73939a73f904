#include "scale_fleet/core/unit_file.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::string_literals;

namespace {

struct SubmittedFile {
  std::string text;
  UnitOptions stored;
};

/// Each row is a file that was submitted with fleetctl 1.0.0 and read back from fleetd 1.0.0.
void check_rows(const std::vector<SubmittedFile>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto options = parse_unit_file(row.text, "x@.service");
    REQUIRE(options);
    CHECK(write_unit_file(*options) == write_unit_file(row.stored));
    CHECK(*options == row.stored);
    CHECK(as_stored(*options) == *options);
  }
}

}  // namespace

TEST_CASE("Comments, blanks and line ends are no part of an option") {
  check_rows({
      {"[Unit]\nDescription=My app\n\n[Service]\nExecStart=/bin/true\n",
       {{"Unit", "Description", "My app"}, {"Service", "ExecStart", "/bin/true"}}},
      {"# c\n; d\n[Service]\n# e\n  ; f\nExecStart=/bin/true\n#last",
       {{"Service", "ExecStart", "/bin/true"}}},
      {"[Service]\n# a \\\nExecStart=/no\nExecStart=/yes\n", {{"Service", "ExecStart", "/yes"}}},
      {"[Service]\n# a \\ \nExecStart=/no\nExecStart=/yes\n", {{"Service", "ExecStart", "/yes"}}},
      {"[Service]\r\n# a \\\r\nExecStart=/yes\r\n", {{"Service", "ExecStart", "/yes"}}},
      {"[Service]\n  ExecStart \t= \t/bin/true x  \t\n\t\n",
       {{"Service", "ExecStart", "/bin/true x"}}},
      {"[Service]\r\nExecStart=/bin/true\r\n\r\nUser=core\r\n",
       {{"Service", "ExecStart", "/bin/true"}, {"Service", "User", "core"}}},
      {"[Service]\nExecStart=/x", {{"Service", "ExecStart", "/x"}}},
      {"[Service]\nExecStart=/x\r", {{"Service", "ExecStart", "/x"}}},
      {"[Service]\nA=b\rC=d\n", {{"Service", "A", "b\rC=d"}}},
      {"[Service]\nA=a\x01\x7f\tb\x0b\x0c\n\x0b\x0c"
       "B=c\x1c\n",
       {{"Service", "A", "a\x01\x7f\tb"}, {"Service", "B", "c\x1c"}}},
      {"[Service]\n# \\\n" + std::string(2500, 'x') + "\nB=c\n", {{"Service", "B", "c"}}},
  });
}

TEST_CASE("A value goes on in the next line where a backslash ends the line") {
  check_rows({
      {"[Service]\nExecStart=/bin/a \\\n  -b \\\n  -c\nUser=core\n",
       {{"Service", "ExecStart", "/bin/a \\\n  -b \\\n  -c"}, {"Service", "User", "core"}}},
      {"[Service]\nExecStart=/bin/a \\ \nUser=core\n",
       {{"Service", "ExecStart", "/bin/a \\\nUser=core"}}},
      {"[Service]\r\nExecStart=/bin/a \\\r\n  b=c\r\n",
       {{"Service", "ExecStart", "/bin/a \\\nb=c"}}},
      {"[Service]\nExecStart=/bin/a \\\n\nUser=core\n",
       {{"Service", "ExecStart", "/bin/a \\\n"}, {"Service", "User", "core"}}},
      {"[Service]\nExecStart=/bin/a \\\n   \nUser=core\n",
       {{"Service", "ExecStart", "/bin/a \\\n"}, {"Service", "User", "core"}}},
      {"[Service]\nExecStart=/bin/a \\\n# not a comment\nUser=core\n",
       {{"Service", "ExecStart", "/bin/a \\\n# not a comment"}, {"Service", "User", "core"}}},
      {"[Service]\nExecStart=/bin/a \\\n[X-Fleet]\nUser=core\n",
       {{"Service", "ExecStart", "/bin/a \\\n[X-Fleet]"}, {"Service", "User", "core"}}},
      {"[Service]\nExecStart=/bin/a \\", {{"Service", "ExecStart", "/bin/a \\\n"}}},
      {"[Service]\nExecStart=/bin/a \\\n", {{"Service", "ExecStart", "/bin/a \\\n"}}},
      {"[Service]\nExecStart=/bin/a\n[Unit]\nAfter=x\n[Service]\nUser=a \\",
       {{"Service", "ExecStart", "/bin/a"}, {"Service", "User", "a \\\n"}, {"Unit", "After", "x"}}},
      {"[Service]\nExecStart=\\\n/bin/a\n", {{"Service", "ExecStart", "\\\n/bin/a"}}},
      {"[Service]\nUser=a\nExecStart=\\",
       {{"Service", "User", "a"}, {"Service", "ExecStart", "\\\n"}}},
      {"[Service]\nExecStart=/bin/a \\\\\nb=c\n", {{"Service", "ExecStart", "/bin/a \\\\\nb=c"}}},
      {"[Service]\nA=b\\\n\x0b\nB=c\n", {{"Service", "A", "b\\\n"}, {"Service", "B", "c"}}},
  });
}

TEST_CASE("Values keep what they hold, and their repetition") {
  check_rows({
      {"[Service]\nExecStart=\nExecStart=   \nExecStart=/x\n",
       {{"Service", "ExecStart", ""},
        {"Service", "ExecStart", ""},
        {"Service", "ExecStart", "/x"}}},
      {"[Service]\nUser=a\nExecStart=", {{"Service", "User", "a"}, {"Service", "ExecStart", ""}}},
      {"[Service]\nEnvironment=A=b C==d\nExecStart=/x %i %p @%i\n",
       {{"Service", "Environment", "A=b C==d"}, {"Service", "ExecStart", "/x %i %p @%i"}}},
      {"[Service]\nExec Start = = x\n", {{"Service", "Exec Start", "= x"}}},
      {"[X-Fleet]\nConflicts=a*\nConflicts=a*\nConflicts=\n",
       {{"X-Fleet", "Conflicts", "a*"},
        {"X-Fleet", "Conflicts", "a*"},
        {"X-Fleet", "Conflicts", ""}}},
      {"[Service]\nExecStart=/x\n[X-Fleet]\nMachineMetadata=\"a=b\" \"c=d\"\nWhatever=1\n",
       {{"Service", "ExecStart", "/x"},
        {"X-Fleet", "MachineMetadata", "\"a=b\" \"c=d\""},
        {"X-Fleet", "Whatever", "1"}}},
      {"[Service]\nA=b # c ; d\n", {{"Service", "A", "b # c ; d"}}},
      {"[Service]\nA=[b]\nB=]\n", {{"Service", "A", "[b]"}, {"Service", "B", "]"}}},
      {"[Service]\nA=\" b \"\n", {{"Service", "A", "\" b \""}}},
      {"[Service]\nA=<&>\n", {{"Service", "A", "<&>"}}},
      {"[Service]\n=x\nA=b\n", {{"Service", "", "x"}, {"Service", "A", "b"}}},
      {"[Service]\nA;b=c\nB#=d\n", {{"Service", "A;b", "c"}, {"Service", "B#", "d"}}},
      {"[Service]\nA=b\n]x=c\n", {{"Service", "A", "b"}, {"Service", "]x", "c"}}},
  });
}

TEST_CASE("Sections are brought together, and their names taken as they stand") {
  check_rows({
      {"[Service]\nA=1\n[Unit]\nB=2\n[Service]\nC=3\n[Unit]\nD=4\n",
       {{"Service", "A", "1"}, {"Service", "C", "3"}, {"Unit", "B", "2"}, {"Unit", "D", "4"}}},
      {"ExecStart=/ignored\nnonsense\n[Service]\nExecStart=/x\n", {{"Service", "ExecStart", "/x"}}},
      {"foo[Service] \nExecStart=/x\n", {{"Service", "ExecStart", "/x"}}},
      {"foo # [Unit]\n[Service]\nExecStart=/x\n", {{"Service", "ExecStart", "/x"}}},
      {"ExecStart=/ignored\n", {}},
      {"[Service]\n", {}},
      {"", {}},
      {"[]\nA=b\n", {{"", "A", "b"}}},
      {"[[Service]\nA=b\n", {{"[Service", "A", "b"}}},
      {"[ Service ]\nA=b\n", {{" Service ", "A", "b"}}},
      {"[Ser\nvice]\nA=b\n", {{"Ser\nvice", "A", "b"}}},
      {"[Service] \t\nA=b\n", {{"Service", "A", "b"}}},
      {"[Service]\nA=b\n[Unit]", {{"Service", "A", "b"}}},
      {"  [Service]\nA=b\n  [Unit]\nC=d\n", {{"Service", "A", "b"}, {"Unit", "C", "d"}}},
  });
}

TEST_CASE("Text is UTF-8, and white space is Unicode's") {
  check_rows({
      {"[Service]\n\xc3\x84=\xc3\xbc \xe2\x82\xac\xf0\x9f\x98\x80\n[Sekti\xc3\xb6n]\nA=b\n",
       {{"Service", "\xc3\x84", "\xc3\xbc \xe2\x82\xac\xf0\x9f\x98\x80"},
        {"Sekti\xc3\xb6n", "A", "b"}}},
      {"\xef\xbb\xbf[Service]\nA=b\n", {{"Service", "A", "b"}}},
      {"[Service]\n\xef\xbb\xbf"
       "A=b\n",
       {{"Service",
         "\xef\xbb\xbf"
         "A",
         "b"}}},
      {"[Service]\n\xc2\xa0"
       "A\xe2\x80\x83=\xe3\x80\x80"
       "b\xc2\x85\n\xe2\x80\xa8"
       "B=c\xc2\xa0\\\n",
       {{"Service", "A", "b"}, {"Service", "B", "c\xc2\xa0\\\n"}}},
      {"[Service]\nA=\xe2\x80\x8b"
       "b\xe2\x80\x8b\n",
       {{"Service",
         "A",
         "\xe2\x80\x8b"
         "b\xe2\x80\x8b"}}},
      {"[Service]\nA=\xe1\xa0\x8e"
       "b\xe1\xa0\x8e\n",
       {{"Service",
         "A",
         "\xe1\xa0\x8e"
         "b\xe1\xa0\x8e"}}},
      {"[S\xff]\nA\xc3=\xe2\x82 b\x80\n\xed"
       "B=\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80\n",
       {{"S\xef\xbf\xbd", "A\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd b\xef\xbf\xbd"},
        {"S\xef\xbf\xbd",
         "\xef\xbf\xbd"
         "B",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef"
         "\xbf\xbd\xef\xbf\xbd"}}},
      {"[Service]\nDescription=caf\xe9 \x85\n",
       {{"Service", "Description", "caf\xef\xbf\xbd \xef\xbf\xbd"}}},
      {"[Service]\nA=a\x00"
       "b\n"s,
       {{"Service",
         "A",
         "a\x00"
         "b"s}}},
  });
}

TEST_CASE("A file that Fleet refuses is a usage error that names the line") {
  struct Refused {
    std::string text;
    std::string message;
  };

  const std::vector<Refused> rows = {
      {"[Service]\nA=b\nnonsense\nC=d\n",
       "x@.service:3: 'nonsense' has no '='; a line is a [Section], a Name=value or a # comment"},
      {"[Service]\nA=b\nnonsense",
       "x@.service:3: 'nonsense' has no '='; a line is a [Section], a Name=value or a # comment"},
      {"[Service]\nA\rB=c\n",
       "x@.service:2: 'A' has no '='; a line is a [Section], a Name=value or a # comment"},
      {"[Service]\nA=b\\\nc\nd\n",
       "x@.service:4: 'd' has no '='; a line is a [Section], a Name=value or a # comment"},
      {"[Service\nA=b\n", "x@.service:1: the section's name '[Service' has no closing ']'"},
      {"[Service]\nA=b\n[Unit\nB=c\n",
       "x@.service:3: the section's name '[Unit' has no closing ']'"},
      {"[", "x@.service:1: the section's name '[' has no closing ']'"},
      {"[Unit]\nA=b\n[Service] x\nA=b\n",
       "x@.service:3: 'x' stands behind the section's name [Service]; give it a line of its own"},
      {"[Service]]\nA=b\n",
       "x@.service:1: ']' stands behind the section's name [Service]; give it a line of its own"},
      {"[Service] # x\nA=b\n",
       "x@.service:1: '# x' stands behind the section's name [Service]; give it a line of its own"},
      {"[Service]\rA=b\r",
       "x@.service:1: 'A=b' stands behind the section's name [Service]; give it a line of its own"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto options = parse_unit_file(row.text, "x@.service");
    REQUIRE_FALSE(options);
    CHECK(options.error().kind == ErrorKind::usage);
    CHECK(options.error().message == row.message);
  }
}

TEST_CASE("A line has at most 2047 bytes, wherever it stands") {
  const auto text = [](std::size_t bytes) { return std::string(bytes, 'x'); };
  const std::string before = "[Service]\nB=c\n";
  for (const auto& fine : {before + "A=" + text(2045) + "\n",
                           before + "A=" + text(2045),
                           before + "A=" + text(1500) + "\\\n" + text(1500) + "\n",
                           before + "A=" + text(1500) + "\r" + text(1500) + "\n"}) {
    CHECK(parse_unit_file(fine, "x@.service"));
  }
  for (const auto& refused : {before + "A=" + text(2046) + "\n",
                              before + "A=" + text(2046),
                              before + "#" + text(2047) + "\n",
                              before + "A=b" + std::string(3000, ' ') + "\n",
                              "\n\n" + text(2100) + "\n" + before,
                              before + "[" + text(2100) + "]\nA=b\n"}) {
    const auto options = parse_unit_file(refused, "x@.service");
    REQUIRE_FALSE(options);
    CHECK(options.error().message.starts_with("x@.service:3: the line has more than 2047 bytes"));
  }
}

TEST_CASE("A line that only grows too long on its way to Fleet is refused, the option named") {
  const auto options =
      parse_unit_file("[Service]\nA=" + std::string(1000, '\xff') + "\n", "x@.service");
  REQUIRE_FALSE(options);
  CHECK(options.error().message.starts_with(
      "x@.service: Fleet can't store [Service] A: the line has more than 2047 bytes"));
}

TEST_CASE("Options are written as Fleet hashes them") {
  CHECK(write_unit_file({}).empty());
  CHECK(write_unit_file({{"Service", "ExecStart", "/usr/bin/sleep 3000"}}) ==
        "[Service]\nExecStart=/usr/bin/sleep 3000\n");
  CHECK(write_unit_file({{"Unit", "A", "1"}, {"X", "B", ""}, {"Unit", "C", "2"}}) ==
        "[Unit]\nA=1\nC=2\n\n[X]\nB=\n");
}

TEST_CASE("Options that came by the API are stored as a unit file can hold them") {
  struct Stored {
    UnitOptions given;
    UnitOptions stored;
  };

  const std::vector<Stored> rows = {
      {{{"Service", " A ", " c "}}, {{"Service", "A", "c"}}},
      {{{"Service", "A=B", "c"}}, {{"Service", "A", "B=c"}}},
      {{{"Service", "#A", "c"}, {"Service", "B", "c"}}, {{"Service", "B", "c"}}},
      {{{"Service", "A", "b\nC=d"}}, {{"Service", "A", "b"}, {"Service", "C", "d"}}},
      {{{"Service", "A", "b\n[X]\nC=d"}}, {{"Service", "A", "b"}, {"X", "C", "d"}}},
      {{{"Service", "A", "b\\"}}, {{"Service", "A", "b\\\n"}}},
      {{{"Service", "A", "b\\"}, {"Service", "C", "d"}}, {{"Service", "A", "b\\\nC=d"}}},
      {{{"Service", "A", "b\r\n"}}, {{"Service", "A", "b"}}},
      {{{"S\nX", "A", "b"}}, {{"S\nX", "A", "b"}}},
      {{{"", "", ""}}, {{"", "", ""}}},
  };
  for (const auto& row : rows) {
    CAPTURE(write_unit_file(row.given));
    CHECK(as_stored(row.given) == row.stored);
  }
}

TEST_CASE("An option that no unit file can hold is refused by name") {
  const std::vector<UnitOptions> rows = {
      {{"Unit", "X", "y"}, {"Serv]ice", "A", "b"}},
      {{"Unit", "X", "y"}, {"Service", "A\nB", "c"}},
      {{"Unit", "X", "y"}, {"Service", "A", "b\nC"}},
      {{"Unit", "X", "y"}, {"Service", "[A", "b"}},
      {{"Unit", "X", "y"}, {"Service", "A", std::string(2046, 'x')}},
  };
  for (const auto& options : rows) {
    const auto stored = as_stored(options);
    REQUIRE_FALSE(stored);
    CHECK(stored.error().kind == ErrorKind::usage);
    CAPTURE(stored.error().message);
    CHECK(stored.error().message.starts_with("Fleet can't store ["));
    CHECK_FALSE(stored.error().message.starts_with("Fleet can't store [Unit]"));
  }
}

TEST_CASE("Texts are the same where Fleet would store and hash them alike") {
  const UnitOption description{.section = "Unit", .name = "Description", .value = "a"};
  const UnitOption after{.section = "Unit", .name = "After", .value = "b.service"};
  const UnitOption start{.section = "Service", .name = "ExecStart", .value = "/bin/true"};
  CHECK(is_same_text({description, start, after}, {description, after, start}));
  CHECK_FALSE(is_same_text({description, after, start}, {after, description, start}));
  CHECK_FALSE(is_same_text({description, start}, {start, description}));
  CHECK_FALSE(is_same_text({description}, {}));
  CHECK(is_same_text({}, {}));
}
