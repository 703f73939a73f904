#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// The number in `my_app@3.service`.
using InstanceNumber = std::uint32_t;

/// The greatest number that is ours to count; a longer one belongs to somebody else's scheme.
inline constexpr InstanceNumber max_instance_number = 999'999'999;

/// Bytes that Fleet allows in a unit's name (api/units.go:152-220).
inline constexpr std::size_t max_unit_name_bytes = 256;

/// What stands between a template's name and its instances: `my_app` and `service`.
class Service {
 public:
  /// Reads `my_app`, `my_app@`, `my_app@.service` or `my_app.service`: all the same service.
  /// Another template type by its suffix: `backup@.timer`. The name may hold letters, digits and
  /// `: - _ . \`. Refused, as ErrorKind::usage: an empty name, an `@` with something behind it, a
  /// `/`, any other character, a leading `_` (Fleet hides such units from its list), a type that
  /// can't have instances, a name too long for Fleet's 256 bytes with an instance number in it.
  static Result<Service> parse(std::string_view argument);

  /// `my_app`; `backup@.timer` where the type isn't service, and `a.service@.service` where
  /// `my_app`'s form would be read as another service. parse() of it is this service.
  std::string display_name() const;
  std::string template_name() const;
  std::string instance_name(InstanceNumber number) const;
  /// `my_app@`: what the names of the template and of every instance begin with.
  std::string name_prefix() const;

  const std::string& prefix() const { return prefix_; }

  const std::string& suffix() const { return suffix_; }

  bool operator==(const Service&) const = default;

 private:
  Service(std::string prefix, std::string suffix)
      : prefix_(std::move(prefix)), suffix_(std::move(suffix)) {}

  std::string prefix_;
  std::string suffix_;  // Without the dot.
};

/// The number of an instance of `service`: its prefix, one `@`, digits without leading zeros, its
/// suffix. Empty for the template and for every other name, however alike.
std::optional<InstanceNumber> instance_number(const Service& service, std::string_view unit_name);

/// Fleet's own split (unit/unit.go:215-267): a template has an `@` with nothing between it and the
/// last dot.
bool is_template_name(std::string_view unit_name);

/// Whether Fleet takes `unit_name` for a new unit (api/units.go:152-220); the error says which rule
/// it breaks, in Fleet's own words.
Outcome check_unit_name(std::string_view unit_name);

/// The template that `unit_name` is an instance of, where the name is one that this program counts.
std::optional<Service> service_of(std::string_view unit_name);

}  // namespace scale_fleet
