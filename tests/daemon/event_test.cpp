#include "scale_fleet/daemon/event.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("an event that failed says so in its type") {
  const auto [kind, word] = GENERATE(table<EventKind, std::string>({
      {EventKind::launch, "LAUNCH"},
      {EventKind::terminate, "TERMINATE"},
      {EventKind::replace, "REPLACE"},
      {EventKind::no_op, "NO_OP"},
  }));
  Event event{.kind = kind};
  CHECK(event_type(event) == word);
  event.error = Error{.kind = ErrorKind::refused, .message = "no"};
  CHECK(event_type(event) == word + "_ERROR");
}
