#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"
#include "scale_fleet/fleet/unit_json.hpp"

namespace scale_fleet {

void try_input(std::string_view input) {
  const auto unit = parse_unit_json(input, "fuzz.json");
  if (!unit) {
    must_hold(unit.error().kind == ErrorKind::usage, "a file is a matter of usage");
    must_hold(is_for_people(unit.error().message), "why a file is refused can be shown");
    must_hold(unit.error().message.starts_with("fuzz.json:"), "an error names its file");
    return;
  }
  must_hold(unit_hash(unit->options).size() == 40, "a hash is 40 hexadecimal digits");
  if (unit->options.empty() || unit->name.value_or("").empty()) return;
  const auto text = write_unit({.name = unit->name.value_or(""),
                                .options = unit->options,
                                .desired_state = unit->desired_state});
  must_hold(parse_unit_json(text, "again.json") == unit, "a unit that is written is read the same");
}

}  // namespace scale_fleet
