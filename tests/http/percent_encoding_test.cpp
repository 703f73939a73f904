#include "scale_fleet/http/percent_encoding.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("Everything but letters, digits and four marks is encoded") {
  CHECK(percent_encoded("").empty());
  CHECK(percent_encoded("azAZ09-_.~") == "azAZ09-_.~");
  CHECK(percent_encoded("my_app@3.service") == "my_app%403.service");
  CHECK(percent_encoded("example:1.0@1.service") == "example%3A1.0%401.service");
  CHECK(percent_encoded("ZAACAA==") == "ZAACAA%3D%3D");
  CHECK(percent_encoded("a/b?c#d%e f+g&h") == "a%2Fb%3Fc%23d%25e%20f%2Bg%26h");
  CHECK(percent_encoded("\\x2d") == "%5Cx2d");
  CHECK(percent_encoded("\xc3\xa9\n") == "%C3%A9%0A");
  CHECK(percent_encoded(std::string("\0\xff", 2)) == "%00%FF");
}

TEST_CASE("What was encoded is decoded to what it was") {
  const auto [text, expected] = GENERATE(table<std::string, std::optional<std::string>>({
      {"", ""},
      {"my_app%403.service", "my_app@3.service"},
      {"a%2fb%2Fc", "a/b/c"},
      {"a+b", "a+b"},
      {"%", std::nullopt},
      {"%4", std::nullopt},
      {"%4x", std::nullopt},
      {"100%", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(percent_decoded(text) == expected);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    CHECK(percent_decoded(percent_encoded(one)) == one);
  }
}
