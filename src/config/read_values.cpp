#include <array>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::uint64_t most_percent = 10'000;

/// The number behind `word` and blanks: `at_least 3`.
std::optional<double> number_behind(std::string_view text, std::string_view word) {
  if (!text.starts_with(word)) return std::nullopt;
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return number_in(text);
}

std::optional<Aggregation> numbered_aggregation(std::string_view text) {
  using enum Aggregation::Kind;
  if (const auto least = number_behind(text, "at_least ")) {
    const bool is_count = *least >= 1 && *least <= max_count &&
                          *least == static_cast<double>(static_cast<InstanceCount>(*least));
    if (is_count) return Aggregation{.kind = at_least, .number = *least};
  }
  if (const auto share = number_behind(text, "p"); share && *share > 0 && *share <= 100) {
    return Aggregation{.kind = percentile, .number = *share};
  }
  return std::nullopt;
}

}  // namespace

std::optional<InstanceCount> read_count(const YamlValue& value) {
  return read_whole_as<InstanceCount>(value, {.least = 0, .most = max_count});
}

std::optional<Adjustment> read_adjustment(const YamlValue& value) {
  if (value.is(YamlNode::Kind::scalar)) {
    std::string_view digits = value.node().text;
    const bool is_percent = digits.ends_with('%');
    if (is_percent) digits.remove_suffix(1);
    const auto amount = whole_number_in(digits);
    const bool fits = amount && *amount >= 1 && *amount <= (is_percent ? most_percent : max_count);
    if (fits && (is_percent || value.node().is_plain)) {
      return Adjustment{
          .kind = is_percent ? Adjustment::Kind::percent : Adjustment::Kind::instances,
          .amount = static_cast<InstanceCount>(*amount)};
    }
  }
  value.complain(fmt::format(
      "this has to be a number of instances from 1 on, or a percentage from 1% to {}%, not {}",
      most_percent,
      shown(value)));
  return std::nullopt;
}

std::optional<Aggregation> read_aggregation(const YamlValue& value) {
  using enum Aggregation::Kind;
  constexpr std::array kinds{any, all, average, maximum, minimum, sum};
  if (value.is(YamlNode::Kind::scalar)) {
    const std::string_view text = value.node().text;
    if (auto numbered = numbered_aggregation(text)) return numbered;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (own_keys::aggregations[i] == text) return Aggregation{.kind = kinds[i]};
    }
  }
  value.complain(
      fmt::format("this has to be any, all, at_least N, avg, max, min, sum or a percentile as p95, "
                  "not {}",
                  shown(value)));
  return std::nullopt;
}

std::optional<WithoutData> read_without_data(const YamlValue& value) {
  using Kind = WithoutData::Kind;
  if (!value.is(YamlNode::Kind::map)) {
    const auto word = read_choice(value, own_keys::without_data_words);
    if (!word) return std::nullopt;
    constexpr std::array kinds{Kind::hold, Kind::up, Kind::ignore};
    return WithoutData{.kind = kinds[*word]};
  }
  const YamlMap map(value, own_keys::without_data);
  WithoutData rule{.kind = Kind::fall_back};
  map.must_have("count");
  take(map, "count", rule.count, read_count);
  take(map, "after", rule.after, [](const YamlValue& times) {
    return read_whole_as<int>(times, {.least = 1, .most = 1'000'000});
  });
  return rule;
}

std::optional<std::filesystem::path> read_path(const YamlValue& value,
                                               const std::filesystem::path& folder) {
  const auto text = read_text(value);
  if (!text) return std::nullopt;
  if (text->find('\0') != std::string::npos) {
    value.complain("a path holds no zero byte");
    return std::nullopt;
  }
  return (folder / *text).lexically_normal();
}

std::optional<std::filesystem::path> read_path_of_file(const YamlValue& value,
                                                       const FileAround& around) {
  auto path = read_path(value, around.folder);
  if (path && around.exists && !around.exists(*path))
    value.complain(fmt::format("there is no file {}", path->string()));
  return path;
}

std::optional<std::string> read_url(const YamlValue& value, bool sockets) {
  constexpr std::array<std::string_view, 3> schemes{"http://", "https://", "unix:///"};
  const auto& text = value.node().text;
  const bool is_clean = printable(text) == text && text.find(' ') == std::string::npos;
  for (const auto scheme : schemes) {
    const bool fits = text.starts_with(scheme) && text.size() > scheme.size() &&
                      (sockets || scheme != "unix:///");
    if (value.is(YamlNode::Kind::scalar) && fits && is_clean) return text;
  }
  value.complain(sockets ? "this has to be a URL: http://HOST:PORT, https://… or unix:///PATH"
                         : "this has to be a URL: http://HOST:PORT or https://…");
  return std::nullopt;
}

Aggregation default_aggregation(const TargetRule& rule) {
  const bool is_total = rule.of == TargetRule::Of::total && rule.metric.per_instance;
  return {.kind = is_total ? Aggregation::Kind::sum : Aggregation::Kind::average};
}

}  // namespace scale_fleet
