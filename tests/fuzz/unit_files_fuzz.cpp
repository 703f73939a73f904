#include "core/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/core/unit_file.hpp"
#include "scale_fleet/core/unit_rules.hpp"
#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

constexpr auto unit_name = "fuzz@1.service";

/// Everything that is asked of a unit's options before and after they are in Fleet.
void try_options(const UnitOptions& options) {
  for (const auto& pattern : conflict_patterns(options))
    pattern_matches(pattern, unit_name);
  must_hold(peer_names(options).size() <= write_unit_file(options).size(), "peers have names");
  for (const auto& warning : unit_warnings(options, unit_name))
    must_hold(is_for_people(warning), "a warning can be shown");
  for (const auto& demand : placement_demands(options))
    must_hold(!demand.empty(), "a demand says something");
  if (const auto fine = check_unit_options(options); !fine) {
    must_hold(fine.error().kind == ErrorKind::usage, "options are a matter of usage");
    must_hold(is_for_people(fine.error().message), "why options are refused can be shown");
  }
  must_hold(!(options.empty() && check_unit_options(options)), "no options are refused");
}

void try_stored(const UnitOptions& options) {
  const auto stored = as_stored(options);
  if (!stored) {
    must_hold(is_for_people(stored.error().message), "why options can't be stored can be shown");
    return;
  }
  const auto twice = as_stored(*stored);
  must_hold(twice.has_value(), "what is stored can be stored");
  must_hold(as_stored(*twice) == twice, "what is stored stays as it is");
  try_options(*stored);
}

/// The text as options that an API's client may have sent: pieces between
/// bars, in turn section, name and value.
UnitOptions options_of(std::string_view text) {
  const auto take = [](std::string_view& rest) {
    const auto piece = rest.substr(0, rest.find('|'));
    rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
    return std::string(piece);
  };
  UnitOptions options;
  while (!text.empty()) {
    UnitOption option;
    option.section = take(text);
    option.name = take(text);
    option.value = take(text);
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace

void try_input(std::string_view input) {
  const auto options = parse_unit_file(input, "fuzz@.service");
  if (options) {
    const auto again = parse_unit_file(write_unit_file(*options), "again@.service");
    must_hold(again == options, "a unit file that is written is read the same");
    try_options(*options);
  } else {
    must_hold(is_for_people(options.error().message), "why a file is refused can be shown");
    must_hold(options.error().message.starts_with("fuzz@.service:"), "an error names its file");
  }
  try_stored(options_of(valid_utf8(input)));  // JSON, in which they come, holds nothing else.
}

}  // namespace scale_fleet
