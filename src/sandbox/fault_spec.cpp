#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/sandbox/fault_plan.hpp"

namespace scale_fleet {
namespace {

constexpr std::int64_t longest_seconds = 86'400;

struct PlainKind {
  std::string_view word;
  FaultKind kind;
};

constexpr std::array plain_kinds = {PlainKind{"redirect", FaultKind::redirect},
                                    PlainKind{"refused", FaultKind::refused},
                                    PlainKind{"close", FaultKind::close},
                                    PlainKind{"reset", FaultKind::reset},
                                    PlainKind{"close-after", FaultKind::close_after},
                                    PlainKind{"reset-after", FaultKind::reset_after},
                                    PlainKind{"cut", FaultKind::cut},
                                    PlainKind{"garbage", FaultKind::garbage},
                                    PlainKind{"repeat-token", FaultKind::repeat_token}};

/// Decimal digits only, within the range.
std::optional<std::int64_t> parse_count(std::string_view text,
                                        std::int64_t least,
                                        std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc{}) return std::nullopt;
  if (end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

struct Turns {
  std::size_t first = 1;
  std::size_t last = std::numeric_limits<std::size_t>::max();
};

std::optional<Turns> parse_turns(std::string_view text) {
  constexpr std::int64_t most = 1'000'000'000;
  const auto number = [](std::string_view digits) {
    return parse_count(digits, 1, most).value_or(0);
  };
  if (text == "*") return Turns{};
  if (text.starts_with('>')) {
    const auto after = number(text.substr(1));
    if (after == 0) return std::nullopt;
    return Turns{.first = static_cast<std::size_t>(after) + 1};
  }
  const auto dash = text.find('-');
  const auto first = number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
  if (first == 0 || last < first) return std::nullopt;
  return Turns{.first = static_cast<std::size_t>(first), .last = static_cast<std::size_t>(last)};
}

/// Sets the kind's part of `fault`; whether `text` is a kind.
bool parse_kind(std::string_view text, Fault& fault) {
  for (const auto& plain : plain_kinds) {
    if (plain.word != text) continue;
    fault.kind = plain.kind;
    return true;
  }
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  const auto word = text.substr(0, equals);
  const auto value = text.substr(equals + 1);
  if (word == "status") {
    const auto comma = value.find(',');
    const auto status = parse_count(value.substr(0, comma), 100, 599);
    if (!status) return false;
    fault.status = static_cast<int>(*status);
    const auto message =
        comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
    fault.kind = message == "html" ? FaultKind::html : FaultKind::status;
    if (fault.kind == FaultKind::status) fault.message = message;
    return true;
  }
  if (word != "delay" && word != "unavailable-for") return false;
  const bool is_delay = word == "delay";
  const auto count = parse_count(value, 0, is_delay ? longest_seconds * 1000 : longest_seconds);
  if (!count) return false;
  fault.kind = is_delay ? FaultKind::delay : FaultKind::unavailable;
  fault.duration = is_delay ? std::chrono::milliseconds{*count} : std::chrono::seconds{*count};
  return true;
}

tl::unexpected<Error> refuse(std::string_view spec, std::string_view why) {
  return failure(ErrorKind::usage,
                 fmt::format("'{}' is not a fault: {}; an example is "
                             "PUT:/units/my_app@3.service:1:status=500",
                             printable(spec),
                             why));
}

/// Why no place in `rest`, which follows the method, can be split into path, turn and kind.
std::string explain(std::string_view rest) {
  const auto kind_at = rest.rfind(':');
  if (kind_at == std::string_view::npos || kind_at == 0) {
    return "it needs METHOD:PATH:TURN:KIND";
  }
  Fault ignored;
  if (!parse_kind(rest.substr(kind_at + 1), ignored)) {
    return fmt::format(
        "'{}' is not a kind; those are status=CODE, redirect, refused, close, "
        "reset, close-after, reset-after, delay=MS, cut, garbage, repeat-token and "
        "unavailable-for=SECONDS",
        printable(rest.substr(kind_at + 1)));
  }
  const auto turn_at = rest.rfind(':', kind_at - 1);
  if (turn_at == std::string_view::npos) return "it needs METHOD:PATH:TURN:KIND";
  return fmt::format("'{}' is not a turn; those are 1, 2-4, >3 and *",
                     printable(rest.substr(turn_at + 1, kind_at - turn_at - 1)));
}

}  // namespace

Result<Fault> parse_fault(std::string_view spec) {
  const auto method_end = spec.find(':');
  if (method_end == std::string_view::npos || method_end == 0) {
    return refuse(spec, "it needs METHOD:PATH:TURN:KIND");
  }
  Fault fault;
  fault.method = spec.substr(0, method_end);
  const auto rest = spec.substr(method_end + 1);
  // Names hold colons, and messages may: the path ends where a turn and a kind follow.
  for (auto path_end = rest.find(':'); path_end != std::string_view::npos;
       path_end = rest.find(':', path_end + 1)) {
    const auto turn_end = rest.find(':', path_end + 1);
    if (turn_end == std::string_view::npos) break;
    const auto turns = parse_turns(rest.substr(path_end + 1, turn_end - path_end - 1));
    if (!turns || !parse_kind(rest.substr(turn_end + 1), fault)) continue;
    fault.path = rest.substr(0, path_end);
    if (!fault.path.starts_with('/') && !fault.path.starts_with('*')) {
      return refuse(spec, "a path begins with a slash or is *");
    }
    fault.first_turn = turns->first;
    fault.last_turn = turns->last;
    return fault;
  }
  return refuse(spec, explain(rest));
}

}  // namespace scale_fleet
