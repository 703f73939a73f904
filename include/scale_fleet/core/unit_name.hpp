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

/// What stands between a template's name and its instances: `my_app` and `service`; or one plain
/// unit, which is its own only instance.
class Service {
 public:
  /// Reads `my_app`, `my_app@`, `my_app@.service` or `my_app.service`: all the same service.
  /// Another template type by its suffix: `backup@.timer`. The name may hold letters, digits and
  /// `: - _ . \`. Refused, as ErrorKind::usage: an empty name, an `@` with something behind it, a
  /// `/`, any other character, a leading `_` (Fleet hides such units from its list), a type that
  /// can't have instances, a name too long for Fleet's 256 bytes with an instance number in it.
  static Result<Service> parse(std::string_view argument);

  /// A unit without instances, by its whole name: `loadbalancer.service`. It counts as the only
  /// instance of itself, number 0, and has no template. Refused, as ErrorKind::usage: what Fleet
  /// takes for no unit, a leading `_`, and every name with an `@`, which is a template's or an
  /// instance's.
  static Result<Service> parse_single(std::string_view unit_name);

  /// Whether it is a plain unit: there is one of it, or none.
  bool is_single() const { return is_single_; }

  /// `my_app`; `backup@.timer` where the type isn't service, and `a.service@.service` where
  /// `my_app`'s form would be read as another service. parse() of it is this service. Of a plain
  /// unit its name, which parse_single() reads.
  std::string display_name() const;
  /// Empty for a plain unit.
  std::string template_name() const;
  /// Of a plain unit its name, whatever the number.
  std::string instance_name(InstanceNumber number) const;
  /// `my_app@`: what the names of the template and of every instance begin with; of a plain unit
  /// its whole name, with which others may begin.
  std::string name_prefix() const;

  const std::string& prefix() const { return prefix_; }

  const std::string& suffix() const { return suffix_; }

  bool operator==(const Service&) const = default;

 private:
  Service(std::string prefix, std::string suffix, bool is_single)
      : prefix_(std::move(prefix)), suffix_(std::move(suffix)), is_single_(is_single) {}

  std::string prefix_;
  std::string suffix_;  // Without the dot.
  bool is_single_ = false;
};

/// The number of an instance of `service`: its prefix, one `@`, digits without leading zeros, its
/// suffix; of a plain unit 0 for its own name. Empty for the template and for every other name,
/// however alike.
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
