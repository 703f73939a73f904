#include <algorithm>
#include <cmath>

#include "fuzz/fuzz_target.hpp"
#include "metrics/metric_lines.hpp"

namespace scale_fleet {

void try_input(std::string_view input) {
  const auto lines = parse_metric_lines(input);
  std::size_t counted_lines = lines.bad_lines;
  for (const auto& [name, values] : lines.by_name) {
    must_hold(!name.empty() && name.find_first_of(" \t\r\n") == std::string::npos,
              "a name is a word");
    must_hold(!values.empty(), "a name has a value");
    counted_lines += values.size();
    for (const auto& value : values) {
      must_hold(std::isfinite(value.value), "a value is finite");
    }
  }
  const auto ends = static_cast<std::size_t>(std::count(input.begin(), input.end(), '\n'));
  must_hold(counted_lines <= ends + 1, "a line is at most one value or one mistake");
  const auto commented = "# first\n" + std::string(input) + "\n# last";
  must_hold(parse_metric_lines(commented) == lines, "comments count for nothing");
}

}  // namespace scale_fleet
