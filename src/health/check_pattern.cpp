#include "scale_fleet/health/check_pattern.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

Result<CheckPattern> CheckPattern::parse(std::string_view text) {
  CheckPattern pattern;
  std::string literal;
  const auto put = [&](Specifier specifier) {
    if (!literal.empty()) pattern.pieces_.emplace_back(std::move(literal));
    literal.clear();
    pattern.pieces_.emplace_back(specifier);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      literal += text[i];
      continue;
    }
    ++i;
    switch (i < text.size() ? text[i] : '\0') {
      case '%':
        literal += '%';
        break;
      case 'i':
        put(Specifier::number);
        break;
      case 'p':
        put(Specifier::prefix);
        break;
      case 'n':
        put(Specifier::unit);
        break;
      case 'h':
        put(Specifier::machine_ip);
        break;
      default:
        return failure(ErrorKind::usage,
                       fmt::format("'{}' is not known: write %i for the instance's number, %p for "
                                   "its prefix, %n for its unit's name, %h for its machine's "
                                   "address, %% for a percent sign",
                                   printable(text.substr(i - 1, 2))));
    }
  }
  if (!literal.empty()) pattern.pieces_.emplace_back(std::move(literal));
  return pattern;
}

std::string CheckPattern::value_of(Specifier specifier, const CheckTarget& target) {
  switch (specifier) {
    case Specifier::number:
      return fmt::format("{}", target.number);
    case Specifier::prefix:
      return target.prefix;
    case Specifier::unit:
      return target.unit;
    case Specifier::machine_ip:
      return target.machine_ip;
  }
  return {};
}

Result<std::string> CheckPattern::fill(const CheckTarget& target, const Rendering& rendered) const {
  std::string filled;
  for (const auto& piece : pieces_) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      filled += *literal;
      continue;
    }
    const auto specifier = std::get<Specifier>(piece);
    if (specifier == Specifier::machine_ip && target.machine_ip.empty()) {
      return failure(ErrorKind::unavailable, "Fleet doesn't know the address of its machine (%h)");
    }
    const auto value = rendered(value_of(specifier, target));
    if (!value) return tl::unexpected(value.error());
    filled += *value;
  }
  return filled;
}

}  // namespace scale_fleet
