#include "scale_fleet/api/bearer_token.hpp"

#include <fstream>

#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;

TEST_CASE("whoever has the token is let in") {
  struct Row {
    const char* name;
    std::vector<Header> headers;
    bool is_let_in;
  };

  const auto row = GENERATE(values<Row>({
      {"the token", {{"Authorization", "Bearer 0123456789abcdef"}}, true},
      {"in any case", {{"authorization", "bearer 0123456789abcdef"}}, true},
      {"with blanks around", {{"Authorization", "Bearer   0123456789abcdef "}}, true},
      {"none", {}, false},
      {"an empty one", {{"Authorization", "Bearer "}}, false},
      {"the beginning of it", {{"Authorization", "Bearer 0123456789abcde"}}, false},
      {"more than it", {{"Authorization", "Bearer 0123456789abcdefg"}}, false},
      {"in another case", {{"Authorization", "Bearer 0123456789ABCDEF"}}, false},
      {"another scheme", {{"Authorization", "Basic 0123456789abcdef"}}, false},
      {"no scheme", {{"Authorization", "0123456789abcdef"}}, false},
      {"another header", {{"X-Authorization", "Bearer 0123456789abcdef"}}, false},
      {"twice",
       {{"Authorization", "Bearer 0123456789abcdef"}, {"Authorization", "Bearer x"}},
       false},
  }));
  INFO(row.name);
  const BearerToken token("0123456789abcdef");
  CHECK(token.is_in({.method = "POST", .target = "/", .headers = row.headers, .body = {}}) ==
        row.is_let_in);
}

TEST_CASE("the token is the first line of its file") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    std::ofstream(folder.path("token")) << text;
    return read_bearer_token(folder.path("token"));
  };
  const HttpRequest asked{.method = "POST",
                          .target = "/",
                          .headers = {{"Authorization", "Bearer 0123456789abcdef"}},
                          .body = {}};
  for (const auto* text : {"0123456789abcdef", "0123456789abcdef\n", "  0123456789abcdef\t\r\nx"}) {
    const auto token = read(text);
    REQUIRE(token);
    CHECK(token->is_in(asked));
  }

  struct Bad {
    const char* text;
    const char* said;
  };

  for (const auto& [text, said] : {Bad{"", "empty"},
                                   Bad{"\n0123456789abcdef", "empty"},
                                   Bad{"short-secret", "at least 16"},
                                   Bad{"0123456789abcdef with blanks", "RFC 6750"},
                                   Bad{"0123456789abcdef\x01", "RFC 6750"}}) {
    const auto token = read(text);
    REQUIRE_FALSE(token);
    CHECK(token.error().kind == ErrorKind::usage);
    CHECK(holds(token.error().message, said));
    CHECK_FALSE(holds(token.error().message, "secret"));
    CHECK_FALSE(holds(token.error().message, "0123"));
  }
  CHECK(holds(read_bearer_token(folder.path("none")).error().message, "can't be read"));
}
