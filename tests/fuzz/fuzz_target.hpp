#pragma once

#include <string>
#include <string_view>

namespace scale_fleet {

/// What a fuzz target does with one input, whatever its bytes are. Each target defines it;
/// libFuzzer (fuzzer_entry.cpp) or the replay of the committed inputs (replay.cpp) calls it. It may
/// keep no state between two inputs.
void try_input(std::string_view input);

/// Says `property` and aborts, where it doesn't hold: that is what both callers take for a finding.
void must_hold(bool holds, std::string_view property);

/// Cuts the first line off `rest`, without its line feed: for targets that need several texts.
std::string_view take_line(std::string_view& rest);

/// Whether `message` can be shown: it isn't empty and printable() has nothing to change in it.
bool is_for_people(const std::string& message);

}  // namespace scale_fleet
