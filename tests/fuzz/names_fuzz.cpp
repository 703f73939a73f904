#include <algorithm>

#include <fmt/format.h>

#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

void try_service(const Service& service) {
  must_hold(Service::parse(service.display_name()) == service, "a shown name is the same service");
  must_hold(Service::parse(service.template_name()) == service, "so is the template's name");
  must_hold(is_template_name(service.template_name()), "the template's name is a template's");
  must_hold(!instance_number(service, service.template_name()), "a template is no instance");
  for (const InstanceNumber number : {0U, 1U, 10U, max_instance_number}) {
    const auto name = service.instance_name(number);
    must_hold(instance_number(service, name) == number, "an instance's name gives its number");
    must_hold(service_of(name) == service, "an instance's name gives its service");
    must_hold(name.starts_with(service.name_prefix()),
              "an instance's name begins as the service's");
    must_hold(check_unit_name(name).has_value(), "Fleet takes the name of an instance");
    const auto padded = fmt::format("{}0{}.{}", service.name_prefix(), number, service.suffix());
    must_hold(!instance_number(service, padded), "a number has no zeros in front");
  }
}

void try_unit_name(std::string_view name) {
  const auto service = service_of(name);
  if (!service) return;
  const auto number = instance_number(*service, name);
  must_hold(number && service->instance_name(*number) == name,
            "a number gives its instance's name");
  must_hold(!is_template_name(name), "an instance is no template");
}

void try_count(std::string_view text) {
  const auto count = Count::parse(text);
  if (!count) {
    must_hold(count.error().kind == ErrorKind::usage, "a count is a matter of usage");
    must_hold(is_for_people(count.error().message), "why a count is refused can be shown");
    return;
  }
  must_hold(count->number <= max_count, "a count isn't too large");
  must_hold(text.find_first_not_of("+-0123456789") == std::string_view::npos, "a count is digits");
  const CountBounds bounds{.min = 2, .max = 9};
  const auto desired = desired_count(*count, 5, bounds).count;
  must_hold(desired >= 2 && desired <= 9, "bounds hold");
}

}  // namespace

/// The first line is a service as people type it, the next a unit's name, the rest a count.
void try_input(std::string_view input) {
  if (const auto service = Service::parse(take_line(input))) {
    try_service(*service);
  } else {
    must_hold(service.error().kind == ErrorKind::usage, "a service is a matter of usage");
    must_hold(is_for_people(service.error().message), "why a service is refused can be shown");
  }
  const auto unit = take_line(input);
  try_unit_name(unit);
  if (const auto fine = check_unit_name(unit); !fine) {
    must_hold(is_for_people(fine.error().message), "why a name is refused can be shown");
  }
  try_count(input);
}

}  // namespace scale_fleet
