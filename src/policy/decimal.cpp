#include "policy/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace scale_fleet {
namespace {

__extension__ using Wide = __int128;

/// digits * 10^exponent
struct Decimal {
  Wide digits = 0;
  int exponent = 0;
};

/// The shortest decimal that reads as `number`, which is finite: at most 17 digits.
Decimal shortest_decimal(double number) {
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
  const std::string_view all(text.data(), static_cast<std::size_t>(written.ptr - text.data()));
  const auto e = all.find('e');
  std::int64_t digits = 0;
  int fraction = 0;
  bool is_fraction = false;
  for (const char letter : all.substr(0, e)) {
    if (letter == '.') is_fraction = true;
    if (letter < '0' || letter > '9') continue;
    digits = digits * 10 + (letter - '0');
    if (is_fraction) ++fraction;
  }
  int exponent = 0;
  const auto power = all.substr(e + (all[e + 1] == '+' ? 2 : 1));
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  return {number < 0 ? -digits : digits, exponent - fraction};
}

/// Empty where it is too great.
std::optional<Wide> product(Wide left, Wide right) {
  Wide result = 0;
  if (__builtin_mul_overflow(left, right, &result)) return std::nullopt;
  return result;
}

std::optional<Wide> with_zeros(Wide digits, int zeros) {
  std::optional<Wide> result = digits;
  for (; zeros > 0 && result && *result != 0; --zeros)
    result = product(*result, 10);
  return result;
}

/// Empty where the numbers are too far apart to be written out.
std::optional<std::strong_ordering> compared(const Decimal& left, const Decimal& right) {
  const int common = std::min(left.exponent, right.exponent);
  const auto a = with_zeros(left.digits, left.exponent - common);
  const auto b = with_zeros(right.digits, right.exponent - common);
  if (!a || !b) return std::nullopt;
  return *a < *b   ? std::strong_ordering::less
         : *a > *b ? std::strong_ordering::greater
                   : std::strong_ordering::equal;
}

/// How `metric` compares with target * count * (1 + part).
std::strong_ordering compared_with_part(double metric,
                                        InstanceCount count,
                                        double target,
                                        double part) {
  const auto share = shortest_decimal(part);
  auto factor = share.exponent > 0 ? with_zeros(share.digits, share.exponent) : share.digits;
  const int exponent = std::min(share.exponent, 0);
  const auto one = with_zeros(1, -exponent);
  const auto goal = shortest_decimal(target);
  std::optional<Wide> digits;
  if (factor && one) digits = product(goal.digits, *factor + *one);
  if (digits) digits = product(*digits, count);
  if (digits) {
    const Decimal level{*digits, goal.exponent + exponent};
    if (const auto order = compared(shortest_decimal(metric), level)) return *order;
  }
  const auto level = static_cast<long double>(target) * count * (1.0L + part);
  return metric < level   ? std::strong_ordering::less
         : metric > level ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

}  // namespace

InstanceCount ceil_of(InstanceCount count, double metric, double target) {
  if (count == 0 || !(metric > 0)) return 0;
  if (!(target > 0)) return max_count;
  const auto above = shortest_decimal(metric);
  const auto below = shortest_decimal(target);
  const int zeros = above.exponent - below.exponent;
  // Both have at most 17 digits. So where zeros fit no more, the quotient is beyond all counts, or
  // less than one.
  const auto dividend = with_zeros(above.digits * count, zeros);
  if (!dividend) return max_count;
  const auto divisor = with_zeros(below.digits, -zeros);
  if (!divisor) return 1;
  const auto quotient = *dividend / *divisor + (*dividend % *divisor == 0 ? 0 : 1);
  return static_cast<InstanceCount>(std::min<Wide>(quotient, max_count));
}

bool is_within(double metric, InstanceCount count, double target, double tolerance) {
  return std::is_lteq(compared_with_part(metric, count, target, tolerance)) &&
         std::is_gteq(compared_with_part(metric, count, target, -tolerance));
}

}  // namespace scale_fleet
