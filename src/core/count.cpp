#include "scale_fleet/core/count.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

Result<Count> Count::parse(std::string_view text) {
  Count count;
  std::string_view digits = text;
  if (digits.starts_with('+') || digits.starts_with('-')) {
    count.kind = digits.front() == '+' ? Kind::more : Kind::fewer;
    digits.remove_prefix(1);
  }
  const bool is_decimal =
      !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_decimal) {
    return failure(
        ErrorKind::usage,
        fmt::format("'{}' is not a count: write digits, for example 5, +2 or -1", printable(text)));
  }
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), count.number);
  if (error != std::errc{} || count.number > max_count) {
    return failure(
        ErrorKind::usage,
        fmt::format("the count '{}' is too large: {} is the most", printable(text), max_count));
  }
  return count;
}

DesiredCount desired_count(const Count& asked, InstanceCount current, const CountBounds& bounds) {
  DesiredCount desired;
  switch (asked.kind) {
    case Count::Kind::absolute:
      desired.count = asked.number;
      break;
    case Count::Kind::more:
      desired.count = current + asked.number;
      break;
    case Count::Kind::fewer:
      desired.count = current - std::min(current, asked.number);
      if (asked.number > current) {
        desired.limited =
            fmt::format("asked for {} fewer than {}, limited to 0", asked.number, current);
      }
      break;
  }
  const auto wanted = desired.count;
  const auto limit = [&](InstanceCount bound, std::string_view name) {
    desired.count = bound;
    desired.limited = fmt::format("asked for {}, limited to {} by {}", wanted, bound, name);
  };
  if (desired.count > max_count) limit(max_count, "what Fleet can list");
  if (bounds.max && desired.count > *bounds.max) limit(*bounds.max, "--max");
  if (bounds.min && desired.count < *bounds.min) limit(*bounds.min, "--min");
  return desired;
}

}  // namespace scale_fleet
