#include "scale_fleet/http/http_message.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("Retry-After counts in its seconds form only") {
  struct Row {
    const char* value;
    std::optional<std::chrono::seconds> delay;
  };

  for (const auto& row : std::vector<Row>{{"0", 0s},
                                          {"120", 120s},
                                          {"2147483647", 2147483647s},
                                          {"", std::nullopt},
                                          {"-1", std::nullopt},
                                          {"1.5", std::nullopt},
                                          {"99999999999", std::nullopt},
                                          {"Fri, 31 Dec 1999 23:59:59 GMT", std::nullopt}}) {
    CAPTURE(row.value);
    const HttpResponse reply{.status = 503, .headers = {{"Retry-After", row.value}}};
    CHECK(retry_after(reply) == row.delay);
  }
  CHECK_FALSE(retry_after(HttpResponse{.status = 503}));
  CHECK_FALSE(retry_after(tl::unexpected(TransportError{TransportFailure::timed_out, "why"})));
}
