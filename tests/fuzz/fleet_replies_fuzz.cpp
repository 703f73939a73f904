#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"

namespace scale_fleet {
namespace {

template <typename Item>
bool same(const Page<Item>& left, const Page<Item>& right) {
  return left.items == right.items && left.next_token == right.next_token;
}

template <typename Read, typename Write>
void try_page(std::string_view input, Read read, Write write) {
  const auto page = read(input);
  if (!page) {
    must_hold(page.error().kind == ErrorKind::refused, "a stranger's reply is refused");
    must_hold(is_for_people(page.error().message), "the error of a page can be shown");
    return;
  }
  const auto again = read(write(*page));
  must_hold(again.has_value() && same(*again, *page), "a page that is written is read the same");
}

}  // namespace

void try_input(std::string_view input) {
  try_page(input, read_unit_page, write_unit_page);
  try_page(input, read_state_page, write_state_page);
  try_page(input, read_machine_page, write_machine_page);
  if (const auto unit = read_unit(input)) {
    must_hold(!unit->name.empty(), "a unit has a name");
    must_hold(read_unit(write_unit(*unit)) == unit, "a unit that is written is read the same");
  } else {
    must_hold(is_for_people(unit.error().message), "the error of a unit can be shown");
  }
  if (const auto message = read_error_message(input)) {
    must_hold(read_error_message(write_error(500, *message)) == message,
              "an error that is written is read the same");
  }
}

}  // namespace scale_fleet
