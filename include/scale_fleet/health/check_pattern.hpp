#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/health/health_check.hpp"

namespace scale_fleet {

/// A text with systemd's specifiers in it, to be filled in for each instance: `%i` its number, `%p`
/// its prefix, `%n` its unit's name, `%h` its machine's address, `%%` a percent sign.
class CheckPattern {
 public:
  /// The error, of ErrorKind::usage, names a specifier that isn't one of these.
  static Result<CheckPattern> parse(std::string_view text);

  /// What a value reads as where it is put in; an error where it must not stand there.
  using Rendering = std::function<Result<std::string>(const std::string& value)>;

  /// The text for one instance. The error says in a sentence why there is none: its machine's
  /// address is wanted and not known, or what `rendered` said.
  Result<std::string> fill(const CheckTarget& target, const Rendering& rendered) const;

 private:
  enum class Specifier { number, prefix, unit, machine_ip };

  static std::string value_of(Specifier specifier, const CheckTarget& target);

  std::vector<std::variant<std::string, Specifier>> pieces_;
};

}  // namespace scale_fleet
