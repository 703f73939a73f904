#include "metrics/metric_value.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

namespace scale_fleet {
namespace {

using nlohmann::json;

const json* value_at(const json& object, std::string_view path) {
  if (!object.is_object()) return nullptr;
  if (const auto flat = object.find(std::string(path)); flat != object.end()) return &*flat;
  const json* place = &object;
  while (true) {
    const auto dot = path.find('.');
    if (!place->is_object()) return nullptr;
    const auto found = place->find(std::string(path.substr(0, dot)));
    if (found == place->end()) return nullptr;
    place = &*found;
    if (dot == std::string_view::npos) return place;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<double> parse_metric_number(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(blanks) - first + 1);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<double> parse_metric_value(std::string_view text, std::string_view json_path) {
  if (json_path.empty()) return parse_metric_number(text);
  const auto whole = json::parse(text, nullptr, false);
  const auto* value = value_at(whole, json_path);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return parse_metric_number(value->get_ref<const std::string&>());
  if (!value->is_number()) return std::nullopt;
  const auto number = value->get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

}  // namespace scale_fleet
