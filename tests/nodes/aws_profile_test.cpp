#include "nodes/aws_profile.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A file of variables is read as a shell would read it, as far as that is plain") {
  struct Row {
    std::string text;
    Variables variables;
  };

  for (const auto& row : {Row{"", {}},
                          Row{"A=1", {{"A", "1"}}},
                          Row{"export A=1\nexport  B = 2 \n", {{"A", "1"}, {"B", "2"}}},
                          Row{"A='x y'\nB=\"p#q\"\r\n", {{"A", "x y"}, {"B", "p#q"}}},
                          Row{"A=a/b+c== # why\n", {{"A", "a/b+c=="}}},
                          Row{"A=a#b\n", {{"A", "a#b"}}},
                          Row{"# A=1\nnonsense\n=2\nA=\n", {{"A", ""}}},
                          Row{"A=1\nA=2\n", {{"A", "2"}}},
                          Row{"A='open\n", {{"A", "'open"}}}}) {
    CAPTURE(row.text);
    CHECK(read_variables(row.text) == row.variables);
  }
}

TEST_CASE("A profile is its own section and no other") {
  const std::string text =
      "x = before\n"
      "[default]\naws_access_key_id = A1\naws_secret_access_key=a/b=\n\n"
      "; a comment\n# another\n"
      "[ work ]\naws_access_key_id = W1\ns3 =\n  region = nested\n"
      "[default]\nregion = eu-west-1\r\n"
      "[empty]\n";
  CHECK(read_profile(text, "default") == Variables{{"aws_access_key_id", "A1"},
                                                   {"aws_secret_access_key", "a/b="},
                                                   {"region", "eu-west-1"}});
  CHECK(read_profile(text, "work") == Variables{{"aws_access_key_id", "W1"}, {"s3", ""}});
  CHECK(read_profile(text, "empty") == Variables{});
  CHECK_FALSE(read_profile(text, "other"));
  CHECK_FALSE(read_profile("[work", "work"));
}
