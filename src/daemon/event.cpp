#include "scale_fleet/daemon/event.hpp"

namespace scale_fleet {

std::string event_type(const Event& event) {
  const auto with_error = [&](std::string_view word) {
    return std::string(word) + (event.error ? "_ERROR" : "");
  };
  switch (event.kind) {
    case EventKind::launch:
      return with_error("LAUNCH");
    case EventKind::terminate:
      return with_error("TERMINATE");
    case EventKind::replace:
      return with_error("REPLACE");
    case EventKind::no_op:
      return with_error("NO_OP");
  }
  return {};
}

}  // namespace scale_fleet
