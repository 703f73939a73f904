#include "scale_fleet/core/share.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr InstanceCount whole = 100;

std::uint64_t percent_of(InstanceCount percent, InstanceCount count) {
  return std::uint64_t{percent} * count;
}

}  // namespace

Result<Share> Share::parse(std::string_view text) {
  Share share{.number = 0, .is_percent = text.ends_with('%')};
  const auto number = Count::parse(share.is_percent ? text.substr(0, text.size() - 1) : text);
  if (!number || number->kind != Count::Kind::absolute ||
      (share.is_percent && number->number > whole)) {
    return failure(ErrorKind::usage,
                   fmt::format("'{}' is neither a number of instances nor a part of them: write "
                               "for example 2 or 25%",
                               printable(text)));
  }
  share.number = number->number;
  return share;
}

InstanceCount Share::rounded_up(InstanceCount count) const {
  if (!is_percent) return number;
  return static_cast<InstanceCount>((percent_of(number, count) + whole - 1) / whole);
}

InstanceCount Share::rounded_down(InstanceCount count) const {
  if (!is_percent) return number;
  return static_cast<InstanceCount>(percent_of(number, count) / whole);
}

}  // namespace scale_fleet
