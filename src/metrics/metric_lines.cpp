#include "metrics/metric_lines.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "metrics/metric_value.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  while (true) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(blanks)));
    if (line.empty() || line.front() == '#') return words;
    words.push_back(line.substr(0, line.find_first_of(blanks)));
    line.remove_prefix(words.back().size());
  }
}

/// Nothing where the words aren't a value.
std::optional<MetricLines::Value> value_of(const std::vector<std::string_view>& words) {
  if (words.size() < 2 || words.size() > 4) return std::nullopt;
  const bool ends_with_time =
      words.size() == 3 && !parse_metric_number(words[2]) && parse_wall_time(words[2]);
  const bool is_of_instance = words.size() > 2 && !ends_with_time;
  const auto number = parse_metric_number(words[is_of_instance ? 2 : 1]);
  if (!number) return std::nullopt;
  MetricLines::Value value{.instance = {}, .value = *number, .time = {}};
  if (is_of_instance) value.instance = words[1];
  if (words.size() < 4 && !ends_with_time) return value;
  value.time = parse_wall_time(words.back());
  return value.time ? std::optional(value) : std::nullopt;
}

}  // namespace

MetricLines parse_metric_lines(std::string_view text) {
  MetricLines lines;
  std::set<std::tuple<std::string, std::string, std::optional<WallTime>>> seen;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto words = words_of(line);
    if (words.empty()) continue;
    auto value = value_of(words);
    std::string name(words[0]);
    if (!value) {
      ++lines.bad_lines;
      lines.bad_names.insert(std::move(name));
      continue;
    }
    if (!seen.emplace(name, value->instance, value->time).second) {
      ++lines.bad_lines;
      continue;
    }
    lines.by_name[std::move(name)].push_back(std::move(*value));
  }
  return lines;
}

}  // namespace scale_fleet
